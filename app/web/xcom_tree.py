"""An XCom's value as a tree of rows, each leaf with those who read it; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from app.graph.addresses import preview as gist
from app.lineage.fields import address, every_leaf
from app.model.values import Json, Path
from app.web.read_words import within_the_whole
from app.web.text import Preview, copied, preview

# Rows of one value; a list of thousands shows its first items and how many more there are.
_MOST_ROWS = 150
_MOST_KEYS = 60
_FIRST_ITEMS = 2
_FEW_ITEMS = 5
_DEEPEST = 5
# Parts of what is read as part of the whole alone, if they are to stand open.
_FEW = 8
# Leaves of a folded row that lead to the pages of their values.
_MOST_LEAVES = 40


@dataclass(frozen=True, slots=True)
class Reader:
    """A field that read a leaf; `is_broken`: it should have, and did not."""

    task: str
    number: str  # "x128" when so many mapped instances read it.
    field: str
    href: str
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class Differs:
    """How a leaf differs from what it was in all runs before."""

    severity: str
    reason: str


@dataclass(frozen=True, slots=True)
class TreeRow:
    name: str
    depth: int
    value: Preview
    is_read: bool  # It, something below it or all that it is a part of.
    is_branch: bool
    readers: tuple[Reader, ...]
    below: int  # Readers of what stands below it.
    differs: Differs | None = None
    path: Path | None = None  # To it; None where the row stands for several.
    copied: str = ""  # A leaf's whole text, for the button.
    within: str = ""  # Who read it as part of the whole, where nobody read just it.
    leaves: tuple[tuple[str, Path], ...] = ()  # The first ones of a folded row, with their paths.


@dataclass(slots=True)
class _Walk:
    readers: Mapping[Path, tuple[Reader, ...]]
    differs: Mapping[Path, Differs]
    rows: list[TreeRow] = field(default_factory=list)


def tree_rows(
    name: str,
    value: Json,
    readers: Mapping[Path, tuple[Reader, ...]],
    differs: Mapping[Path, Differs] | None = None,
) -> tuple[TreeRow, ...]:
    """The value under its key's name. `readers` by path; what is too deep counts above it."""
    walk = _Walk(readers, differs or {})
    _add(walk, name, value, ())
    return tuple(walk.rows)


def _add(walk: _Walk, name: str, value: Json, path: Path) -> None:
    below = _below(walk.readers, path)
    own, around = walk.readers.get(path, ()), _around(walk.readers, path)
    # What nobody reads stays folded, the value itself aside.
    is_few = isinstance(value, dict | list) and len(value) <= _FEW
    is_wanted = below or not path or (around and is_few)
    is_opened = is_wanted and len(path) < _DEEPEST and len(walk.rows) < _MOST_ROWS
    children = tuple(_children(value)) if is_opened else ()
    is_branch = bool(children)
    walk.rows.append(
        TreeRow(
            name=name,
            depth=len(path),
            value=_shown_value(value, is_branch=is_branch),
            is_read=bool(own or below or around),
            is_branch=is_branch,
            readers=own if is_branch else (*own, *below),
            below=_delivered(below) if is_branch else 0,
            differs=walk.differs.get(path),
            path=path,
            copied="" if is_branch else copied(value),
            within="" if _delivered((*own, *below)) or not around else within_the_whole(around),
            leaves=() if is_branch else _leaves(value, path),
        )
    )
    if is_branch:
        _add_children(walk, value, children, path)


def _add_children(
    walk: _Walk, value: Json, children: tuple[tuple[str | int, Json], ...], path: Path
) -> None:
    shown = _shown(value, children)
    for step, child in shown:
        _add(walk, str(step), child, (*path, step))
    left = len(children) - len(shown)
    if left:
        steps = {step for step, _ in children} - {step for step, _ in shown}
        beyond = _below(walk.readers, path, first=steps)
        around = _around(walk.readers, (*path, 0))
        more = Preview("", "", "", is_whole=True)
        walk.rows.append(
            TreeRow(
                name=f"{left} more",
                depth=len(path) + 1,
                value=more,
                is_read=bool(beyond or around),
                is_branch=False,
                readers=(),
                below=_delivered(beyond),
                within="" if beyond or not around else within_the_whole(around),
            )
        )


def _shown(
    value: Json, children: tuple[tuple[str | int, Json], ...]
) -> tuple[tuple[str | int, Json], ...]:
    if isinstance(value, list):
        return children if len(children) <= _FEW_ITEMS else children[:_FIRST_ITEMS]
    return children[:_MOST_KEYS]


def _children(value: Json) -> Iterator[tuple[str | int, Json]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list) and not all(isinstance(item, int | float) for item in value):
        # Numbers in a row, such as a bounding box, say more in one line.
        yield from enumerate(value)


def _shown_value(value: Json, *, is_branch: bool) -> Preview:
    if is_branch:
        return Preview(gist(value), "", "", is_whole=True)
    short = preview(value)
    if isinstance(value, dict | list) and not short.is_whole:
        return replace(short, text=gist(value))
    return short


def _leaves(value: Json, path: Path) -> tuple[tuple[str, Path], ...]:
    if not isinstance(value, dict | list) or not value:
        return ()
    some = islice(every_leaf(value), _MOST_LEAVES)
    return tuple((address("", steps).removeprefix("."), (*path, *steps)) for steps, _ in some)


def _delivered(readers: tuple[Reader, ...]) -> int:
    return sum(not reader.is_broken for reader in readers)


def _around(readers: Mapping[Path, tuple[Reader, ...]], path: Path) -> tuple[str, ...]:
    """The tasks that read something in which it stands."""
    return tuple(
        one.task
        for deep in range(len(path))
        for one in readers.get(path[:deep], ())
        if not one.is_broken
    )


def _below(
    readers: Mapping[Path, tuple[Reader, ...]], path: Path, first: set[str | int] | None = None
) -> tuple[Reader, ...]:
    deep = len(path)
    return tuple(
        reader
        for at, ones in readers.items()
        if len(at) > deep and at[:deep] == path and (first is None or at[deep] in first)
        for reader in ones
    )
