"""Scores the engine on DAG files against what Airflow sees in them.

`python -m tests.accuracy PATH... [--airflow 3|2|both] [--totals] [--json] [--literal] [--no-call]`
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.flows import claims
from tests.accuracy.literal_scan import literal_claims
from tests.accuracy.score import KINDS, Pull, Score, score
from tests.accuracy.truth import AIRFLOWS, Truth, truths

Reading = Callable[[str, str], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Measured:
    """The score of one file under one Airflow; no score when that Airflow cannot import it."""

    airflow: str
    truth: Truth
    score: Score | None


def measured(
    files: list[Path], airflows: list[str], read: Reading, *, call: bool = True
) -> list[Measured]:
    """Each file under each Airflow."""
    kinds = KINDS if call else tuple(kind for kind in KINDS if kind != "python")
    return [
        Measured(airflow, truth, None if truth.errors else _scored(truth, read, kinds))
        for airflow in airflows
        for truth in truths(files, AIRFLOWS[airflow], call=call)
    ]


def _scored(truth: Truth, read: Reading, kinds: tuple[str, ...]) -> Score:
    source = truth.file.read_text(encoding="utf-8")
    return score(truth.pulls, read(str(truth.file), source), source, kinds)


def total(found: list[Measured]) -> Score:
    return sum((each.score for each in found if each.score), start=Score())


def python_files(paths: list[Path]) -> list[Path]:
    """The files themselves, and those below the folders."""
    return [
        file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--airflow", choices=["3", "2", "both"], default="both")
    parser.add_argument("--totals", action="store_true", help="name no file and no pull")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--literal", action="store_true", help="score the literal scan instead")
    parser.add_argument("--no-call", action="store_true", help="do not call Python code")
    given = parser.parse_args()
    airflows = ["3", "2"] if given.airflow == "both" else [given.airflow]
    read = literal_claims if given.literal else claims
    found = measured(python_files(given.paths), airflows, read, call=not given.no_call)
    if given.json:
        sys.stdout.write(json.dumps(numbers(found, totals=given.totals), indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in lines(found, totals=given.totals))


def lines(found: list[Measured], *, totals: bool) -> Iterator[str]:
    for each in [] if totals else found:
        yield from _of_file(each)
    for airflow in dict.fromkeys(each.airflow for each in found):
        yield from _summary([each for each in found if each.airflow == airflow], airflow)


def _of_file(each: Measured) -> Iterator[str]:
    head = f"{each.truth.file} (Airflow {each.airflow})"
    if each.score is None:
        yield f"{head}: not imported: {each.truth.errors[0].strip().splitlines()[-1]}"
        return
    yield f"{head}: {_shares(each.score, None)}"
    yield from (f"  missed {_told(pull)}" for pull in each.score.missed)
    yield from (f"  false  {_told(pull)}" for pull in each.score.false)
    yield from (f"  ? {note}" for note in each.truth.notes)


def _summary(found: list[Measured], airflow: str) -> Iterator[str]:
    scored = [each for each in found if each.score]
    whole = total(found)
    yield f"Airflow {airflow}: {len(scored)} files, {len(found) - len(scored)} not imported"
    yield f"  all      {_shares(whole, None)}"
    yield from (f"  {kind:8} {_shares(whole, kind)}" for kind in KINDS)


def _shares(of: Score, kind: str | None) -> str:
    def count(counted: Any) -> int:
        return int(counted.total() if kind is None else counted[kind])

    recall, precision = of.recall(kind), of.precision(kind)
    return (
        f"recall {_percent(recall)} ({count(of.found)}/{count(of.resolvable)}), "
        f"precision {_percent(precision)} ({count(of.right)}/{count(of.claimed)})"
    )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _told(pull: Pull) -> str:
    steps = "".join(f"[{step!r}]" for step in pull.path)
    source = f"{pull.producer_dag_id}.{pull.producer_task_id} key={pull.xcom_key} {steps}"
    return f"{pull.dag_id}.{pull.consumer_task} {pull.field} <- {pull.kind} {source}"


def numbers(found: list[Measured], *, totals: bool) -> dict[str, Any]:
    airflows = dict.fromkeys(each.airflow for each in found)
    whole = {
        airflow: _shares_of(total([each for each in found if each.airflow == airflow]))
        for airflow in airflows
    }
    if totals:
        return {"total": whole}
    return {"total": whole, "files": [_file_as_json(each) for each in found]}


def _file_as_json(each: Measured) -> dict[str, Any]:
    shown: dict[str, Any] = {"file": str(each.truth.file), "airflow": each.airflow}
    if each.score is None:
        return shown | {"errors": each.truth.errors}
    return shown | {
        "score": _shares_of(each.score),
        "missed": [asdict(pull) for pull in each.score.missed],
        "false": [asdict(pull) for pull in each.score.false],
    }


def _shares_of(of: Score) -> dict[str, Any]:
    return {
        kind or "all": {"recall": of.recall(kind), "precision": of.precision(kind)}
        for kind in (None, *KINDS)
    } | {"resolvable": of.resolvable.total(), "claimed": of.claimed.total()}


if __name__ == "__main__":
    main()
