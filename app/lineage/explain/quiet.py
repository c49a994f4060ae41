"""Why a green pod gave nothing: Airflow tells it in its log alone, and only by the way."""

import re

from app.lineage.explain.logged import lines_of
from app.lineage.explain.rules import EMPTY_RESULT
from app.model.facts import TryLog
from app.model.findings import ProblemKind

# A pod that succeeded and was deleted while its task was deferred: the task is green (K21).
_LOST = re.compile(r"Pod \S{1,320} not found after resuming from deferral")


def left_nothing(log: TryLog) -> ProblemKind | None:
    """What kept the pod's value away, by Airflow's words, not the job's; None if they are mute."""
    for line in lines_of(log):
        if line.container:
            continue
        if EMPTY_RESULT in line.text:
            return ProblemKind.EMPTY_RETURN_JSON
        if _LOST.search(line.text):
            return ProblemKind.PUSH_LOST_AFTER_DEFERRAL
    return None
