"""A declaration with holes made into that of a real task: `load_{t}` is `load_eu`, so t is eu."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from app.lineage.mentions.reading import mentions
from app.lineage.source.declaration import (
    Choice,
    DeclaredField,
    DeclaredTask,
    Handed,
    Items,
    Members,
    Node,
    Possible,
    PythonPull,
    Words,
)
from app.lineage.template.holes import filled, has_holes, hole_names, literals

#: Holes of one id; more say too little to be told apart.
_MOST_HOLES = 4

#: Says whether the DAG has a task of that id.
IsTask = Callable[[str], bool]


def bindings(pattern: str, task_id: str) -> dict[str, str] | None:
    """What each hole of the pattern stands for when it gives the task id.

    None when the pattern does not fit, or fits in more than one way.
    """
    names, known = hole_names(pattern), literals(pattern)
    if not names or len(names) > _MOST_HOLES:
        return None
    shortest = re.fullmatch(_expression(names, known, "(.+?)"), task_id, re.DOTALL)
    longest = re.fullmatch(_expression(names, known, "(.+)"), task_id, re.DOTALL)
    if shortest is None or longest is None or shortest.groups() != longest.groups():
        return None  # Were there another way, the shortest first hole would not be the longest.
    return dict(zip(dict.fromkeys(names), shortest.groups(), strict=True))


def _expression(names: list[str], known: list[str], any_text: str) -> str:
    """A regular expression in which a hole is a group, and the same hole again the same text."""
    numbers = {name: at for at, name in enumerate(dict.fromkeys(names), start=1)}
    parts = [
        f"(?:\\{numbers[name]})" if name in names[:at] else any_text
        for at, name in enumerate(names)
    ]
    between = (f"{part}{re.escape(text)}" for part, text in zip(parts, known[1:], strict=True))
    return "".join([re.escape(known[0]), *between])


def unified(task: DeclaredTask, task_id: str, is_task: IsTask) -> DeclaredTask:
    """The declaration with the holes of its id filled by the real id.

    A text whose pulls would then name tasks that the DAG does not have keeps its holes: the same
    name may have stood for something else.
    """
    known = bindings(task.task_id, task_id)
    if known is None:
        return task
    filling = _Filling(known, is_task)
    return replace(
        task,
        task_id=task_id,
        fields=tuple(filling.field(one) for one in task.fields),
        expanded=None if task.expanded is None else filling.node(task.expanded),
        pulls=tuple(filling.pull(one) for one in task.pulls),
    )


class _Filling:
    """Fills holes wherever a declaration has them."""

    def __init__(self, known: Mapping[str, str], is_task: IsTask) -> None:
        self._known, self._is_task = known, is_task

    def field(self, one: DeclaredField) -> DeclaredField:
        return replace(one, value=self.node(one.value))

    def node(self, node: Node) -> Node:  # noqa: PLR0911  # one line for each kind of node
        if isinstance(node, Words):
            return Words(self._template(node.text), node.line)
        if isinstance(node, Handed):
            return self._handed(node)
        if isinstance(node, Items):
            return Items(tuple(self.node(one) for one in node.items))
        if isinstance(node, Choice):
            return Choice(tuple(self.node(one) for one in node.options))
        if isinstance(node, Possible):
            return Possible(self.node(node.node), node.doubt)
        if isinstance(node, Members):
            parts = ((filled(name, self._known), self.node(one)) for name, one in node.members)
            return Members(tuple(parts), node.is_open)
        return node

    def _handed(self, one: Handed) -> Handed:
        return replace(
            one,
            task_id=self._id(one.task_id),
            key=filled(one.key, self._known),
            others=tuple(map(self._handed, one.others)),
        )

    def pull(self, one: PythonPull) -> PythonPull:
        key = filled(one.key, self._known)
        dag_id = None if one.dag_id is None else filled(one.dag_id, self._known)
        paths = tuple(tuple(map(self._step, path)) for path in one.paths)
        if one.task_ids is None:
            return replace(one, key=key, dag_id=dag_id, paths=paths)
        ids = tuple(map(self._id, one.task_ids))
        was_open = any(map(has_holes, one.task_ids))
        is_known = not any(map(has_holes, (*ids, key)))
        return replace(
            one,
            task_ids=ids,
            key=key,
            dag_id=dag_id,
            paths=paths,
            is_sure=one.is_sure or (was_open and is_known),
        )

    def _step(self, step: str | int) -> str | int:
        return filled(step, self._known) if isinstance(step, str) else step

    def _id(self, text: str) -> str:
        result = filled(text, self._known)
        return result if has_holes(result) or self._is_task(result) else text

    def _template(self, text: str) -> str:
        if not has_holes(text):
            return text
        result = filled(text, self._known)
        named = (one for mention in mentions(result) for one in self._named(mention.task_ids))
        return result if all(map(self._is_task, named)) else text

    def _named(self, ids: tuple[str, ...] | None) -> tuple[str, ...]:
        return tuple(one for one in ids or () if not has_holes(one))
