"""The JSON of two runs compared. The names are stable: fields may be added, none is renamed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from app.lineage.compare.comparison import Change, Comparison, DoubtAt, FlowChange, Pair, Step
from app.lineage.fields import address
from app.model.sides import InstanceSide, RunSide
from app.store.pages.compare import ComparedRuns
from app.store.problems import StoredProblem
from app.web import links
from app.web.answering import as_json
from app.web.api import ERRORS
from app.web.api_findings import FlowShape, ProblemShape, flow_shape, problem_shape
from app.web.compare import read_and_compare
from app.web.compare_words import first_sentence
from app.web.parts import Parts

router = APIRouter(prefix=links.API, tags=["v1"], responses=ERRORS)


@dataclass(frozen=True, slots=True)
class ComparedRunShape:
    run_id: str
    state: str
    run_after: datetime | None
    start: datetime | None
    end: datetime | None
    version_number: int | None
    is_gone: bool
    is_analysed: bool


@dataclass(frozen=True, slots=True)
class InstanceShape:
    map_index: int  # -1: not mapped.
    map_name: str | None
    try_number: int
    state: str | None
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class ChangeShape:
    """A leaf that is not the same. `path` and value are null on a side that does not have it."""

    change: str  # changed, added or vanished, from left to right.
    place: str  # xcom: what it gave; field: what it got.
    name: str  # The XCom's key, or the template field.
    left_path: list[str | int] | None
    right_path: list[str | int] | None
    left: Any
    right: Any
    always: str | None  # Why it says nothing: own, history or form; null when it does.


@dataclass(frozen=True, slots=True)
class DoubtShape:
    """What could not be compared."""

    what: str  # not_rendered, too_big, cut or more.
    place: str
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class PairShape:
    task_id: str
    left: InstanceShape | None
    right: InstanceShape | None
    is_on_path: bool
    changes: list[ChangeShape]
    doubts: list[DoubtShape]


@dataclass(frozen=True, slots=True)
class StepShape:
    what: str  # missing, problem, got, gave or state.
    task_id: str
    map_index: int
    address: str | None  # Of the leaf: `return_value.tiles_uri`, `arguments[0]`.
    left: Any
    right: Any
    problem: str | None  # Its title.


@dataclass(frozen=True, slots=True)
class PathShape:
    subject: str  # left or right: the run that failed, else the later one.
    target: str | None  # The task that failed.
    tasks: list[str]
    sentence: str
    first: StepShape | None
    followed: list[StepShape]


@dataclass(frozen=True, slots=True)
class FlowChangeShape:
    change: str  # added, vanished, or changed when the evidence is another.
    left: FlowShape | None
    right: FlowShape | None


@dataclass(frozen=True, slots=True)
class ProblemsShape:
    """From left to right."""

    new: list[ProblemShape]
    gone: list[ProblemShape]
    same: list[ProblemShape]


@dataclass(frozen=True, slots=True)
class ComparisonShape:
    dag_id: str
    left: ComparedRunShape
    right: ComparedRunShape
    before: str | None  # The good run that tells what differs in every run.
    is_same: bool  # But for what differs in every run.
    path: PathShape
    task_instances: list[PairShape]  # Those that differ.
    compared: int  # Task instances in all.
    tasks_added: list[str]
    tasks_vanished: list[str]
    conf: list[ChangeShape]
    flows: list[FlowChangeShape]
    problems: ProblemsShape


@dataclass(frozen=True, slots=True)
class Compared:
    comparison: ComparisonShape | None  # null: the DAG has no two runs to compare.


@router.get("/{deployment}/dags/{dag_id}/compare", response_model=Compared)
def compare(
    parts: Parts, deployment: str, dag_id: str, left: str = "", right: str = ""
) -> Response:
    """What changed from one run of a DAG to another.

    Without `right` it is the newest run that has ended, without `left` the last good one before it.
    """
    with parts.store.reading() as session:
        runs, comparison = read_and_compare(
            session, deployment=deployment, dag_id=dag_id, left=left, right=right
        )
    return as_json(Compared(_comparison(runs, comparison) if comparison else None))


def _comparison(runs: ComparedRuns, found: Comparison) -> ComparisonShape:
    on_path = frozenset(found.path.task_ids)
    return ComparisonShape(
        dag_id=runs.dag_id,
        left=_run(found.left),
        right=_run(found.right),
        before=runs.before.run.key.run_id if runs.before else None,
        is_same=found.is_same,
        path=_path(found),
        task_instances=[
            _pair(one, is_on_path=one.task_id in on_path)
            for one in found.pairs
            if one.differs or one.changes or one.doubts
        ],
        compared=len(found.pairs),
        tasks_added=list(found.tasks_added),
        tasks_vanished=list(found.tasks_vanished),
        conf=[_change(one) for one in found.conf],
        flows=[_flow(one) for one in found.flows],
        problems=_problems(runs, found),
    )


def _run(side: RunSide) -> ComparedRunShape:
    return ComparedRunShape(
        run_id=side.run.key.run_id,
        state=side.run.state,
        run_after=side.run.run_after,
        start=side.run.start,
        end=side.run.end,
        version_number=side.version_number,
        is_gone=side.is_gone,
        is_analysed=side.is_analysed,
    )


def _path(found: Comparison) -> PathShape:
    path = found.path
    return PathShape(
        subject=path.subject.value,
        target=path.target.task_id if path.target else None,
        tasks=list(path.task_ids),
        sentence="".join(piece.text for piece in first_sentence(found)),
        first=_step(path.first) if path.first else None,
        followed=[_step(one) for one in path.followed],
    )


def _step(one: Step) -> StepShape:
    change = one.change
    return StepShape(
        what=one.what.value,
        task_id=one.pair.task_id,
        map_index=one.pair.any.key.map_index,
        address=address(change.name, change.any_path) if change else None,
        left=change.left if change else None,
        right=change.right if change else None,
        problem=one.problem.title if one.problem else None,
    )


def _pair(pair: Pair, *, is_on_path: bool) -> PairShape:
    return PairShape(
        task_id=pair.task_id,
        left=_instance(pair.left),
        right=_instance(pair.right),
        is_on_path=is_on_path,
        changes=[_change(one) for one in pair.changes],
        doubts=[_doubt(one) for one in pair.doubts],
    )


def _instance(one: InstanceSide | None) -> InstanceShape | None:
    if one is None:
        return None
    return InstanceShape(
        map_index=one.key.map_index,
        map_name=one.name,
        try_number=one.try_number,
        state=one.state,
        start=one.start,
        end=one.end,
    )


def _change(one: Change) -> ChangeShape:
    return ChangeShape(
        change=one.kind.value,
        place=one.place.value,
        name=one.name,
        left_path=None if one.left_path is None else list(one.left_path),
        right_path=None if one.right_path is None else list(one.right_path),
        left=one.left,
        right=one.right,
        always=one.always.value if one.always else None,
    )


def _doubt(one: DoubtAt) -> DoubtShape:
    return DoubtShape(one.doubt.value, one.place.value, one.name, one.number)


def _flow(one: FlowChange) -> FlowChangeShape:
    return FlowChangeShape(
        change=one.kind.value,
        left=flow_shape(one.left) if one.left else None,
        right=flow_shape(one.right) if one.right else None,
    )


def _problems(runs: ComparedRuns, found: Comparison) -> ProblemsShape:
    chosen = [run for run in (runs.left, runs.right) if run]
    stored = {id(one.problem): one for run in chosen for one in run.problems}

    def shapes(problems: Iterable[Any]) -> list[ProblemShape]:
        known: list[StoredProblem] = [stored[id(one)] for one in problems]
        return [problem_shape(one) for one in known]

    return ProblemsShape(
        new=shapes(one.right for one in found.problems if one.left is None),
        gone=shapes(one.left for one in found.problems if one.right is None),
        same=shapes(one.right for one in found.problems if one.left and one.right),
    )
