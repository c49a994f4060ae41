"""Task instances that a problem's page names, with their states and addresses; pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.model.findings import Problem
from app.model.ids import TaskInstanceKey
from app.web import links, text

# Places that the page lists.
_MOST_PLACES = 24


@dataclass(frozen=True, slots=True)
class InstanceLink:
    name: str
    href: str
    state: str | None
    is_known: bool  # False: we have not stored that instance.
    note: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """Where the wrong value went next."""

    places: tuple[InstanceLink, ...] = ()
    unshown: int = 0


@dataclass(frozen=True, slots=True)
class Places:
    """Makes the links. `states`: of the instances of the problem's run."""

    deployment: str
    states: Mapping[TaskInstanceKey, str | None]

    def link(self, instance: TaskInstanceKey, note: str = "") -> InstanceLink:
        return InstanceLink(
            name=instance.task_id + text.mapped(instance.map_index),
            href=links.task_instance(deployment=self.deployment, instance=instance),
            state=self.states.get(instance),
            is_known=instance in self.states,
            note=note,
        )

    def spread(self, problem: Problem) -> Spread:
        """The fields that the wrong value went on into, those of one instance together."""
        fields: dict[TaskInstanceKey, dict[str, None]] = {}
        for one in problem.spread:
            fields.setdefault(one.instance, {})[one.field] = None
        found = tuple(self.link(at, ", ".join(names)) for at, names in fields.items())
        return Spread(found[:_MOST_PLACES], max(len(found) - _MOST_PLACES, 0))
