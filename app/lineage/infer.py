"""Flows that only the values tell, where the source says nothing about a field.

A value proves something when it is rare: long enough, of more than one kind of character, and
pushed by one place only, upstream and in time. Anything less proves nothing and gives no flow.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from app.lineage.fields import TRUNCATED, address, leaves, preview, tree
from app.lineage.resolve import RunIndex
from app.model.facts import Try, XCom
from app.model.findings import Consumer, Evidence, Flow, Producer
from app.model.values import Path

#: Shortest text that can be told from chance.
_SHORTEST = 8
#: Leaves of one XCom, or of one field, that are looked at.
_MOST_LEAVES = 5_000
#: Leaves that may share their last characters; more are a pattern, not an identity.
_MOST_ALIKE = 40
#: Longest field that is searched, in characters.
_LONGEST_FIELD = 20_000
_PODS_OWN_KEYS = frozenset({"pod_name", "pod_namespace"})


@dataclass(frozen=True, slots=True)
class _Leaf:
    xcom: XCom
    path: Path
    text: str


class Values:
    """The telling leaves of a run's XComs, to be found in texts by their last characters."""

    def __init__(self, index: RunIndex) -> None:
        self._index = index
        self._by_end: dict[str, list[_Leaf]] = defaultdict(list)
        for versions in index.xcoms.values():
            for xcom in versions:
                self._add(xcom)

    def _add(self, xcom: XCom) -> None:
        if xcom.truncated or xcom.at.key in _PODS_OWN_KEYS:
            return
        for count, (path, value) in enumerate(leaves(xcom.value)):
            if count >= _MOST_LEAVES:
                return
            if isinstance(value, str) and is_telling(value):
                self._by_end[value[-_SHORTEST:]].append(_Leaf(xcom, path, value))

    def flows(self, one: Try, covered: frozenset[str]) -> Iterator[Flow]:
        """Flows into the try's fields, apart from the addresses the source has spoken of."""
        for name, rendered in (one.rendered or {}).items():
            if isinstance(rendered, str) and rendered.startswith(TRUNCATED):
                continue
            for steps, value in islice(leaves(tree(name, rendered)), _MOST_LEAVES):
                place = address(name, steps)
                if not _is_covered(name, steps, covered) and isinstance(value, str):
                    yield from self._found(value[:_LONGEST_FIELD], place, one)

    def _found(self, text: str, place: str, one: Try) -> Iterator[Flow]:
        taken = 0
        for start, end, candidates in self._occurrences(text):
            if start < taken:
                continue
            leaf = self._only(candidates, one)
            if leaf is not None:
                taken = end
                yield self._flow(leaf, place, (start, end), one)

    def _occurrences(self, text: str) -> Iterator[tuple[int, int, list[_Leaf]]]:
        """Places where leaves stand as whole words, the longest of those that begin together."""
        found: dict[int, tuple[int, list[_Leaf]]] = {}
        for at in range(len(text) - _SHORTEST + 1):
            alike = self._by_end.get(text[at : at + _SHORTEST])
            if alike is None or len(alike) > _MOST_ALIKE:
                continue
            end = at + _SHORTEST
            for leaf in alike:
                start = end - len(leaf.text)
                if (
                    start < 0
                    or not text.startswith(leaf.text, start)
                    or not _is_word(text, start, end)
                ):
                    continue
                known_end, known = found.get(start, (0, []))
                if end > known_end:
                    found[start] = (end, [leaf])
                elif end == known_end:
                    known.append(leaf)
        for start in sorted(found):
            yield start, found[start][0], found[start][1]

    def _only(self, candidates: list[_Leaf], one: Try) -> _Leaf | None:
        """The single place the value can have come from; None when there are several, or none."""
        reader = one.key.instance
        above = self._index.ancestors(reader.task_id)
        able = [
            leaf
            for leaf in candidates
            if leaf.xcom.at.instance.task_id in above
            and leaf.xcom.at.instance.run == reader.run
            and (one.start is None or leaf.xcom.at.timestamp <= one.start)
        ]
        places = {(leaf.xcom.at.instance, leaf.xcom.at.key, leaf.path) for leaf in able}
        if len(places) != 1:
            return None
        return max(able, key=lambda leaf: leaf.xcom.at.timestamp)

    def _flow(self, leaf: _Leaf, place: str, span: tuple[int, int], one: Try) -> Flow:
        instance = leaf.xcom.at.instance
        pushed = leaf.xcom.at.timestamp
        tries = [
            each
            for each in self._index.tries.get(instance, ())
            if each.start and each.start <= pushed
        ]
        number = tries[-1].key.try_number if tries else 0
        return Flow(
            producer=Producer(instance, number, leaf.xcom.at.key, leaf.path),
            consumer=Consumer(one.key.instance, one.key.try_number, place, (span,)),
            evidence=Evidence.INFERRED,
            value=preview(leaf.text),
        )


def is_telling(text: str) -> bool:
    """Whether a text is rare enough to be recognised: not a word, a number, a date or a mask."""
    if len(text) < _SHORTEST or "***" in text:
        return False
    kinds = (str.isalpha, str.isdigit, lambda one: not one.isalnum())
    present = sum(any(kind(one) for one in text) for kind in kinds)
    return present >= 2 and any(one.isalpha() for one in text) and len(set(text)) >= 6  # noqa: PLR2004  # fewer are patterns


def _is_word(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not (before.isalnum() and text[start].isalnum()) and not (
        after.isalnum() and text[end - 1].isalnum()
    )


def _is_covered(name: str, steps: Path, covered: frozenset[str]) -> bool:
    return any(address(name, steps[:depth]) in covered for depth in range(len(steps) + 1))
