"""One thing that was looked at, and how it is."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARN = "WARN"  # Works, but somebody should know.
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    what: str  # "database", "settings": what it is about.
    line: str
    advice: str = ""  # What to do; nothing where nothing has to be done.


def as_line(finding: Finding) -> str:
    """`WARN  polling: nobody polls into this database`, and below it what to do."""
    line = f"{finding.level:<5} {finding.what}: {finding.line}"
    return f"{line}\n      {finding.advice}" if finding.advice else line


def as_json(findings: Collection[Finding]) -> str:
    """All of them as an object, with whether any failed."""
    told = {"ok": is_well(findings), "findings": [asdict(one) for one in findings]}
    return json.dumps(told, indent=2)


def is_well(findings: Collection[Finding]) -> bool:
    return all(one.level is not Level.FAIL for one in findings)
