"""Where a wrong value went on: through what its reader gave, into the fields of other tasks."""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from app.lineage.fields import address, field_of, found_at, leaves, tree
from app.lineage.resolve import RunIndex
from app.model.findings import Consumer, Flow, Problem, ProblemKind
from app.model.ids import TaskInstanceKey
from app.model.values import Json

#: Problems in which a wrong value stands in the field; of the others the task got nothing at all.
_KINDS_OF_VALUES = frozenset(
    {
        ProblemKind.PYTHON_REPR,
        ProblemKind.SEQUENCE_REPR,
        ProblemKind.BRACES_LOST,
        ProblemKind.STALE_VALUE,
    }
)
#: Fields that one problem names, and leaves of a value that are looked at.
MOST, _MOST_LEAVES = 50, 2_000
#: Shortest text that is known again in another.
_SHORTEST = 6
_NONE = re.compile(r"(?<!\w)None(?!\w)")
# The same where it stands for a value, and is no word of a sentence.
_NONE_AS_VALUE = re.compile(r"\ANone\Z|(?<=[/=:_.-])None(?!\w)|(?<!\w)None(?=[/_-])")
# What a text is put together of, as paths, arguments and sentences are.
_PIECES = re.compile(r"[^\s\"'=,;]+")


def with_spread(
    problems: Iterable[Problem], flows: Iterable[Flow], index: RunIndex
) -> Iterator[Problem]:
    """The problems, each with the fields of other tasks in which its wrong value stands as well."""
    problems = list(problems)
    if not any(map(_is_of_a_value, problems)):
        yield from problems
        return
    paths = _Paths(index, flows)
    for problem in problems:
        yield replace(problem, spread=paths.of(problem)) if _is_of_a_value(problem) else problem


def _is_of_a_value(problem: Problem) -> bool:
    """Whether there is a wrong text in a field, and not only an absence."""
    reader = problem.consumer
    if reader is None or not reader.spans:
        return False
    return problem.silent or problem.kind in _KINDS_OF_VALUES


@dataclass(frozen=True, slots=True)
class _Poison:
    """The wrong text as it can be known again: word for word, or by the word None in it."""

    text: str
    has_none: bool

    def is_in(self, value: Json) -> bool:
        if not isinstance(value, str):
            return False
        if len(self.text) >= _SHORTEST and self.text in value:
            return True
        return self.has_none and bool(_NONE_AS_VALUE.search(value))


class _Paths:
    """The ways by which values went through the tasks of a run."""

    def __init__(self, index: RunIndex, flows: Iterable[Flow]) -> None:
        self._index = index
        self._from: dict[TaskInstanceKey, list[Flow]] = defaultdict(list)
        for flow in flows:
            self._from[flow.producer.instance].append(flow)

    def of(self, problem: Problem) -> tuple[Consumer, ...]:
        """The fields of other tasks that the problem's wrong text went on into, in order."""
        reader = problem.consumer
        poison = self._poison(reader) if reader else None
        if reader is None or poison is None:
            return ()
        found: dict[Consumer, None] = {}
        seen, waiting = {reader.instance}, deque([reader.instance])
        while waiting and len(found) < MOST:
            for consumer in self._next(waiting.popleft(), poison):
                found.setdefault(consumer)
                if consumer.instance not in seen:
                    seen.add(consumer.instance)
                    waiting.append(consumer.instance)
        others = (one for one in found if one.instance != reader.instance)
        return tuple(islice(others, MOST))

    def _poison(self, reader: Consumer) -> _Poison | None:
        text = self._text(reader)
        start, end = reader.spans[0]
        if text is None or not text[start:end]:
            return None
        wrong = text[start:end]
        around = next(
            (one[0] for one in _PIECES.finditer(text) if one.start() <= start and end <= one.end()),
            wrong,
        )
        return _Poison(around, bool(_NONE.search(wrong)))

    def _text(self, reader: Consumer) -> str | None:
        """The text of the field; None where there is none."""
        one = self._index.numbered(reader.instance, reader.try_number)
        name = field_of(reader.field)
        if one is None or not one.rendered or name not in one.rendered:
            return None
        for place, value in _places(name, tree(name, one.rendered[name])):
            if place == reader.field:
                return value
        return None

    def _next(self, giver: TaskInstanceKey, poison: _Poison) -> Iterator[Consumer]:
        """The fields that got a poisoned part of what the task gave, and show it."""
        for flow in self._from.get(giver, ()):
            if self._gave_poison(flow, poison) and self._shows(flow.consumer, poison):
                yield flow.consumer

    def _gave_poison(self, flow: Flow, poison: _Poison) -> bool:
        versions = self._index.xcoms.get((flow.producer.instance, flow.producer.key), ())
        value = found_at(versions[-1].value, flow.producer.path) if versions else None
        return any(poison.is_in(leaf) for _, leaf in islice(leaves(value), _MOST_LEAVES))

    def _shows(self, reader: Consumer, poison: _Poison) -> bool:
        """Whether the field shows it; of one that is not seen its declared flow is enough."""
        text = self._text(reader)
        return True if text is None else poison.is_in(text)


def _places(name: str, value: Json) -> Iterator[tuple[str, str]]:
    for steps, leaf in islice(leaves(value), _MOST_LEAVES):
        if isinstance(leaf, str):
            yield address(name, steps), leaf
