"""Where a run breaks what a task gave in every run before, in words; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.graph.addresses import PortPath, label
from app.lineage.contract.breaking import breaks
from app.model.contract import Contract, Given, Mark
from app.model.facts import XCom
from app.model.values import Path
from app.web import contract_words

#: What is known of a producer, and the run that is looked at.
Known = tuple[Contract, Mark]


@dataclass(frozen=True, slots=True)
class BreakLine:
    key: str
    path: Path
    name: str
    reason: str
    severity: str


def break_lines(known: Known, xcoms: Iterable[XCom]) -> tuple[BreakLine, ...]:
    """What one task instance that succeeded gave otherwise than in the runs before."""
    contract, mark = known
    return tuple(
        BreakLine(
            one.key,
            one.path,
            label(one.key, one.path),
            contract_words.broken(one),
            one.severity.value,
        )
        for one in breaks(contract, mark, map(_given, xcoms))
    )


def at_port(lines: Iterable[BreakLine], key: str, path: PortPath) -> tuple[BreakLine, ...]:
    """Those of what a port shows, of what stands in it, and of what it should stand in."""
    return tuple(one for one in lines if one.key == key and _is_near(one.path, path))


def _is_near(path: Path, port: PortPath) -> bool:
    pairs = zip(path, port, strict=False)
    return all(step == at or (at is None and isinstance(step, int)) for step, at in pairs)


def _given(xcom: XCom) -> Given:
    pushed = int(xcom.at.timestamp.timestamp())
    return Given(xcom.at.key, xcom.value, pushed, is_whole=not xcom.truncated)
