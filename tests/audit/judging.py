"""What follows from pip-audit's reports."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Verdict:
    ok: bool
    lines: tuple[str, ...]


def judged(reports: Collection[Mapping[str, Any]], exceptions: Mapping[str, str]) -> Verdict:
    """`exceptions`: vulnerabilities that are known and taken, each with its reason.

    Where no service could be asked nothing is audited: that is said, and is no fault of ours.
    """
    every = {one["name"]: one for report in reports for one in report["dependencies"]}
    audited = [one for one in every.values() if "skip_reason" not in one]
    found = {(one["name"], each["id"]) for one in audited for each in one["vulns"]}
    ids = {number for _, number in found}
    bad = tuple(f"{name}: {number}" for name, number in sorted(found) if number not in exceptions)
    stale = tuple(f"{number} is an exception, and is not found" for number in exceptions)
    if not audited:
        return Verdict(ok=True, lines=(NOBODY.format(len(every)),))
    lines = bad + tuple(line for line in stale if line.split()[0] not in ids)
    told = f"pip-audit: {len(audited)} of {len(every)} requirements audited"
    return Verdict(ok=not lines, lines=(*lines, f"{told}, {len(found)} known vulnerabilities"))


NOBODY = (
    "pip-audit: no service of vulnerabilities answers here: none of {} requirements was audited"
)
