"""Which output a broken pull most likely meant, read off its suggestion and checked in the run."""

import re
from collections.abc import Collection

from app.graph.parts import Port
from app.model.findings import Problem, ProblemKind, Pull

_DID_YOU_MEAN = re.compile(r"did you mean ['\"`]?(?P<word>[^\s?'\"`]+)['\"`]?\?")

_WRONG_TASK = frozenset({ProblemKind.UNKNOWN_TASK, ProblemKind.MISSING_GROUP_PREFIX})
_WRONG_STEP = frozenset({ProblemKind.MISSING_PATH, ProblemKind.UNKNOWN_KEY})


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
    candidate = _candidate(problem.kind, pull, word)
    return candidate if candidate and candidate.card in task_ids else None


def _candidate(kind: ProblemKind, pull: Pull, word: str | None) -> Port | None:
    if kind in _WRONG_TASK:
        return Port(word, pull.key, pull.path) if word else None
    task_id = pull.task_ids[0]
    if kind not in _WRONG_STEP:
        return Port(task_id, pull.key, pull.path)
    if word is None:
        return None
    if kind is ProblemKind.UNKNOWN_KEY or not pull.path:
        return Port(task_id, word, pull.path)
    return Port(task_id, pull.key, (*pull.path[:-1], word))
