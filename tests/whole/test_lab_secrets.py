"""Secrets that stand in Airflow's logs reach neither our database nor a page nor our own log."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.model.ids import RunKey
from app.web import links
from tests.lab.dags.lab_shared.planted import PLANTED
from tests.lab.lab import Lab

DAG_ID = "leaking_pods"
TASKS = ("prints_them", "is_refused", "fails_to_render")
# Pages that one test looks at; there are fewer.
MOST_PAGES = 200


def test_airflow_itself_tells_them(lab: Lab, lab_run: str) -> None:
    for task_id in TASKS:
        log = lab.log(DAG_ID, lab_run, task_id)
        assert {form for form, (_, secret) in PLANTED.items() if secret not in log} <= {"JWT"}


@pytest.mark.parametrize("form", PLANTED)
@pytest.mark.usefixtures("traced")
def test_none_is_in_the_database(traced_folder: Path, form: str) -> None:
    secret = PLANTED[form][1].encode()
    for file in traced_folder.iterdir():
        assert secret not in file.read_bytes(), file


@pytest.mark.usefixtures("traced")
def test_the_lines_around_them_are_there(traced_folder: Path) -> None:
    kept = b"".join(file.read_bytes() for file in traced_folder.iterdir())
    assert b"posting as" in kept
    assert b"cloning with" in kept


def test_none_is_on_a_page_or_in_the_json(traced: TestClient, lab_run: str) -> None:
    texts = dict(_pages(traced, lab_run))
    assert any("/problems/" in address for address in texts)
    for form, (_, secret) in PLANTED.items():
        found = [address for address, text in texts.items() if secret in text]
        assert found == [], form


def _pages(traced: TestClient, run_id: str) -> Iterator[tuple[str, str]]:
    """Every page that links lead to from this run's, within it; and what the API says of it."""
    run = links.run(deployment="default", run=RunKey(DAG_ID, run_id))
    waiting = [run, f"/api/v1/default/dags/{DAG_ID}/runs/{run_id}/flows", "/problems"]
    seen: set[str] = set()
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        text = traced.get(address).text
        yield address, text
        linked = re.findall(r'href="([^"#]+)', text)
        waiting += [link for link in linked if DAG_ID in link or "/problems/" in link]
