"""Whether earlier runs had what this one lacks: then it is the producer that changed."""

from dataclasses import dataclass

from app.lineage.explain.case import Case
from app.lineage.fields import found_at
from app.model.facts import XCom
from app.model.values import Json, Path


@dataclass(frozen=True, slots=True)
class Earlier:
    """The newest earlier run in which something stood at the path, and the whole value there."""

    run_id: str
    value: Json

    @property
    def text(self) -> str:
        return f"present until run {self.run_id}"


def earlier(case: Case, key: str, path: Path) -> Earlier | None:
    """None when no earlier run had it; while those are not at hand they are asked for."""
    if case.is_elsewhere:
        return None
    if not case.index.facts.knows_past:
        case.wanted_past.add(case.read.task_id)
        return None
    past = case.index.past_values.get((case.read.task_id, key), ())
    return next(
        (Earlier(one.at.instance.run_id, one.value) for one in past if _has(one, path)), None
    )


def _has(xcom: XCom, path: Path) -> bool:
    return found_at(xcom.value, path) is not None
