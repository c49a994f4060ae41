"""What a search found, for a terminal: whose each value is, and where it went or came from."""

from collections.abc import Callable, Iterator, Sequence

from app.model.ids import NOT_MAPPED
from app.model.leaves import Leaf, Place
from app.store.pages.search import Surroundings, read_surroundings
from app.store.session import Store
from app.web import text
from app.web.leaf_places import spelling
from app.web.search_results import End, ends_of

# Characters of a value that a line shows; however narrow a terminal is, some of it is.
_ROOM, _LEAST_ROOM = 160, 20
# Values whose readers are asked for together.
_AT_ONCE = 100


def as_lines(store: Store, leaves: Sequence[Leaf], *, width: int | None = None) -> str:
    """A line each: when, whose, in which run, where it stands, the value, and who read or gave it.

    With the width of a terminal, lines that fit it: whose, what and where it stands, which way.
    """
    named = spelling(leaf.at for leaf in leaves)
    has_several = len({leaf.at.deployment for leaf in leaves}) > 1
    has_tries = len({leaf.at.try_number for leaf in leaves}) > 1
    owners = _aligned([_owner(leaf, names_deployment=has_several) for leaf in leaves])
    runs = _aligned([_run(leaf, names_try=has_tries) for leaf in leaves])
    places = _aligned([(named.of(leaf.at),) for leaf in leaves])
    rows = zip(owners, runs, places, leaves, _ways(store, leaves), strict=True)
    in_lines = _one_line if width is None else _short_lines(width)
    return "\n".join(in_lines(*row) for row in rows)


def _one_line(owner: str, run: str, place: str, leaf: Leaf, way: str) -> str:
    return "  ".join(filter(None, (owner, run, place, _value(leaf), way)))


def _short_lines(width: int) -> Callable[[str, str, str, Leaf, str], str]:
    def in_lines(owner: str, run: str, place: str, leaf: Leaf, way: str) -> str:
        value = _cut(_value(leaf), max(width - len(place) - 6, _LEAST_ROOM))
        lines = (f"{place}  {value}", _cut(way, max(width - 4, _LEAST_ROOM)))
        # A run is not cut: its id is there to be copied.
        return "\n    ".join((f"{owner}  {run}".rstrip(), *filter(None, lines)))

    return in_lines


def printable(value: str) -> str:
    """In one line: a terminal obeys what is not printable, and values come from others."""
    return "".join(one if one.isprintable() else _escaped(one) for one in value)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """The cells of each row side by side, in columns as wide as they need to be."""
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)) for row in shown]


def _owner(leaf: Leaf, *, names_deployment: bool) -> tuple[str, str]:
    at = leaf.at.instance
    mapped = "" if at.map_index == NOT_MAPPED else f"[{at.map_index}]"
    deployment = f"{leaf.at.deployment}/" if names_deployment else ""
    return text.exact(leaf.at.time), f"{deployment}{at.dag_id}/{at.task_id}{mapped}"


def _run(leaf: Leaf, *, names_try: bool) -> tuple[str, ...]:
    run, number = leaf.at.instance.run_id, leaf.at.try_number
    return (run, f"try {number}" if number else "") if names_try else (run,)


def _value(leaf: Leaf) -> str:
    return printable(_cut(leaf.text, _ROOM))


def _cut(words: str, room: int) -> str:
    return words if len(words) <= room else f"{words[: room - 1]}…"


def _ways(store: Store, leaves: Sequence[Leaf]) -> Iterator[str]:
    for first in range(0, len(leaves), _AT_ONCE):
        some = leaves[first : first + _AT_ONCE]
        with store.reading() as session:
            around = read_surroundings(session, some)
        yield from (printable(_way(leaf, around)) for leaf in some)


def _way(leaf: Leaf, around: Surroundings) -> str:
    """Who read it, or who gave what it is; what should have got it."""
    ends, left = ends_of(leaf, around)
    sure = ", ".join(_end(end) for end in ends if end.evidence)
    missed = ", ".join(_end(end) for end in ends if not end.evidence)
    more = f" and {text.thousands(left)} more" if left else ""
    verb = "read by" if leaf.at.place is Place.XCOM else "from"
    words = [f"{verb} {sure}{more}"] if sure else []
    words += [f"should have gone to {missed}"] if missed else []
    return "; ".join(words)


def _end(end: End) -> str:
    return " ".join(filter(None, (end.task, end.number, end.place)))
