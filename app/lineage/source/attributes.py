"""What stands behind a dot."""

import ast
from typing import Any

from app.lineage.source.airflow_values import DagValue, Group, RunningTask, TaskValue
from app.lineage.source.judging import unknown
from app.lineage.source.machine import Machine
from app.lineage.source.members import attribute_of
from app.lineage.source.values import (
    Bound,
    ClassValue,
    Descriptor,
    Instance,
    Member,
    Super,
    TextMember,
)
from app.lineage.source.wired import Wired

_TASKS_OF = frozenset({"children", "task_dict", "tasks"})


class Attributes:
    """Finds attributes: an object's own, its class's, those of tasks, groups and DAGs."""

    def __init__(self, machine: Machine, wired: Wired) -> None:
        self._machine, self._wired = machine, wired

    def of(self, value: Any, node: ast.Attribute) -> Any:  # noqa: C901, PLR0911  # one line for each kind of value
        """`value.name`, the name being the node's; Unknown where it cannot be told."""
        if isinstance(value, Super):
            found = self._wired.classes.of_super(value, node.attr, node)
            return unknown(node) if found is None else found
        if isinstance(value, Instance):
            return self._of_instance(value, node)
        if isinstance(value, RunningTask) and node.attr in ("task_id", "dag_id", "task"):
            running = self._machine.running
            if running is None:
                return unknown(node)
            return running if node.attr == "task" else attribute_of(running, node)
        if isinstance(value, Group | DagValue) and node.attr in _TASKS_OF:
            made = {one.task_id: one for one in self._machine.tasks if _is_in(one, value)}
            return list(made.values()) if node.attr == "tasks" else made
        if isinstance(value, Member | TextMember) and value.kind is not None:
            found = self._of_member(value, node)
            if found is not None:
                return found
        if isinstance(value, Descriptor) and node.attr in ("setter", "getter", "deleter"):
            return Bound(value, node.attr)
        if isinstance(value, ClassValue):
            member = value.lookup(node.attr)
            if member is not None:
                return self._wired.classes.bound(member[0], value, member[1], node)
        return attribute_of(value, node)

    def _of_member(self, value: Member | TextMember, node: ast.Attribute) -> Any:
        """What an Enum gives its members beside name and value; None: nothing of that name."""
        if node.attr in ("name", "value") or value.kind is None:
            return None
        own = value.kind.lookup(node.attr)
        if own is not None:
            return self._wired.classes.bound(own[0], value, own[1], node)
        if isinstance(value, TextMember):
            return None
        return self._wired.classes.of_member(value, node.attr, node)

    def _of_instance(self, value: Instance, node: ast.Attribute) -> Any:
        found = self._wired.classes.attribute(value, node.attr, node)
        if found is not None or node.attr in value.names:
            return found
        if value.core is not None:
            return attribute_of(value.core, node)
        own = self._wired.special.call(value, "__getattr__", [node.attr], node)
        return unknown(node) if own is None else own[0]


def _is_in(task: TaskValue, owner: Group | DagValue) -> bool:
    return (
        task.dag is owner if isinstance(owner, DagValue) else task.task_id.startswith(owner.prefix)
    )
