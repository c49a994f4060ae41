"""Where leaves stand, in few words, and with the whole address where those fit several; pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.graph.addresses import PortPath, label
from app.lineage.fields import address
from app.model.leaves import LeafAddress, Place
from app.model.values import shape_of

#: Left out of short names, as most keys are this one.
USUAL_KEY = "return_value"


@dataclass(frozen=True, slots=True)
class Spelling:
    """Names places that are shown together."""

    ambiguous: frozenset[str]  # Short names that several of them have.

    def of(self, at: LeafAddress) -> str:
        return self.along(at, at.path)

    def along(self, at: LeafAddress, path: PortPath) -> str:
        """The place with that path, in which None is any position."""
        is_ambiguous = place_name(at, shape_of(path)) in self.ambiguous
        return whole_name(at, path) if is_ambiguous else place_name(at, path)

    def of_all(self, several: Sequence[LeafAddress]) -> str:
        """`result.rows[0]`; `result.rows[*]` where their positions differ."""
        at = several[0]
        paths = {one.path for one in several}
        return self.along(
            at,
            tuple(
                step if len({one[n] for one in paths}) == 1 else None
                for n, step in enumerate(at.path)
            ),
        )


def spelling(shown: Iterable[LeafAddress]) -> Spelling:
    """How to name these: an XCom `rows` and the `rows` of a return value look alike in short."""
    meanings: dict[str, set[tuple[str, PortPath]]] = defaultdict(set)
    for at in shown:
        shape = shape_of(at.path)
        meanings[place_name(at, shape)].add((at.name, shape))
    return Spelling(frozenset(name for name, meant in meanings.items() if len(meant) > 1))


def place_name(at: LeafAddress, path: PortPath) -> str:
    """`tiles_uri`, `stats.rows`, `env_vars.PATH_IN`: a key with the path into it, or a field."""
    if at.place is Place.XCOM:
        return label(at.name, path)
    return at.name + "".join("[*]" if step is None else address("", (step,)) for step in path)


def whole_name(at: LeafAddress, path: PortPath) -> str:
    """The same with its key in any case: `return_value.tiles_uri`."""
    name = place_name(at, path)
    if at.place is Place.FIELD or at.name != USUAL_KEY or not path:
        return name
    return f"{USUAL_KEY}{'' if name.startswith('[') else '.'}{name}"
