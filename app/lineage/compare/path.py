"""From what failed back to the first difference."""

from collections.abc import Sequence

from app.lineage.compare.comparison import (
    Change,
    ChangeKind,
    Pair,
    PathToFailure,
    SideName,
    Step,
    What,
)
from app.lineage.compare.following import followed_from
from app.lineage.compare.way import FAILED, Way, flow_before, key_of, new_problems, state_of
from app.model.findings import Problem, Severity
from app.model.ids import TaskInstanceKey
from app.model.leaves import Place

# States that are the doing of tasks before, not of the task itself.
_CAUGHT = frozenset({"upstream_failed", "removed", None})


def path_to_failure(way: Way) -> PathToFailure:
    target = _target(way)
    task_ids = dict.fromkeys(one.task_id for one in way.pairs)
    if target is not None:
        near = way.above(target.task_id) | {target.task_id}
        task_ids = {one: None for one in task_ids if one in near}
    on_path = [one for one in way.pairs if one.task_id in task_ids]
    first = _first(way, on_path)
    followed = followed_from(way, first, on_path, target) if first else ()
    return PathToFailure(way.subject, target, tuple(task_ids), first, followed)


def _target(way: Way) -> Pair | None:
    """What failed first of what did not fail in the other run, else of all that failed.

    A run in which nothing failed has a silent mistake at best: the first error that is new.
    """
    failed = [one for one in way.pairs if state_of(one, way.subject) in FAILED]
    new = [one for one in failed if state_of(one, way.subject.other) not in FAILED]
    if failed:
        return (new or failed)[0]
    errors = [one for one in new_problems(way) if one.severity is Severity.ERROR]
    wrong = {one.instance for one in errors if not one.is_victim}
    return next((one for one in way.pairs if key_of(one, way.subject) in wrong), None)


def _first(way: Way, on_path: Sequence[Pair]) -> Step | None:
    """The first instance, in order, that got, gave or did something else."""
    problems: dict[TaskInstanceKey | None, Problem] = {}
    for problem in new_problems(way):
        if not problem.is_victim:
            problems.setdefault(problem.instance, problem)
    read = frozenset(
        (one.producer.instance, one.producer.key) for one in way.run(way.subject).flows
    )
    is_open = way.run(way.subject).run.is_open
    present = {one.task_id for one in on_path if one.side(way.subject) is not None}
    for pair in on_path:
        if pair.side(way.subject) is None:
            if pair.task_id not in present and not is_open:
                return Step(What.MISSING, pair)
            continue
        step = _step(way, pair, problems.get(key_of(pair, way.subject)), read)
        if step is not None:
            return step
    return None


def _step(
    way: Way, pair: Pair, problem: Problem | None, read: frozenset[tuple[TaskInstanceKey, str]]
) -> Step | None:
    """The most telling difference of the instance: what it got, else what it gave, else its end."""
    if problem is not None and problem.consumer is not None:
        return Step(What.PROBLEM, pair, problem=problem, flow=flow_before(way, pair, problem))
    got = [one for one in pair.real if one.place is Place.FIELD]
    if got:
        return Step(What.GOT, pair, change=min(got, key=lambda one: _rank(one, way.subject)))
    gave = [one for one in pair.real if one.place is Place.XCOM]
    if gave:
        key = key_of(pair, way.subject)
        best = min(gave, key=lambda one: ((key, one.name) not in read, _rank(one, way.subject)))
        return Step(What.GAVE, pair, change=best)
    if problem is not None:
        return Step(What.PROBLEM, pair, problem=problem)
    state = state_of(pair, way.subject)
    is_told = pair.side(way.subject.other) is not None or state in FAILED
    is_its_own = pair.is_state_changed and state not in _CAUGHT
    return Step(What.STATE, pair) if is_its_own and is_told else None


def _rank(change: Change, subject: SideName) -> int:
    """What is missing or null says more than what is another."""
    is_missing = change.path(subject) is None or change.value(subject) in _EMPTY
    return 0 if is_missing else 1 if change.kind is ChangeKind.CHANGED else 2


_EMPTY = (None, "", "None")
