"""The way of a pod's value into an XCom, step by step: the proof of a failed push."""

from collections.abc import Iterator, Sequence
from enum import IntEnum

from app.lineage.explain.ended import Ending
from app.lineage.explain.logged import Line
from app.model.findings import Check

#: Characters of the telling words that a step shows.
_SEEN = 200
#: How lines begin that Airflow only writes of a pod that runs.
_RUNS = ("Pod has reached Running", "Container 'base' completed", "Checking if xcom sidecar")


class Step(IntEnum):
    """In their order; one that failed keeps those after it from being reached."""

    ACCEPTED = 0
    STARTED = 1
    SUCCEEDED = 2
    READ = 3
    IS_JSON = 4
    KEPT = 5


_WORDS = {
    Step.ACCEPTED: "pod accepted",
    Step.STARTED: "pod started",
    Step.SUCCEEDED: "container succeeded",
    Step.READ: "return.json read",
    Step.IS_JSON: "one JSON document",
    Step.KEPT: "kept as an XCom",
}


def way_of_value(
    failing: Step, wrong: str, lines: Sequence[Line], ending: Ending
) -> tuple[Check, ...]:
    """All steps up to the failing one as far as the log tells of them, and those not reached."""
    return tuple(_checks(failing, wrong.partition("\n")[0][:_SEEN], lines, ending))


def _checks(failing: Step, wrong: str, lines: Sequence[Line], ending: Ending) -> Iterator[Check]:
    for step, words in _WORDS.items():
        if step > failing:
            yield Check(words, None)
        elif step == failing:
            yield Check(words, ok=False, seen=wrong)
        elif step is Step.STARTED and failing is Step.SUCCEEDED and not _has_run(lines, ending):
            yield Check(words, None, seen="the log does not tell")
        elif step is Step.SUCCEEDED:
            yield _succeeded(words, ending)
        else:
            yield Check(words, ok=True)


def _has_run(lines: Sequence[Line], ending: Ending) -> bool:
    return ending.exit_code is not None or any(
        line.container or line.text.startswith(_RUNS) for line in lines
    )


def _succeeded(words: str, ending: Ending) -> Check:
    """Airflow reads return.json of pods that failed as well."""
    if ending.exit_code is None:
        return Check(words, None, seen="the log does not tell")
    return Check(words, ok=ending.exit_code == 0, seen=f"exit code {ending.exit_code}")
