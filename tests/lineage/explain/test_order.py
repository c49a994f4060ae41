# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""What the producer was doing when it was read, and runs that are not there."""

from dataclasses import replace
from typing import Any

import pytest

from app.lineage.analyze import analyze
from app.model.facts import Reach, RunFacts, Try
from app.model.findings import Problem
from app.model.ids import RunKey
from app.model.values import Json
from tests.build import RUN, after, make_task, make_try, make_try_key, make_xcom
from tests.lineage.scenario import Scenario, failing_template

NONE = "UndefinedError: 'None' has no attribute 'k'"
PULL = "{{ ti.xcom_pull('make')['k'] }}"
OTHER = "{{ ti.xcom_pull('a', dag_id='orders')['k'] }}"
LATE: Json = {"k": "late"}


def facts_of(template: str = PULL, said: str = NONE, **more: Any) -> RunFacts:
    """The pod `use`, which failed at second 20, behind `make`."""
    scenario = Scenario(
        f"""
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments=[{template!r}])
""",
        got={"use": None},
        states={"use": "failed"},
        said={"use": failing_template("use", "arguments", [template], said), "make": []},
        **{"gave": {}, "others": ("make",), **more},
    )
    return scenario.facts()


def with_tries(facts: RunFacts, *tries: Try, **more: Any) -> RunFacts:
    """The facts with these tries instead of those of their tasks."""
    names = {one.key.instance.task_id for one in tries}
    others = [one for one in facts.tries if one.key.instance.task_id not in names]
    return replace(facts, tries=(*others, *tries), **more)


def problem_of(facts: RunFacts) -> Problem:
    (problem,) = analyze(facts).problems
    return problem


def said_of(facts: RunFacts) -> tuple[str, str]:
    problem = problem_of(facts)
    return problem.kind.value, problem.title


@pytest.mark.parametrize(
    ("state", "kind", "title"),
    [
        ("failed", "producer_failed", "use reads make, which failed"),
        ("up_for_retry", "producer_failed", "use reads make, which failed and waits for its next try"),
        ("skipped", "producer_skipped", "use reads make, which was skipped"),
        (None, "producer_not_run", "use reads make, which had not run"),
        ("queued", "producer_not_run", "use reads make, which was still queued"),
        ("scheduled", "producer_not_run", "use reads make, which was still waiting to be queued"),
        ("removed", "producer_not_run", "use reads make, which was removed from the DAG"),
    ],
)  # fmt: skip
def test_a_producers_state_is_the_cause(state: str | None, kind: str, title: str) -> None:
    facts = with_tries(facts_of(), make_try("make", state=state, end=after(9)))
    assert said_of(facts) == (kind, title)


def test_of_a_producer_that_could_not_run_the_task_that_failed_before_it_is_to_blame() -> None:
    chain = (make_task("first", "make"), make_task("make", "use"), make_task("use"))
    first = make_try("first", state="failed")
    could_not = make_try(
        "make", state="upstream_failed", try_number=0, start=after(11), end=after(11)
    )
    told = facts_of()
    logs = (*told.logs, replace(told.logs[-1], key=first.key, events=()))
    found = analyze(with_tries(told, first, could_not, tasks=chain, logs=logs)).problems
    (problem,) = (one for one in found if one.consumer)
    assert problem.title == "use reads make, which could not run, as a task before it failed"
    assert problem.root == first.key


def test_a_producer_that_failed_only_later_was_still_running() -> None:
    """The reader's trigger rule did not wait for it."""
    running = make_try("make", state="failed", end=after(60))
    assert said_of(with_tries(facts_of(), running)) == (
        "producer_not_run",
        "use reads make, which was still running",
    )


def test_a_producer_that_pushed_after_the_reader_began_is_told_as_such() -> None:
    late = make_try("make", start=after(30), end=after(60))
    facts = with_tries(facts_of(), late, xcoms=(make_xcom("make", LATE, seconds=59),))
    assert said_of(facts) == ("producer_not_run", "use reads make, which pushed it only later")


def again(state: str) -> RunFacts:
    """The reader began while the second try of `make` ran, which had taken the first one's value away."""
    first = make_try("make", state=state, end=after(10))
    second = make_try("make", try_number=2, start=after(15), end=after(60))
    old = make_xcom("make", {"k": "old"}, seconds=9, is_gone=True)
    new = make_xcom("make", {"k": "new"}, seconds=59)
    return with_tries(facts_of(), first, second, xcoms=(old, new))


def test_a_producer_that_was_cleared_is_told_from_one_that_was_retried() -> None:
    assert said_of(again("success"))[1] == "use reads make, which was cleared and ran again (try 2)"
    assert said_of(again("failed"))[1] == (
        "use reads make, which was in its next try (2), whose start took away what it had pushed"
    )


def test_a_task_that_only_runs_later_is_read_in_the_wrong_order() -> None:
    order = (make_task("use", "make"), make_task("make"))
    late = make_try("make", start=after(30), end=after(60))
    problem = problem_of(with_tries(facts_of(), late, tasks=order))
    assert problem.kind.value == "not_upstream"
    assert problem.title == "use reads make, which only runs after it"
    assert problem.suggestion is not None
    assert "make >> use" in problem.suggestion.text


def race() -> RunFacts:
    """`make` is not upstream of `use`, whose first try began too early."""
    apart = (make_task("use"), make_task("make"))
    slow = make_try("make", end=after(60))
    return with_tries(facts_of(), slow, tasks=apart, xcoms=(make_xcom("make", LATE, seconds=59),))


def test_a_race_is_told_as_such() -> None:
    assert said_of(race()) == (
        "not_upstream",
        "use reads make, which need not have ended before it starts",
    )


def test_a_race_that_a_retry_wins_leaves_nothing_open() -> None:
    second = make_try(
        "use", try_number=2, start=after(70), end=after(80), rendered={"arguments": ["late"]}
    )
    facts = race()
    assert analyze(replace(facts, tries=(*facts.tries, second))).problems == ()


def test_a_race_that_the_retry_loses_as_well_is_of_the_last_try() -> None:
    facts = race()
    log = next(one for one in facts.logs if one.key == make_try_key("use"))
    second = make_try("use", try_number=2, state="failed", start=after(30), end=after(31))
    problem = problem_of(
        replace(
            facts, tries=(*facts.tries, second), logs=(*facts.logs, replace(log, key=second.key))
        )
    )
    assert problem.kind.value == "not_upstream"
    assert problem.consumer is not None
    assert problem.consumer.try_number == 2


DAGS = {"other_dags": {"orders": frozenset({"a"})}}


def reached(*, is_prior: bool = False, run_id: str = RUN.run_id) -> dict[str, Any]:
    """The other DAG's run was looked up, and is not stored."""
    reach = Reach("orders", run_id, "a", "return_value", is_prior)
    more: dict[str, Any] = {**DAGS}
    more["reached"] = {reach: ()}
    return {"more": more}


def test_another_dag_without_a_run_of_this_run_id_is_the_cause() -> None:
    problem = problem_of(facts_of(OTHER, **reached()))
    assert problem.kind.value == "cross_dag_run_mismatch"
    assert problem.title == "use reads orders in a run that it does not have"
    assert problem.wrong == "orders"
    assert [one.seen for one in problem.checks if one.ok is False] == [
        f"no run {RUN.run_id} of orders is known"
    ]
    assert problem.suggestion is not None
    assert "run_id='…'" in problem.suggestion.text


def test_a_run_that_is_named_and_is_not_there_is_the_cause() -> None:
    template = "{{ ti.xcom_pull('a', dag_id='orders', run_id='r1')['k'] }}"
    problem = problem_of(facts_of(template, **reached(run_id="r1")))
    assert problem.kind.value == "cross_dag_run_mismatch"
    assert problem.suggestion is not None
    assert problem.suggestion.text == "orders has no run r1: name one that it has"


def test_earlier_runs_of_another_dag_are_found_by_the_run_id_alone() -> None:
    template = "{{ ti.xcom_pull('a', dag_id='orders', include_prior_dates=True)['k'] }}"
    problem = problem_of(facts_of(template, **reached(is_prior=True)))
    assert problem.kind.value == "cross_dag_run_mismatch"
    assert problem.suggestion is not None
    assert "in Airflow 3 include_prior_dates finds earlier runs" in problem.suggestion.text


def test_the_text_none_of_another_dag_without_the_run_is_told_in_silence_too() -> None:
    template = "--in={{ ti.xcom_pull('a', dag_id='orders') }}"
    facts = facts_of(template, **reached())
    green = make_try("use", start=after(20), end=after(29), rendered={"arguments": ["--in=None"]})
    problem = problem_of(with_tries(facts, green, logs=()))
    assert (problem.kind.value, problem.silent) == ("cross_dag_run_mismatch", True)


def test_a_run_that_is_not_mirrored_but_gave_a_value_is_no_problem() -> None:
    template = "{{ ti.xcom_pull('make') }}-{{ ti.xcom_pull('a', dag_id='orders') }}"
    facts = facts_of(template, gave={"make": "m1"}, others=(), **reached())
    green = make_try("use", start=after(20), end=after(29), rendered={"arguments": ["m1-v9"]})
    found = analyze(with_tries(facts, green, logs=()))
    assert found.problems == ()
    assert [one.evidence.value for one in found.flows] == ["confirmed"]


def test_all_earlier_values_at_once_are_a_list() -> None:
    """Airflow 3 gives every run's value; with a map index it gives the latest."""
    template = "{{ ti.xcom_pull('make', include_prior_dates=True)['k'] }}"
    reach = Reach(RUN.dag_id, RUN.run_id, "make", "return_value", is_prior=True)
    old = RunKey(RUN.dag_id, "yesterday")
    facts = facts_of(
        template,
        "UndefinedError: 'list object' has no attribute 'k'",
        gave={"make": {"k": "new"}},
        others=(),
        more={
            "reached": {reach: (old,)},
            "other_xcoms": (make_xcom("make", {"k": "old"}, run=old),),
            "other_tries": (make_try("make", run=old),),
        },
    )
    problem = problem_of(facts)
    assert problem.kind.value == "not_a_mapping"
    assert problem.suggestion is not None
    assert problem.suggestion.replacement == (
        "{{ ti.xcom_pull('make', include_prior_dates=True, map_indexes=-1)['k'] }}"
    )
