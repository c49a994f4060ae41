"""Which output a broken pull most likely meant, read off its suggestion and checked in the run."""

import re
from collections.abc import Collection

from app.graph.addresses import PortPath
from app.graph.parts import Port
from app.model.findings import Problem, ProblemKind, Pull
from app.model.values import Path

_INSIDE = ", inside return_value"
_DID_YOU_MEAN = re.compile(rf"did you mean (?P<word>.+?)({_INSIDE})?\?")

_WRONG_TASK = frozenset({ProblemKind.UNKNOWN_TASK, ProblemKind.MISSING_GROUP_PREFIX})
_WRONG_STEP = frozenset(
    {ProblemKind.MISSING_PATH, ProblemKind.NOT_A_MAPPING, ProblemKind.INDEX_OUT_OF_RANGE}
)


def suggested_word(problem: Problem) -> str | None:
    """The word in "did you mean extract?"."""
    if problem.suggestion is None:
        return None
    found = _DID_YOU_MEAN.search(problem.suggestion.text)
    return found["word"] if found else None


def meant(problem: Problem, *, dag_id: str, task_ids: Collection[str]) -> Port | None:
    """The output of this run that the pull should have read; None when nobody can tell."""
    pull = problem.pull
    if pull is None or pull.dag_id != dag_id or not pull.task_ids:
        return None
    word = suggested_word(problem)
    candidate = _candidate(problem, pull, word)
    return candidate if candidate and candidate.card in task_ids else None


def _candidate(problem: Problem, pull: Pull, word: str | None) -> Port | None:
    task_id = pull.task_ids[0]
    match problem.kind:
        case kind if kind in _WRONG_TASK:
            return Port(word, pull.key, pull.path) if word else None
        case ProblemKind.UNKNOWN_KEY if word and problem.suggestion:
            is_inside = _INSIDE in problem.suggestion.text
            path = (word, *pull.path) if is_inside else pull.path
            return Port(task_id, "return_value" if is_inside else word, path)
        case ProblemKind.UNKNOWN_KEY:
            return None
        case ProblemKind.OUTPUT_KEY_IS_NOT_A_PATH:
            return Port(task_id, "return_value", (pull.key, *pull.path))
        case kind if kind in _WRONG_STEP:
            return Port(task_id, pull.key, _mended(pull.path, problem.wrong, word))
    return Port(task_id, pull.key, pull.path)


def _mended(path: Path, wrong: str, word: str | None) -> PortPath:
    """The path with the right step for the wrong one; as far as it goes when none is known."""
    steps = [str(step) for step in path]
    at = steps.index(wrong) if wrong in steps else max(len(path) - 1, 0)
    return (*path[:at], word, *path[at + 1 :]) if word else path[:at]
