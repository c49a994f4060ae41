"""Which values a try can have read when it started."""

from functools import cached_property

from app.lineage.likeness.values import Place
from app.lineage.resolve import RunIndex
from app.lineage.upstream import Upstream
from app.model.facts import Try
from app.model.findings import Producer


class Reading:
    """What the tries of a run can have read."""

    def __init__(self, index: RunIndex) -> None:
        self._index = index
        self._known: dict[tuple[int, int], bool] = {}  # By the facts' own identity.
        self._depths: dict[str, int] = {}

    @cached_property
    def _upstream(self) -> Upstream:
        return Upstream(self._index.facts.tasks)

    def can_read(self, one: Try, place: Place) -> bool:
        """Whether the value stood there, of an upstream task or another run, at the try's start."""
        key = (id(place.xcom), id(one))
        if key not in self._known:
            self._known[key] = self._is_upstream(one, place) and self._stood(one, place)
        return self._known[key]

    def depth(self, producer: Producer) -> int:
        """How many tasks end before it; an upstream task of another has fewer."""
        task_id = producer.instance.task_id
        if task_id not in self._depths:
            self._depths[task_id] = len(self._upstream.of(task_id))
        return self._depths[task_id]

    def _is_upstream(self, one: Try, place: Place) -> bool:
        instance, reader = place.xcom.at.instance, one.key.instance
        is_own = instance.run_id == reader.run_id and instance.dag_id == reader.dag_id
        return not is_own or self._upstream.is_above(instance.task_id, reader.task_id)

    def _stood(self, one: Try, place: Place) -> bool:
        """Whether it was pushed before, and neither pushed anew nor deleted by a later try."""
        at, moment = place.xcom.at, one.start
        if moment is None:
            return True
        versions = self._index.xcoms[at.instance, at.key]
        seen = [each for each in versions if each.at.timestamp <= moment]
        tries = self._index.tries.get(at.instance, ())
        return bool(seen and seen[-1] is place.xcom) and not any(
            each.start and at.timestamp < each.start <= moment for each in tries
        )


def was_given(place: Place, one: Try) -> bool:
    """Whether another task had given the value when the try started, upstream or not."""
    at = place.xcom.at
    return at.instance != one.key.instance and (one.start is None or at.timestamp <= one.start)
