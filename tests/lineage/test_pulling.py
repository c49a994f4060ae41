# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""What pulls give in Airflow 2 and in Airflow 3, and which flows follow (airflow-facts.md)."""

from typing import Any

import pytest

from app.lineage.analyze import analyze
from app.model.facts import Reach
from app.model.ids import RunKey
from app.model.values import Json
from tests.build import RUN, after, make_task, make_try, make_xcom
from tests.lineage.scenario import Scenario, check, shown_flow

A: Json = {"k": "A"}
B: Json = {"k": "B"}
MAPPED = {"each[0]": A, "each[1]": B}
GAP = {"each[0]": A, "each[2]": B}
ONE = {"each[0]": A}
BOTH_A_AND_B = "a -> use.arguments[0] [0:24] confirmed\nb -> use.arguments[0] [0:24] confirmed"

# name, Airflow, what was given, template, text in the field, flows
CASES: list[tuple[str, int, dict[str, Any], str, str, str]] = [
    ("no task_ids in 3: its own", 3, {"a": A, "b": B}, "xcom_pull()", "None", ""),
    ("no task_ids in 2: the newest of any task", 2, {"a": A, "b:k": B}, "xcom_pull()", "{'k': 'A'}", "a -> use.arguments[0] [0:10] confirmed"),
    ("no task_ids in 2, by key", 2, {"a": A, "b:k": "B1"}, "xcom_pull(key='k')", "B1", "b:k -> use.arguments[0] [0:2] confirmed"),
    ("a list in 3", 3, {"a": A, "b": B}, "xcom_pull(task_ids=['a', 'b'])", "[{'k': 'A'}, {'k': 'B'}]", BOTH_A_AND_B),
    ("a list with a gap in 3", 3, {"b": B}, "xcom_pull(task_ids=['a', 'b'])", "[None, {'k': 'B'}]", "b -> use.arguments[0] [0:18] confirmed"),
    ("a list with a gap in 3, indexed", 3, {"b": B}, "xcom_pull(task_ids=['a', 'b'])[1].k", "B", "b['k'] -> use.arguments[0] [0:1] confirmed"),
    ("a list of one in 3", 3, {"a": A}, "xcom_pull(task_ids=['a'])", "[{'k': 'A'}]", "a -> use.arguments[0] [0:12] confirmed"),
    ("a list of one in 3, indexed", 3, {"a": A}, "xcom_pull(task_ids=['a'])[0]['k']", "A", "a['k'] -> use.arguments[0] [0:1] confirmed"),
    ("a list in 2", 2, {"a": A, "b": B}, "xcom_pull(task_ids=['a', 'b'])", "LazySelectSequence([2 items])", "a -> use.arguments[0] [0:29] declared\nb -> use.arguments[0] [0:29] declared"),
    ("a list with a gap in 2", 2, {"b": B}, "xcom_pull(task_ids=['a', 'b'])[0].k", "B", "b['k'] -> use.arguments[0] [0:1] confirmed"),
    ("a list of one in 2", 2, {"a": A}, "xcom_pull(task_ids=['a'])", "LazySelectSequence([1 item])", "a -> use.arguments[0] [0:28] declared"),
    ("a list in 2, made a real one", 2, {"a": A, "b": B}, "xcom_pull(task_ids=['a', 'b']) | list", "[{'k': 'A'}, {'k': 'B'}]", BOTH_A_AND_B),
    ("a list in 2, counted", 2, {"a": A, "b": B}, "xcom_pull(task_ids=['a', 'b']) | length", "2", "a -> use.arguments[0] [0:1] declared\nb -> use.arguments[0] [0:1] declared"),
    ("a mapped task in 3", 3, MAPPED, "xcom_pull('each')", "[{'k': 'A'}, {'k': 'B'}]", BOTH_A_AND_B.replace("a ->", "each#0 ->").replace("b ->", "each#1 ->")),
    ("a mapped task in 2", 2, MAPPED, "xcom_pull('each')", "LazySelectSequence([2 items])", "each#0 -> use.arguments[0] [0:29] declared\neach#1 -> use.arguments[0] [0:29] declared"),
    ("a mapped task in 2, indexed", 2, MAPPED, "xcom_pull('each')[1]['k']", "B", "each#1['k'] -> use.arguments[0] [0:1] confirmed"),
    ("a mapped task's only instance in 3", 3, ONE, "xcom_pull('each')", "{'k': 'A'}", "each#0 -> use.arguments[0] [0:10] confirmed"),
    ("a mapped task's only instance in 2", 2, ONE, "xcom_pull('each')", "LazySelectSequence([1 item])", "each#0 -> use.arguments[0] [0:28] declared"),
    ("a mapped task with a gap in 3: the values close up", 3, GAP, "xcom_pull('each')[1].k", "B", "each#2['k'] -> use.arguments[0] [0:1] confirmed"),
    ("a mapped task in a list in 3", 3, {**MAPPED, "a": "x"}, "xcom_pull(['a', 'each'])[2].k", "B", "each#1['k'] -> use.arguments[0] [0:1] confirmed"),
    ("a mapped task in a list in 2", 2, {**MAPPED, "a": "x"}, "xcom_pull(['a', 'each'])[2].k", "B", "each#1['k'] -> use.arguments[0] [0:1] confirmed"),
    ("one map index", 3, MAPPED, "xcom_pull('each', map_indexes=1)", "{'k': 'B'}", "each#1 -> use.arguments[0] [0:10] confirmed"),
    ("one map index in 2", 2, MAPPED, "xcom_pull('each', map_indexes=1)", "{'k': 'B'}", "each#1 -> use.arguments[0] [0:10] confirmed"),
    ("a list of map indexes", 3, MAPPED, "xcom_pull('each', map_indexes=[1])[0].k", "B", "each#1['k'] -> use.arguments[0] [0:1] confirmed"),
    ("a list of map indexes in 2", 2, MAPPED, "xcom_pull('each', map_indexes=[0, 1])", "LazySelectSequence([2 items])", "each#0 -> use.arguments[0] [0:29] declared\neach#1 -> use.arguments[0] [0:29] declared"),
    ("map indexes of which one does not exist", 3, MAPPED, "xcom_pull('each', map_indexes=[0, 7]) | string", "[{'k': 'A'}, None]", "each#0 -> use.arguments[0] [0:18] confirmed"),
    ("a default that 3 does not use", 3, {"a": A}, "xcom_pull('gone', default='x')", "None", ""),
    ("a default that 2 uses", 2, {"a": A}, "xcom_pull('gone', default='x')", "x", ""),
    ("multiple outputs", 3, {"a": A, "a:k": "A"}, "xcom_pull('a', key='k')", "A", "a:k -> use.arguments[0] [0:1] confirmed"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("major", "gave", "template", "text", "flows"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_pull_gives_what_its_airflow_gives(
    major: int, gave: dict[str, Any], template: str, text: str, flows: str
) -> None:
    facts = _scenario(template, text, gave, airflow_major=major).facts()
    shown = sorted(map(shown_flow, analyze(facts).flows))
    assert shown == sorted(line.strip() for line in flows.splitlines())


def _scenario(template: str, text: str, gave: dict[str, Any], **more: Any) -> Scenario:
    source = f"""
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments=["{{{{ ti.{template} }}}}"])
"""
    return Scenario(
        source, gave=gave, got={"use": {"arguments": [text]}}, others=("gone",), more=more
    )


# Other runs: which XComs a pull reads there.

EARLIER = RunKey(RUN.dag_id, "scheduled__2026-11-19T06:00:00+00:00")
OLDEST = RunKey(RUN.dag_id, "scheduled__2026-11-18T06:00:00+00:00")
PRIOR = Reach(RUN.dag_id, RUN.run_id, "a", "return_value", is_prior=True)


def _pulls_prior(text: str, *runs: RunKey, major: int = 3, **gave: Any) -> list[str]:
    """The flows of a pull over earlier runs, of which each gave its own run_id's day."""
    xcoms = tuple(make_xcom("a", run.run_id[11:21], run=run, seconds=-60) for run in runs)
    scenario = _scenario(
        "xcom_pull('a', include_prior_dates=True)",
        text,
        gave,
        airflow_major=major,
        reached={PRIOR: runs},
        other_xcoms=xcoms,
        other_tries=tuple(make_try("a", run=run, start=after(-90)) for run in runs),
    )
    return [
        f"{flow.producer.instance.run_id[11:21]} {flow.evidence.value}"
        for flow in analyze(scenario.facts()).flows
    ]


def test_a_pull_over_earlier_runs_names_the_run_it_read() -> None:
    assert _pulls_prior("2026-11-19", EARLIER) == ["2026-11-19 confirmed"]


def test_airflow_2_reads_the_newest_of_earlier_runs() -> None:
    assert _pulls_prior("2026-11-19", EARLIER, OLDEST, major=2) == ["2026-11-19 confirmed"]
    assert _pulls_prior("own", EARLIER, major=2, a="own") == ["2026-11-20 confirmed"]


def test_airflow_3_gives_all_earlier_values_in_nobodys_order() -> None:
    shown = "['2026-11-18', '2026-11-19']"
    assert _pulls_prior(shown, EARLIER, OLDEST) == ["2026-11-18 declared", "2026-11-19 declared"]


def test_an_earlier_value_that_is_not_the_one_we_know_contradicts_nothing() -> None:
    """Runs before we looked may have given it."""
    assert _pulls_prior("2026-11-17", EARLIER, major=2) == ["2026-11-19 declared"]


def test_a_pull_over_earlier_runs_asks_for_them() -> None:
    facts = _scenario("xcom_pull('a', include_prior_dates=True)", "x", {}).facts()
    analysis = analyze(facts)
    assert analysis.reaches == (PRIOR,)
    assert not analysis.flows
    assert not analysis.problems


OTHER = RunKey("imagery", RUN.run_id)


@pytest.mark.parametrize("name", ["imagery", "' ~ 'imagery"])
def test_another_dags_run_of_the_same_id_is_asked_for_by_what_the_template_says(name: str) -> None:
    template = f"xcom_pull(dag_id='{name}', task_ids='fetch')['k']"
    reach = Reach("imagery", RUN.run_id, "fetch", "return_value")
    facts = _scenario(template, "A", {"a": A}, other_dags={"imagery": frozenset({"fetch"})}).facts()
    assert analyze(facts).reaches == (reach,)
    assert analyze(facts).flows == ()
    known = {
        "reached": {reach: (OTHER,)},
        "other_xcoms": (make_xcom("fetch", A, run=OTHER, seconds=1),),
        "other_dags": {"imagery": frozenset({"fetch"})},
    }
    check(
        _scenario(template, "A", {"a": A}, **known),
        flows="fetch['k'] -> use.arguments[0] [0:1] confirmed",
    )


def test_a_run_named_by_the_pull_is_the_one_that_is_read() -> None:
    template = "xcom_pull('a', run_id='scheduled__2026-11-19T06:00:00+00:00').k"
    reach = Reach(RUN.dag_id, EARLIER.run_id, "a", "return_value")
    known = {
        "reached": {reach: (EARLIER,)},
        "other_xcoms": (make_xcom("a", B, run=EARLIER, seconds=-60),),
    }
    facts = _scenario(template, "B", {"a": A}, **known).facts()
    (flow,) = analyze(facts).flows
    assert (flow.producer.instance.run, flow.evidence.value) == (EARLIER, "confirmed")


# XComArgs.


def _handed(rendered: Any, gave: dict[str, Any], **more: Any) -> list[str]:
    source = """
with DAG("geo_tiles"):
    each = KubernetesPodOperator(task_id="each", do_xcom_push=True)
    PythonOperator(task_id="use", op_args=[each.output])
"""
    got = {"use": {"op_args": [rendered], "op_kwargs": {}}}
    facts = Scenario(source, gave=gave, got=got, more=more).facts()
    return sorted(map(shown_flow, analyze(facts).flows))


def test_an_argument_of_a_mapped_task_is_a_list_even_of_one() -> None:
    """Airflow 3 writes but the list's name into the field, so nothing can be confirmed."""
    lazy = "LazyXComSequence([1 item])"
    assert _handed(lazy, ONE) == ["each#0 -> use.op_args[0] [0:26] declared"]
    assert _handed([A], ONE) == ["each#0 -> use.op_args[0] [0:12] confirmed"]


GROUPED = """
with DAG("geo_tiles"):
    with TaskGroup("g"):
        make = KubernetesPodOperator(task_id="make", do_xcom_push=True)
        KubernetesPodOperator(task_id="use", arguments=[make.output, "{{ ti.xcom_pull('g.make')[1] }}"])
"""


def test_in_a_mapped_group_an_argument_is_of_the_same_instance_and_a_template_is_of_all() -> None:
    got = {f"g.use[{n}]": {"arguments": [f"v{n}", "v1"]} for n in range(2)}
    scenario = Scenario(GROUPED, gave={"g.make[0]": "v0", "g.make[1]": "v1"}, got=got)
    tasks = (make_task("g.make", "g.use"), make_task("g.use"))
    scenario.more = {"tasks": tasks}
    check(
        scenario,
        flows="""g.make#0 -> g.use#0.arguments[0] [0:2] confirmed
                 g.make#1 -> g.use#0.arguments[1] [0:2] confirmed
                 g.make#1 -> g.use#1.arguments[0] [0:2] confirmed
                 g.make#1 -> g.use#1.arguments[1] [0:2] confirmed""",
    )


# Tries: whose XCom stood there when the reader rendered.


def _retried(text: str, start: float, *producer: tuple[float, float | None, str | None]) -> str:
    """The flow into a reader that began at `start`; each try of `a`: start, end, value."""
    tries = tuple(
        make_try(
            "a",
            try_number=n,
            start=after(begin),
            end=None if end is None else after(end),
            state="running" if end is None else "success",
        )
        for n, (begin, end, _) in enumerate(producer, 1)
    )
    xcoms = tuple(
        make_xcom("a", value, seconds=end - 0.5)
        for _, end, value in producer
        if value is not None and end is not None
    )
    reader = make_try(
        "use", start=after(start), end=after(start + 9), rendered={"arguments": [text]}
    )
    facts = _scenario("xcom_pull('a')", text, {}, xcoms=xcoms, tries=(*tries, reader)).facts()
    return " ".join(
        f"try {flow.producer.try_number} {flow.evidence.value}" for flow in analyze(facts).flows
    )


def test_a_reader_that_ran_before_its_producer_was_cleared_read_the_first_try() -> None:
    assert _retried("old", 20, (1, 10, "old"), (40, 50, "new")) == "try 1 confirmed"


def test_a_producer_that_retries_after_the_reader_ended_changes_nothing() -> None:
    assert _retried("same", 20, (1, 10, "same"), (40, 50, "same")) == "try 1 confirmed"


def test_while_the_second_try_runs_there_is_nothing_to_read() -> None:
    assert _retried("None", 30, (1, 10, "old"), (20, None, None)) == ""
    assert _retried("old", 30, (1, 10, "old"), (20, None, None)) == ""


def test_a_reader_after_the_second_try_read_the_second() -> None:
    assert _retried("new", 60, (1, 10, "old"), (40, 50, "new")) == "try 2 confirmed"
    assert _retried("old", 60, (1, 10, "old"), (40, 50, "new")) == "try 2 contradicted"


def test_a_value_pushed_between_the_readers_start_and_end_may_be_the_one_it_read() -> None:
    assert _retried("new", 45, (1, 10, "old"), (40, 50, "new")) == "try 2 confirmed"
