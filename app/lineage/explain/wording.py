"""How paths and names are written in titles, checks and suggestions."""

from collections.abc import Iterable

from app.model.values import Json, Path

#: Names that a check lists before it says "and more".
_MOST_NAMES = 12
#: Characters of a name that is shown.
_LONGEST = 80


def written(path: Path) -> str:
    """`['k'][0]`."""
    return "".join(f"[{_short(repr(step))}]" for step in path)


def listed(names: Iterable[object]) -> str:
    """The first of the names, and how many more there are."""
    known = [_short(str(one)) for one in names]
    more = f" and {len(known) - _MOST_NAMES} more" if len(known) > _MOST_NAMES else ""
    return (", ".join(known[:_MOST_NAMES]) or "nothing") + more


def either(names: Iterable[str]) -> str:
    """`a, b or c`."""
    known = list(names)
    return " or ".join(filter(None, (", ".join(known[:-1]), known[-1] if known else "")))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def in_a_word(value: Json) -> str:
    """What kind of value it is, as people say it: "a text", "a list"."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "an object"
    return "a number"
