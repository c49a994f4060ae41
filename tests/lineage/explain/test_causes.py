"""Causes and victims: `told` shows each cause as who tells it and who is folded in."""

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.lineage.explain.causes import with_causes
from app.lineage.upstream import Upstream
from app.model.findings import Problem, ProblemKind
from app.model.ids import RunKey, TaskInstanceKey
from tests.build import (
    make_consumer,
    make_instance,
    make_problem,
    make_producer,
    make_pull,
    make_task,
    make_try_key,
)

CHAIN = Upstream((make_task("a", "b"), make_task("b", "c"), make_task("c", "d"), make_task("d")))


def push(task_id: str, kind: ProblemKind = ProblemKind.INVALID_JSON, **instance: int) -> Problem:
    producer = make_producer(task_id, (), **instance)
    return make_problem(kind, consumer=None, pull=None, producer=producer)


def pull(
    task_id: str,
    kind: ProblemKind = ProblemKind.PRODUCER_FAILED,
    *,
    root: str | None = None,
    field: str = "arguments[0]",
    **more: Any,
) -> Problem:
    return make_problem(
        kind,
        **{
            "consumer": make_consumer(task_id, field),
            "pull": make_pull(root or "extract"),
            "root": make_try_key(root) if root else None,
            **more,
        },
    )


def told(problems: tuple[Problem, ...]) -> list[str]:
    """`a: b, c` for each cause, in the order of their tellers."""
    lines = []
    for teller in (one for one in problems if not one.is_victim):
        folded = [name(one) for one in problems if one.cause == teller.cause and one is not teller]
        lines.append(f"{name(teller)}: {', '.join(folded)}".rstrip(": "))
    return lines


def name(problem: Problem) -> str:
    place = problem.consumer or problem.producer
    assert place is not None
    return place.instance.task_id


def test_a_failed_push_tells_the_cause_of_all_that_read_it() -> None:
    found = with_causes([pull("b", root="a"), push("a"), pull("c", root="a")], CHAIN)
    assert told(found) == ["a: b, c"]


def test_what_follows_from_what_follows_has_the_first_cause() -> None:
    found = with_causes([pull("d", root="c"), pull("c", root="b"), pull("b", root="a"), push("a")])
    assert told(found) == ["a: d, c, b"]


def test_a_task_that_failed_in_its_own_template_tells_the_cause_of_its_readers() -> None:
    found = with_causes([pull("b", root="a"), pull("a", ProblemKind.UNKNOWN_TASK)], CHAIN)
    assert told(found) == ["a: b"]


def test_without_a_problem_of_the_root_the_first_task_of_the_dag_tells() -> None:
    found = with_causes([pull("c", root="a"), pull("b", root="a"), pull("d", root="x")], CHAIN)
    assert told(found) == ["b: c", "d"]


def test_a_root_that_never_started_leads_to_what_stopped_it() -> None:
    problems = [push("a"), pull("c", root="b")]
    assert told(with_causes(problems, CHAIN, {make_instance("b")})) == ["a: c"]
    assert told(with_causes(problems, CHAIN)) == ["a", "c"]


def test_a_silent_problem_of_the_root_did_not_stop_it() -> None:
    silent = pull("a", ProblemKind.NULL_VALUE, silent=True)
    assert told(with_causes([silent, pull("b", root="a")], CHAIN)) == ["a", "b"]


def test_mapped_instances_that_fail_alike_are_one_thing() -> None:
    quota = ProblemKind.QUOTA_NEEDS_SIDECAR_RESOURCES
    same = [push("a", quota, map_index=1), push("a", quota, map_index=0)]
    found = with_causes([*same, push("a", ProblemKind.EXEC_LOST, map_index=2)])
    assert told(found) == ["a: a", "a"]
    assert [one.is_victim for one in found] == [True, False, False]


def test_the_same_wrong_part_is_one_thing_wherever_it_stands() -> None:
    def typo(task_id: str, wrong: str, field: str = "x") -> Problem:
        pulled = make_pull("extract", wrong)
        return pull(
            task_id, ProblemKind.UNKNOWN_TASK, field=field, pull=pulled, wrong=wrong, root=None
        )

    found = with_causes(
        [typo("b", "mkae"), typo("b", "mkae", "y"), typo("c", "mkae"), typo("c", "q")]
    )
    assert told(found) == ["b: b, c", "c"]


def test_what_follows_a_wrong_step_makes_no_difference() -> None:
    def step(task_id: str, *path: str) -> Problem:
        return pull(task_id, ProblemKind.MISSING_PATH, pull=make_pull("a", path=path), wrong="x")

    found = with_causes([step("b", "x", "y"), step("c", "x"), step("d", "k", "x")], CHAIN)
    assert told(found) == ["b: c", "d"]


def test_every_reader_needs_its_own_dependency() -> None:
    late = ProblemKind.NOT_UPSTREAM
    found = with_causes([pull("b", late), pull("b", late, field="y"), pull("c", late)], CHAIN)
    assert told(found) == ["b: b", "c"]


def test_what_is_wrong_with_a_field_is_mended_there() -> None:
    lost = ProblemKind.BRACES_LOST
    assert told(with_causes([pull("b", lost), pull("b", lost, field="y")])) == ["b", "b"]


def test_roots_in_a_circle_are_one_thing() -> None:
    found = with_causes([pull("a", root="b"), pull("b", root="a"), pull("c", root="a")], CHAIN)
    assert told(found) == ["a: b, c"]


TASKS = st.sampled_from("abcdef")
PUSHES = st.builds(push, TASKS, st.sampled_from([ProblemKind.INVALID_JSON, ProblemKind.POD_FAILED]))
KINDS = [ProblemKind.PRODUCER_FAILED, ProblemKind.UNKNOWN_TASK, ProblemKind.NULL_VALUE]
PULLS = st.builds(
    pull,
    TASKS,
    st.sampled_from(KINDS),
    root=st.none() | TASKS,
    field=st.sampled_from(["x", "y"]),
    silent=st.booleans(),
)
PROBLEMS = st.lists(PUSHES | PULLS, unique=True, max_size=12)
ORDERS = st.lists(st.builds(make_task, TASKS, TASKS), max_size=6).map(Upstream)
BLOCKED = st.frozensets(TASKS.map(make_instance))


@given(PROBLEMS, ORDERS, BLOCKED, st.randoms())
def test_any_order_gives_the_same_and_each_cause_is_told_once(
    problems: list[Problem], order: Upstream, blocked: frozenset[TaskInstanceKey], random: Random
) -> None:
    found = with_causes(problems, order, blocked)
    assert [replace(one, cause="", is_victim=False) for one in found] == problems
    shuffled = list(problems)
    random.shuffle(shuffled)
    assert set(with_causes(shuffled, order, blocked)) == set(found)
    tellers = [one.cause for one in found if not one.is_victim]
    assert sorted(tellers) == sorted({one.cause for one in found})


@given(PROBLEMS, ORDERS)
def test_a_cause_names_no_run_try_line_or_wording(problems: list[Problem], order: Upstream) -> None:
    later = [_elsewhen(problem) for problem in problems]
    found, again = with_causes(problems, order), with_causes(later, order)
    assert [one.cause for one in found] == [one.cause for one in again]


def _elsewhen(problem: Problem) -> Problem:
    run, number = RunKey("geo_tiles", "later"), 3
    at, by, root = problem.consumer, problem.producer, problem.root
    return replace(
        problem,
        title="told otherwise",
        consumer=at and make_consumer(name(problem), at.field, run=run, try_number=number),
        producer=by and replace(by, instance=make_instance(name(problem), run=run), try_number=2),
        pull=problem.pull and replace(problem.pull, line=99, template="{{ other }}"),
        root=root and make_try_key(root.instance.task_id, number, run=run),
        airflow_said="another line",
    )
