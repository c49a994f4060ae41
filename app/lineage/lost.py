"""What a run got from runs that are no longer stored stays as it was found; pure.

Retention deletes the run that gave a value before the one that got it. Whoever looks at the latter
again, as a newer engine does, would not find the value and take the pull for a mistake.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Protocol, TypeAlias, TypeVar

from app.model.findings import Analysis, Consumer
from app.model.ids import RunKey, TaskInstanceKey

_Field: TypeAlias = tuple[TaskInstanceKey, int, str]


class _OfField(Protocol):
    @property
    def consumer(self) -> Consumer | None: ...


_Found = TypeVar("_Found", bound=_OfField)


def with_lost(found: Analysis, before: Analysis, *, lost: Collection[RunKey]) -> Analysis:
    """The analysis, in which fields that had a value of one of the `lost` runs are as `before`."""
    fields = {_field(one.consumer) for one in before.flows if one.producer.instance.run in lost}
    return replace(
        found,
        flows=_mixed(found.flows, before.flows, fields),
        problems=_mixed(found.problems, before.problems, fields),
        candidates=_mixed(found.candidates, before.candidates, fields),
    )


def _mixed(
    found: Iterable[_Found], before: Iterable[_Found], fields: Collection[_Field]
) -> tuple[_Found, ...]:
    return (
        *(one for one in found if not _is_of(one, fields)),
        *(one for one in before if _is_of(one, fields)),
    )


def _is_of(one: _OfField, fields: Collection[_Field]) -> bool:
    return one.consumer is not None and _field(one.consumer) in fields


def _field(consumer: Consumer) -> _Field:
    return consumer.instance, consumer.try_number, consumer.field
