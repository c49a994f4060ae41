"""Which task instances of two runs are the same ones."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from app.lineage.compare.documents import fields_of
from app.lineage.compare.walking import DEEPEST
from app.lineage.fields import address, every_leaf, text_of
from app.model.ids import NOT_MAPPED
from app.model.sides import InstanceSide

#: An instance of either side, or of one.
Matched: TypeAlias = tuple[InstanceSide | None, InstanceSide | None]
#: What a value says without its run's own words.
Plain: TypeAlias = Callable[[str], str]

# Instances of a mapped task whose values are looked at; more are matched by their index.
_MOST_LOOKED_AT = 3_000
# Leaves of an instance that may tell what it was mapped over.
_MOST_LEAVES = 80


def matched(
    left: Iterable[InstanceSide], right: Iterable[InstanceSide], *, plain: tuple[Plain, Plain]
) -> tuple[Matched, ...]:
    """Every instance once, with its counterpart if there is one.

    Mapped instances are matched by their names where they have some; else by a value that tells
    them apart, where more of them stay the same by it than by their index.
    """
    before, after = by_task(left), by_task(right)
    found: list[Matched] = []
    for task_id in dict.fromkeys((*before, *after)):
        found += _task_matched(before.get(task_id, []), after.get(task_id, []), plain)
    return tuple(found)


def by_task(instances: Iterable[InstanceSide]) -> dict[str, list[InstanceSide]]:
    """Those of each task, by their index."""
    found: dict[str, list[InstanceSide]] = {}
    for one in instances:
        found.setdefault(one.key.task_id, []).append(one)
    return {
        task_id: sorted(ones, key=lambda one: one.key.map_index) for task_id, ones in found.items()
    }


def _task_matched(
    left: list[InstanceSide], right: list[InstanceSide], plain: tuple[Plain, Plain]
) -> Iterable[Matched]:
    if _is_single(left) and _is_single(right):
        return [(left[0] if left else None, right[0] if right else None)]
    names = _names(left), _names(right)
    if all(names):
        return _by_word(left, right, names[0], names[1])
    words = _telling_values(left, right, plain) if left and right else None
    if words is None:
        return _by_word(left, right, _indexes(left), _indexes(right))
    return _in_gaps(_by_word(left, right, *words), left, right)


def _is_single(ones: Sequence[InstanceSide]) -> bool:
    return not ones or (len(ones) == 1 and ones[0].key.map_index == NOT_MAPPED)


def _names(ones: Sequence[InstanceSide]) -> list[str]:
    """Their rendered map indexes; none when some have the same, or their plain index."""
    names = [one.name or "" for one in ones]
    is_index = [name in {"", str(one.key.map_index)} for name, one in zip(names, ones, strict=True)]
    return [] if any(is_index) or len(set(names)) < len(names) else names


def _indexes(ones: Sequence[InstanceSide]) -> list[str]:
    return [str(one.key.map_index) for one in ones]


def _by_word(
    left: Sequence[InstanceSide], right: Sequence[InstanceSide], at: list[str], to: list[str]
) -> list[Matched]:
    """Those with the same word are the same; a word that is not alone matches nothing."""
    alone = _alone(at) & _alone(to)
    theirs = {word: one for word, one in zip(to, right, strict=True) if word in alone}
    mine = [(one, theirs.get(word)) for word, one in zip(at, left, strict=True)]
    return [
        *mine,
        *((None, one) for word, one in zip(to, right, strict=True) if word not in alone),
    ]


def _telling_values(
    left: list[InstanceSide], right: list[InstanceSide], plain: tuple[Plain, Plain]
) -> tuple[list[str], list[str]] | None:
    """The values at one address of their fields, by which more are the same than by index."""
    is_same = [one.rendered for one in left] == [one.rendered for one in right]
    if is_same or max(len(left), len(right)) > _MOST_LOOKED_AT:
        return None
    mine, theirs = _values(left, plain[0]), _values(right, plain[1])
    best, most = None, 0
    for place in mine.keys() & theirs.keys():
        at, to = mine[place], theirs[place]
        by_value = len(_alone(at) & _alone(to))
        by_index = _at_same_index(left, right, at, to)
        if by_value > by_index and (by_value, place) > (most, best or ""):
            best, most = place, by_value
    return None if best is None else (mine[best], theirs[best])


def _values(ones: list[InstanceSide], plain: Plain) -> dict[str, list[str]]:
    """Address to the text of each instance, where each has one and they are not all the same."""
    found: dict[str, list[str]] = {}
    for number, one in enumerate(ones):
        for place, text in _texts(one):
            texts = found.setdefault(place, [])
            if len(texts) == number:
                texts.append(text)
    return {
        place: [plain(text) for text in texts]
        for place, texts in found.items()
        if len(texts) == len(ones) and (len(ones) == 1 or len(set(texts)) > 1)
    }


def _texts(one: InstanceSide) -> Iterator[tuple[str, str]]:
    leaves = (
        (name, path, leaf)
        for name, value in fields_of(one.rendered).items()
        for path, leaf in every_leaf(value, deepest=DEEPEST)
        if isinstance(leaf, str | int | float)
    )
    for _, (name, path, leaf) in zip(range(_MOST_LEAVES), leaves, strict=False):
        yield address(name, path), text_of(leaf)


def _alone(words: list[str]) -> set[str]:
    return {word for word, times in Counter(words).items() if times == 1}


def _at_same_index(
    left: list[InstanceSide], right: list[InstanceSide], at: list[str], to: list[str]
) -> int:
    there = {one.key.map_index: word for one, word in zip(right, to, strict=True)}
    return sum(there.get(one.key.map_index) == word for one, word in zip(left, at, strict=True))


def _in_gaps(
    found: list[Matched], left: list[InstanceSide], right: list[InstanceSide]
) -> Iterator[Matched]:
    """What is left over after the same matched neighbour is matched in order: its value changed."""
    partner = {id(one): other for one, other in found if one and other}
    yield from ((one, other) for one, other in found if one and other)
    taken = {id(other) for other in partner.values()}
    before = _gaps(left, {key: key for key in partner})
    origin = {id(other): key for key, other in partner.items()}
    after = _gaps(right, {key: origin[key] for key in taken})
    for gap in dict.fromkeys((*before, *after)):
        one_side, other_side = before.get(gap, []), after.get(gap, [])
        longest = max(len(one_side), len(other_side))
        for n in range(longest):
            yield (
                one_side[n] if n < len(one_side) else None,
                other_side[n] if n < len(other_side) else None,
            )


def _gaps(ones: list[InstanceSide], anchors: dict[int, int]) -> dict[int, list[InstanceSide]]:
    """Those without a partner by the pair that stands before them."""
    found: dict[int, list[InstanceSide]] = {}
    gap = 0
    for one in ones:
        if id(one) in anchors:
            gap = anchors[id(one)]
        else:
            found.setdefault(gap, []).append(one)
    return found
