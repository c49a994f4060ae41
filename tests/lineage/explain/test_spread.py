# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""Where a wrong value went on: through what its reader gave, as far as it can be known again."""

from typing import Any

from app.lineage.analyze import analyze
from app.lineage.explain.spread import MOST
from app.model.findings import Problem
from tests.lineage.scenario import Scenario

SOURCE = """
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments=["s3://b/{{ ti.xcom_pull('mkae') }}/x"], do_xcom_push=True)
    KubernetesPodOperator(task_id="next", arguments=["{{ ti.xcom_pull('use')['path'] }}", "{{ ti.xcom_pull('use')['rows'] }}"], do_xcom_push=True)
    KubernetesPodOperator(task_id="last", env_vars={"IN": "{{ ti.xcom_pull('next')['seen'] }}"})
    KubernetesPodOperator(task_id="other", arguments=["{{ ti.xcom_pull('make')['k'] }}"])
"""
WRONG = "s3://b/None/x"
GOT: dict[str, Any] = {
    "use": {"arguments": [WRONG]},
    "next": {"arguments": [WRONG, "7"]},
    "last": {"env_vars": [{"name": "IN", "value": f"read {WRONG}"}]},
    "other": {"arguments": ["v"]},
}
GAVE: dict[str, Any] = {
    "make": {"k": "v"},
    "use": {"path": WRONG, "rows": 7},
    "next": {"seen": f"read {WRONG}"},
}


def spread(**more: Any) -> list[str]:
    facts = Scenario(**{"source": SOURCE, "gave": GAVE, "got": GOT, **more}).facts()
    (found,) = analyze(facts).problems
    return places(found)


def places(problem: Problem) -> list[str]:
    return [f"{one.instance.task_id}.{one.field}" for one in problem.spread]


def test_it_is_followed_from_task_to_task() -> None:
    assert spread() == ["next.arguments[0]", "last.env_vars.IN"]


def test_it_ends_where_a_task_gave_something_else() -> None:
    gave = {**GAVE, "next": {"seen": "all is well"}}
    got = {**GOT, "last": {"env_vars": [{"name": "IN", "value": "all is well"}]}}
    assert spread(gave=gave, got=got) == ["next.arguments[0]"]


def test_a_task_that_gave_a_healthy_value_spreads_nothing() -> None:
    gave = {**GAVE, "use": {"path": "s3://b/1/x", "rows": 7}, "next": {"seen": "x"}}
    got = {
        "use": GOT["use"],
        "next": {"arguments": ["s3://b/1/x", "7"]},
        "last": {"env_vars": [{"name": "IN", "value": "x"}]},
    }
    assert spread(gave=gave, got=got) == []


def test_a_repr_is_followed_word_for_word() -> None:
    source = """
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments=["{{ ti.xcom_pull('make') }}"], do_xcom_push=True)
    KubernetesPodOperator(task_id="next", arguments=["{{ ti.xcom_pull('use')['config'] }}"])
"""
    text = "{'k': 'v'}"
    gave = {"make": {"k": "v"}, "use": {"config": f"config: {text}"}}
    got = {"use": {"arguments": [text]}, "next": {"arguments": [f"config: {text}"]}}
    assert spread(source=source, gave=gave, got=got) == ["next.arguments[0]"]


def test_it_names_no_more_fields_than_anybody_reads() -> None:
    readers = "".join(
        f"""
    KubernetesPodOperator(task_id="n{at}", arguments=["{{{{ ti.xcom_pull('use')['path'] }}}}"])"""
        for at in range(2 * MOST)
    )
    got = {"use": GOT["use"], **{f"n{at}": {"arguments": [WRONG]} for at in range(2 * MOST)}}
    source = "\n".join(SOURCE.splitlines()[:3]) + readers
    assert len(spread(source=source, got=got, gave={"use": {"path": WRONG}, "make": 1})) == MOST


def test_the_word_none_in_a_sentence_is_not_the_value_that_was_missing() -> None:
    gave = {**GAVE, "use": {"path": "None of them", "rows": 7}}
    got = {
        **GOT,
        "use": {"arguments": ["s3://b/None/x"]},
        "next": {"arguments": ["None of them", "7"]},
    }
    assert spread(gave=gave, got=got) == []
