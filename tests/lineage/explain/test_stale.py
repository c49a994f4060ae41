"""Values that are old: of an earlier try, of another run, or changed after they were read."""

from dataclasses import replace
from typing import Any

from app.lineage.analyze import analyze
from app.model.facts import Reach, RunFacts, Try
from app.model.findings import Problem, Severity
from app.model.ids import RunKey
from tests.build import RUN, after, make_try, make_xcom
from tests.lineage.scenario import Scenario

EARLIER = RunKey(RUN.dag_id, "scheduled__2026-11-19")


def facts_of(template: str, rendered: str, **more: Any) -> RunFacts:
    source = f"""
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments=[{template!r}])
"""
    got = {"use": {"arguments": [rendered]}}
    return Scenario(source, **{"gave": {"make": {"k": "old"}}, "got": got, **more}).facts()


def only(facts: RunFacts) -> Problem:
    (problem,) = analyze(facts).problems
    assert (problem.kind.value, problem.severity) == ("stale_value", Severity.WARNING)
    return problem


PULL = "{{ ti.xcom_pull('make')['k'] }}"


def with_more(facts: RunFacts, value: Any, *tries: Try) -> RunFacts:
    pushed = make_xcom("make", value, seconds=69)
    return replace(facts, tries=(*facts.tries, *tries), xcoms=(*facts.xcoms, pushed))


def test_a_producer_that_ran_again_leaves_its_reader_with_an_old_value() -> None:
    again = make_try("make", try_number=2, start=after(60), end=after(70))
    found = only(with_more(facts_of(PULL, "old"), {"k": "new"}, again))
    assert found.title == "use has an old value of make, which ran again after it"
    assert found.silent
    assert found.checks[-1].seen == "read old, now new"
    assert found.suggestion is not None
    assert found.suggestion.text == "clear use, so that it reads make again"


def test_a_value_that_somebody_edited_is_told_apart() -> None:
    found = only(with_more(facts_of(PULL, "old"), {"k": "new"}))
    assert found.title == "use has an old value of make, which was changed after it"


def test_a_member_that_is_gone_has_changed_as_well() -> None:
    found = only(with_more(facts_of(PULL, "old"), {"other": 1}))
    assert found.checks[-1].seen == "read old, now null"


def test_code_that_read_before_is_told_too() -> None:
    source = """
def read(ti):
    return ti.xcom_pull(task_ids="make")["k"]
with DAG("geo_tiles"):
    PythonOperator(task_id="use", python_callable=read)
"""
    got: dict[str, Any] = {"use": {"op_args": [], "op_kwargs": {}}}
    facts = Scenario(source, gave={"make": {"k": "old"}}, got=got).facts()
    found = only(with_more(facts, {"k": "new"}))
    assert found.consumer is not None
    assert found.consumer.field == "python_callable"


def test_a_run_written_down_for_good_is_corrected_to_the_runs_own() -> None:
    template = f"{{{{ ti.xcom_pull('make', run_id='{EARLIER.run_id}')['k'] }}}}"
    facts = replace(
        facts_of(template, "older"),
        reached={Reach(RUN.dag_id, EARLIER.run_id, "make", "return_value"): (EARLIER,)},
        other_xcoms=(make_xcom("make", {"k": "older"}, run=EARLIER),),
        other_tries=(make_try("make", run=EARLIER),),
    )
    found = only(facts)
    assert found.title == f"use always reads the run {EARLIER.run_id}"
    assert found.suggestion is not None
    assert found.suggestion.replacement == PULL


def test_a_producer_that_gave_nothing_hides_behind_an_earlier_run() -> None:
    template = "{{ ti.xcom_pull('quiet', include_prior_dates=True, map_indexes=-1) }}"
    reach = Reach(RUN.dag_id, RUN.run_id, "quiet", "return_value", is_prior=True)
    facts = replace(
        facts_of(template, "last", others=("quiet",)),
        reached={reach: (EARLIER,)},
        other_xcoms=(make_xcom("quiet", "last", run=EARLIER, seconds=-900),),
    )
    found = only(facts)
    assert found.title == "use has quiet's value of an earlier run"
    assert found.checks[-1].seen == EARLIER.run_id


def test_an_old_value_that_nobody_kept_shows_by_what_the_template_gives_now() -> None:
    facts = facts_of(f"--in={PULL}", "--in=old")
    tries = tuple(one for one in facts.tries)
    again = make_try("make", try_number=2, start=after(60), end=after(70))
    now = make_xcom("make", {"k": "new"}, seconds=69)
    found = only(replace(facts, tries=(*tries, again), xcoms=(now,)))
    assert found.title == "use has an old value of make, which ran again after it"
    assert found.checks[-1].seen == "got --in=old, now --in=new"
    same = make_xcom("make", {"k": "old"}, seconds=69)
    assert analyze(replace(facts, tries=(*tries, again), xcoms=(same,))).problems == ()


def test_mapped_instances_that_ran_again_are_told_of_once() -> None:
    pull = "{{ ti.xcom_pull('many') | join(',') }}"
    facts = facts_of(pull, "a,b", gave={"many[0]": "a", "many[1]": "b"})
    again = tuple(
        make_try("many", map_index=at, try_number=2, start=after(60), end=after(70))
        for at in (0, 1)
    )
    pushed = tuple(make_xcom("many", "new", map_index=at, seconds=69) for at in (0, 1))
    facts = replace(facts, tries=(*facts.tries, *again), xcoms=(*facts.xcoms, *pushed))
    assert only(facts).title == "use has an old value of many, which ran again after it"
