from typing import Any

from app.lineage.compare.compare import compare
from app.lineage.compare.comparison import Comparison, SideName, Step
from app.lineage.fields import address
from app.model.findings import Flow, Problem, ProblemKind
from app.model.ids import RunKey
from app.model.sides import RunSide
from app.model.values import Json
from tests.build import make_consumer, make_flow, make_problem, make_producer, make_pull
from tests.lineage.compare.given import BAD, GOOD, instance_of, make_side

URI = "s3://tiles/z14.parquet"


def run_of(  # noqa: PLR0913 - what differs
    run: RunKey,
    *,
    uri: Json = URI,
    got: Json = URI,
    grid: Json = 14,
    state: str = "success",
    flows: bool = True,
    problems: tuple[Problem, ...] = (),
    **load: Any,
) -> RunSide:
    """`plan` gives a grid, `extract` a URI, `load` gets it."""
    return make_side(
        run,
        instance_of(run, "plan", got={"arguments": ["all"]}, gave={"grid": grid}),
        instance_of(run, "extract", got={"arguments": [grid]}, gave={"uri": uri, "rows": 3}),
        instance_of(run, "load", **{"got": {"arguments": ["--in", got]}, "state": state, **load}),
        instance_of(run, "notify", got={"arguments": [uri]}),
        state=state,
        flows=_flows(run) if flows else (),
        problems=problems,
    )


def _flows(run: RunKey) -> tuple[Flow, ...]:
    return (
        make_flow(
            make_producer("plan", ("grid",), run=run),
            make_consumer("extract", "arguments[0]", run=run),
        ),
        make_flow(
            make_producer("extract", ("uri",), run=run),
            make_consumer("load", "arguments[1]", run=run),
        ),
    )


def told(comparison: Comparison) -> list[str]:
    path = comparison.path
    return [_told(one) for one in ([path.first] if path.first else []) + list(path.followed)]


def _told(step: Step) -> str:
    where = f"{step.what.value} {step.pair.task_id}"
    if step.change:
        return f"{where} {address(step.change.name, step.change.any_path)}"
    return f"{where} {step.problem.title}" if step.problem else where


def test_the_first_difference_is_the_earliest_task_that_gave_something_else() -> None:
    bad = run_of(BAD, uri=None, got="None", state="failed")
    assert told(compare(run_of(GOOD), bad)) == [
        "gave extract return_value.uri",
        "got load arguments[1]",
        "state load",
    ]


def test_it_is_the_same_whichever_side_failed() -> None:
    bad = run_of(BAD, uri=None, got="None", state="failed")
    comparison = compare(bad, run_of(GOOD))
    assert comparison.path.subject is SideName.LEFT
    assert told(comparison)[0] == "gave extract return_value.uri"


def test_what_is_beside_the_path_is_not_looked_at() -> None:
    bad = run_of(BAD, uri=None, got="None", state="failed")
    assert compare(run_of(GOOD), bad).path.task_ids == ("plan", "extract", "load")


def test_what_came_of_it_is_followed_along_every_flow() -> None:
    bad = run_of(BAD, grid=15, uri="s3://other", got="s3://other", state="failed")
    assert told(compare(run_of(GOOD), bad)) == [
        "gave plan return_value.grid",
        "got extract arguments[0]",
        "got load arguments[1]",
        "state load",
    ]


def test_what_is_missing_is_told_before_what_is_another() -> None:
    left = make_side(GOOD, instance_of(GOOD, "extract", gave={"a": 1, "b": 2}))
    right = make_side(BAD, instance_of(BAD, "extract", gave={"a": 9, "b": None}))
    assert told(compare(left, right)) == ["gave extract return_value.b"]


def test_a_key_that_somebody_reads_is_told_before_the_others() -> None:
    def side(run: RunKey, value: int) -> RunSide:
        one = instance_of(run, "extract", stats=None if value == 2 else 1, gave={"uri": value})
        return make_side(run, one, instance_of(run, "load"), flows=_flows(run))

    assert told(compare(side(GOOD, 1), side(BAD, 2))) == ["gave extract return_value.uri"]


def test_a_task_that_got_something_else_first_is_told_so() -> None:
    left = make_side(GOOD, instance_of(GOOD, "extract", got={"cmds": ["a"]}, gave={"n": 1}))
    right = make_side(BAD, instance_of(BAD, "extract", got={"cmds": ["b"]}, gave={"n": 2}))
    assert told(compare(left, right)) == ["got extract cmds[0]"]


def test_a_task_that_failed_though_it_got_the_same_is_told_alone() -> None:
    assert told(compare(run_of(GOOD), run_of(BAD, state="failed"))) == ["state load"]


def test_a_pull_that_went_wrong_is_told_by_its_problem() -> None:
    problem = make_problem(consumer=make_consumer("load", run=BAD), title="load reads a typo")
    bad = run_of(BAD, state="failed", got=None, problems=(problem,))
    assert told(compare(run_of(GOOD), bad)) == ["problem load load reads a typo"]


def test_a_pull_of_what_was_not_given_ends_the_way() -> None:
    problem = make_problem(
        ProblemKind.NULL_VALUE,
        consumer=make_consumer("load", "arguments[1]", run=BAD),
        pull=make_pull("extract", path=("uri",)),
        title="load reads a null",
    )
    bad = run_of(BAD, uri=None, state="failed", flows=False, problems=(problem,))
    assert told(compare(run_of(GOOD), bad)) == [
        "gave extract return_value.uri",
        "problem load load reads a null",
    ]


def test_a_silent_mistake_in_a_green_run_is_its_failure() -> None:
    problem = make_problem(consumer=make_consumer("extract", run=BAD), title="extract got None")
    comparison = compare(run_of(GOOD), run_of(BAD, problems=(problem,)))
    assert comparison.path.target is not None
    assert comparison.path.target.task_id == "extract"
    assert comparison.path.task_ids == ("plan", "extract")


def test_without_a_failure_every_task_is_looked_at() -> None:
    comparison = compare(run_of(GOOD), run_of(BAD, uri="s3://other", got="s3://other"))
    assert comparison.path.target is None
    assert comparison.path.task_ids == ("plan", "extract", "notify", "load")
    assert told(comparison) == ["gave extract return_value.uri", "got load arguments[1]"]


def test_of_two_runs_that_failed_alike_the_way_is_told_too() -> None:
    left = run_of(GOOD, state="failed")
    right = run_of(BAD, uri=None, got="None", state="failed")
    assert told(compare(left, right))[0] == "gave extract return_value.uri"


def test_a_task_that_is_not_in_the_run_is_told() -> None:
    left = run_of(GOOD)
    right = make_side(
        BAD, instance_of(BAD, "load", state="failed", got={"arguments": []}), state="failed"
    )
    assert told(compare(left, right)) == ["missing plan", "state load"]


def test_a_task_that_was_skipped_this_time_is_told() -> None:
    left = make_side(GOOD, instance_of(GOOD, "plan"), instance_of(GOOD, "extract"))
    right = make_side(BAD, instance_of(BAD, "plan"), instance_of(BAD, "extract", state="skipped"))
    assert told(compare(left, right)) == ["state extract"]


def test_mapped_instances_are_one_step() -> None:
    def side(run: RunKey, uri: str) -> RunSide:
        mapped = [instance_of(run, "load", map_index=n, got={"arguments": [uri]}) for n in range(5)]
        flows = [
            make_flow(
                make_producer("extract", ("uri",), run=run),
                make_consumer("load", "arguments[0]", run=run, map_index=n),
            )
            for n in range(5)
        ]
        one = instance_of(run, "extract", gave={"uri": uri})
        return make_side(run, one, *mapped, flows=tuple(flows))

    assert told(compare(side(GOOD, "a"), side(BAD, "b"))) == [
        "gave extract return_value.uri",
        "got load arguments[0]",
    ]


def test_a_value_that_was_read_without_a_dependency_is_on_the_path() -> None:
    def side(run: RunKey, value: int, state: str) -> RunSide:
        flow = make_flow(
            make_producer("notify", ("n",), run=run), make_consumer("load", "cmds[0]", run=run)
        )
        return make_side(
            run,
            instance_of(run, "notify", gave={"n": value}),
            instance_of(run, "load", got={"cmds": [value]}, state=state),
            state=state,
            flows=(flow,),
        )

    comparison = compare(side(GOOD, 1, "success"), side(BAD, 2, "failed"))
    assert told(comparison) == ["gave notify return_value.n", "got load cmds[0]", "state load"]


def test_what_a_run_under_way_has_not_come_to_is_no_difference() -> None:
    left = run_of(GOOD)
    right = make_side(
        BAD,
        instance_of(BAD, "plan", got={"arguments": ["all"]}, gave={"grid": 14}),
        instance_of(BAD, "extract", state="running"),
        state="running",
    )
    comparison = compare(left, right)
    assert told(comparison) == []
    assert [one.is_state_changed for one in comparison.pairs] == [False, False, True, True]
