"""What exactly is wrong with a pull: the same for every field and task that has it wrong."""

from collections.abc import Callable
from typing import TypeAlias

from app.model.findings import Consumer, Problem, ProblemKind, Pull

Parts: TypeAlias = tuple[object, ...]


def wrong_part(problem: Problem, consumer: Consumer) -> Parts:
    """The producer with the part of it that is asked for in vain; else the reader's field.

    What is wrong with the producer, or with what is believed of it, is one thing to mend however
    many fields believe it; what is wrong with a field is mended there.
    """
    of_pull = _OF_PULL.get(problem.kind)
    if of_pull is None or problem.pull is None:
        return ("field", consumer.instance.dag_id, consumer.instance.task_id, consumer.field)
    if problem.kind in _PER_READER:
        return (consumer.instance.task_id, *of_pull(problem.pull, problem.wrong))
    return of_pull(problem.pull, problem.wrong)


def _dag(pull: Pull, _wrong: str) -> Parts:
    return (pull.dag_id,)


def _task(pull: Pull, wrong: str) -> Parts:
    return (pull.dag_id, (wrong,) if wrong in pull.task_ids else pull.task_ids)


def _key(pull: Pull, wrong: str) -> Parts:
    return (*_task(pull, wrong), pull.key)


def _step(pull: Pull, wrong: str) -> Parts:
    """The path down to its wrong step: what comes after it says nothing."""
    steps = [str(step) for step in pull.path]
    end = steps.index(wrong) + 1 if wrong in steps else len(steps)
    return (*_key(pull, ""), pull.path[:end])


_OF_PULL: dict[ProblemKind, Callable[[Pull, str], Parts]] = {
    ProblemKind.UNKNOWN_DAG: _dag,
    ProblemKind.UNKNOWN_TASK: _task,
    ProblemKind.MISSING_GROUP_PREFIX: _task,
    ProblemKind.NOT_UPSTREAM: _task,
    ProblemKind.PUSH_DISABLED: _task,
    ProblemKind.EMPTY_RETURN_JSON: _task,
    ProblemKind.NOTHING_PUSHED: _key,
    ProblemKind.UNKNOWN_KEY: _key,
    ProblemKind.OUTPUT_KEY_IS_NOT_A_PATH: _key,
    ProblemKind.MISSING_PATH: _step,
    ProblemKind.NOT_A_MAPPING: _step,
    ProblemKind.INDEX_OUT_OF_RANGE: _step,
    ProblemKind.NULL_VALUE: _step,
}
# Each reader needs a dependency of its own.
_PER_READER = frozenset({ProblemKind.NOT_UPSTREAM})
