"""What may have come from one of several tasks is shown as such, and never as a flow."""

from typing import Any

from starlette.testclient import TestClient

from app.model.findings import Analysis
from app.store.session import Store
from app.web import links
from tests.build import (
    RUN,
    keep,
    make_candidates,
    make_consumer,
    make_facts,
    make_instance,
    make_producer,
)
from tests.web.conftest import make_app
from tests.web.reading import words

LOAD = links.task_instance(deployment="default", instance=make_instance("load"))


def _page(store: Store, analysis: Analysis) -> str:
    keep(store, make_facts(), analysis)
    with TestClient(make_app(store)) as client:
        return client.get(LOAD).text


def test_a_field_names_all_that_gave_its_value_and_leads_there(empty_store: Store) -> None:
    html = _page(empty_store, Analysis(candidates=(make_candidates(),)))
    assert "perhaps from one of extract key1 enrich id" in words(html)
    assert "What it got nothing for certain" in words(html)
    for task_id in ("extract", "enrich"):
        href = links.task_instance(deployment="default", instance=make_instance(task_id))
        assert f'<a href="{href}">{task_id}</a>' in html
    assert "span-inferred" not in html


def test_a_single_one_is_no_fact_either(empty_store: Store) -> None:
    html = _page(empty_store, Analysis(candidates=(make_candidates(make_producer("extract")),)))
    assert "perhaps from extract key1" in words(html)


def test_candidates_of_another_try_are_not_shown(empty_store: Store) -> None:
    other = make_candidates(consumer=make_consumer("load", try_number=2))
    assert "perhaps" not in words(_page(empty_store, Analysis(candidates=(other,))))


def test_the_api_lists_candidates_beside_the_flows(empty_store: Store) -> None:
    keep(empty_store, make_facts(), Analysis(candidates=(make_candidates(),)))
    with TestClient(make_app(empty_store)) as client:
        found: Any = client.get(links.api_flows(deployment="default", run=RUN)).json()
    run = {"dag_id": RUN.dag_id, "run_id": RUN.run_id, "map_index": -1, "try_number": 1}
    assert found["flows"] == []
    assert found["candidates"] == [
        {
            "consumer": {**run, "task_id": "load", "field": "arguments[0]", "spans": [[0, 5]]},
            "producers": [
                {**run, "task_id": "extract", "key": "return_value", "path": ["key1"]},
                {**run, "task_id": "enrich", "key": "return_value", "path": ["id"]},
            ],
            "value": "alpha",
        }
    ]
