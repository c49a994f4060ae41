"""Secrets of more than thirty kinds, planted wherever Airflow tells anything, are found nowhere."""

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.database import opened
from app.model.findings import Evidence, Flow
from app.model.ids import RunKey
from app.settings import Settings
from app.store.facts import read_run_facts
from app.store.flows import read_flows
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.postgres import Postgres
from tests.secrets.leaking import DAG_ID, HARMLESS, PLACES, fill, leaks
from tests.secrets.planted import planted
from tests.secrets.told import (
    command_line,
    dumped,
    mirror,
    pages,
    settings_for,
    unseen,
    webhooks,
)

KEY = "a key of the tests, long enough"
# Addresses that no test follows: files of the page itself, and what suggests while one types.
NOT_FOLLOWED = {"/static/{version}/{path:path}", "/sign-in", "/sign-in/oidc", "/sign-in/back"}


def test_there_are_more_than_twelve_kinds_each_with_a_secret_of_its_own() -> None:
    kinds = [one.kind for one in planted(PLACES["xcom"])]
    assert len(set(kinds)) == len(kinds) > 30
    secrets = [leak.secret for leak in leaks()]
    assert len(set(secrets)) == len(secrets)


@pytest.mark.parametrize("key", [None, KEY], ids=["without a key", "with a key"])
def test_no_secret_is_found_in_anything_that_a_sqlite_keeps_or_tells(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, key: str | None
) -> None:
    more = {} if key is None else {"mask_key": key}
    with leaking(f"sqlite:///{tmp_path / 'x.sqlite'}", caplog, **more) as (settings, store):
        told = everything(settings, store, caplog, tmp_path)
        told["file"] = b"".join(each.read_bytes() for each in tmp_path.glob("x.sqlite*"))
        evidence = {flow.consumer.field: flow.evidence for flow in flows(store)}
    assert found(told, (leak.secret for leak in leaks())) == {}
    assert all(told.values())
    # The rest is there.
    for text in (HARMLESS["xcom"], HARMLESS["argument"], HARMLESS["log"], HARMLESS["source"]):
        assert text.encode() in told["file"]
    assert evidence["arguments[0]"] is Evidence.CONFIRMED
    same = Evidence.DECLARED if key is None else Evidence.CONFIRMED
    assert evidence["env_vars.PASSWORD_IN"] is evidence["arguments[1]"] is same


@pytest.mark.parametrize("kept", ["all", "structure"])
def test_no_secret_is_found_in_a_postgresql(
    postgres: Postgres, caplog: pytest.LogCaptureFixture, kept: str
) -> None:
    with postgres.database() as url, leaking(url, caplog, keep_values=kept, mask_key=KEY):
        told = {"dump": dumped(url)}
    assert f"{DAG_ID}".encode() in told["dump"]
    values = HARMLESS.values() if kept == "structure" else ()
    assert found(told, (*(leak.secret for leak in leaks()), *values)) == {}


def test_of_structure_alone_no_value_is_found_and_flows_are(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite:///{tmp_path / 'x.sqlite'}"
    with leaking(url, caplog, keep_values="structure", mask_key=KEY) as (settings, store):
        told = everything(settings, store, caplog, tmp_path)
        told["file"] = b"".join(each.read_bytes() for each in tmp_path.glob("x.sqlite*"))
        told_flows = flows(store)
        with store.reading() as session:
            facts = read_run_facts(session, deployment_pk=1, run=RunKey(DAG_ID, "r1"))
    # The command line reads the file of a DAG by itself.
    told.pop("commands")
    values = [leak.secret for leak in leaks()] + list(HARMLESS.values())
    assert found(told, values) == {}
    assert facts.source is None
    given = next(
        one.value
        for one in facts.xcoms
        if (one.at.instance.task_id, one.at.key) == ("make", "return_value")
    )
    assert isinstance(given, dict)
    assert given.keys() >= {"path", "count", "db", "notes"}
    assert {(flow.consumer.field, flow.evidence, flow.redacted) for flow in told_flows} >= {
        ("env_vars.PATH_IN", Evidence.INFERRED, True)
    }


@contextmanager
def leaking(
    database_url: str, caplog: pytest.LogCaptureFixture, **more: str
) -> Iterator[tuple[Settings, Store]]:
    """The mirror of an Airflow that tells secrets, everything logged."""
    for client in ("httpx2", "httpcore2"):
        caplog.set_level(logging.WARNING, logger=client)
    caplog.set_level(logging.DEBUG)
    with FakeAirflow() as airflow:
        fill(airflow)
        settings = settings_for(airflow.url, database_url, **more)
        with opened(settings) as store:
            mirror(settings, store)
            yield settings, store


def everything(
    settings: Settings, store: Store, caplog: pytest.LogCaptureFixture, folder: Path
) -> dict[str, bytes]:
    told = pages(store)
    assert len(told) > 60
    assert unseen(iter(told)) <= NOT_FOLLOWED
    told["webhooks"] = b"\n".join(webhooks(store))
    told["commands"] = command_line(settings, folder).encode()
    told["log"] = caplog.text.encode()
    return told


def flows(store: Store) -> tuple[Flow, ...]:
    with store.reading() as session:
        return tuple(read_flows(session, deployment_pk=1, run=RunKey(DAG_ID, "r1")))


def found(told: dict[str, bytes], secrets: Iterable[str]) -> dict[str, set[str]]:
    """Where any of these stands, however it is escaped: its longest part that never is."""
    lowered = {place: text.lower() for place, text in told.items()}
    result: dict[str, set[str]] = {}
    for secret in secrets:
        core = max(re.findall(r"[A-Za-z0-9]+", secret), key=len).lower().encode()
        assert len(core) >= 8 or core == secret.encode(), secret
        for place, text in lowered.items():
            if core in text:
                result.setdefault(place, set()).add(secret)
    return result
