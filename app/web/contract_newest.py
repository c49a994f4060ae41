"""The newest value at each place of a contract, as far as one is kept; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.lineage.contract.kinds import example_of
from app.lineage.fields import at
from app.model.contract import Any, Example, Place
from app.model.facts import XCom
from app.model.leaves import address_in
from app.model.values import Json, Path
from app.web import links


@dataclass(frozen=True, slots=True)
class Newest:
    """`example`: None where it is none, such as a mapping, an id or a secret."""

    href: str
    example: Example | None


def newest_values(
    xcoms: Iterable[XCom], places: Iterable[Place], *, deployment: str
) -> dict[Place, Newest]:
    """`xcoms`: the newest of each key. Of a list, and of names that are data, the first counts."""
    by_key = {xcom.at.key: xcom for xcom in xcoms}
    found: dict[Place, Newest] = {}
    for place in places:
        key, *steps = place
        xcom = by_key.get(key) if isinstance(key, str) else None
        stood = _at(xcom.value, steps) if xcom is not None and not xcom.truncated else None
        if xcom is not None and stood is not None:
            found[place] = _newest(xcom, *stood, deployment=deployment)
    return found


def _newest(xcom: XCom, path: Path, value: Json, *, deployment: str) -> Newest:
    return Newest(links.value(address_in(xcom.at, deployment, path)), example_of(value))


def _at(value: Json, steps: Iterable[str | Any]) -> tuple[Path, Json] | None:
    path: Path = ()
    for step in steps:
        name = _first(value) if isinstance(step, Any) else step
        if name is None:
            return None
        try:
            value = at(value, (name,))
        except LookupError:
            return None
        path = (*path, name)
    return path, value


def _first(value: Json) -> str | int | None:
    if isinstance(value, list):
        return 0 if value else None
    return next(iter(value), None) if isinstance(value, dict) else None
