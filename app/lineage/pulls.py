"""The pulls that a DAG's source declares: which task reads which XCom into which field."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import Any

from app.lineage.fields import address
from app.lineage.mentions.mention import Mention
from app.lineage.mentions.reading import mentions
from app.lineage.source.declaration import (
    Choice,
    Declaration,
    DeclaredField,
    DeclaredTask,
    Handed,
    Items,
    Members,
    Node,
    Possible,
    PythonPull,
    Unsaid,
    Words,
)
from app.lineage.source.doubts import IF, IF_NOT
from app.lineage.source.template_fields import is_rendered
from app.lineage.template.holes import has_holes, hole, literals, shown
from app.lineage.trace.known import plain
from app.lineage.trace.named import by_name
from app.model.values import Path

#: The field of pulls that a task's Python function makes.
PYTHON_CALLABLE = "python_callable"
#: Pulls of one file; more are nobody's to read.
_MOST_PULLS = 20_000
_ONE_OF_SEVERAL = "one of several values, by a condition that the source leaves open"
NO_TASK_IDS = "no task_ids: Airflow 3 reads the task's own XCom, Airflow 2 the newest of any task"


class Status(StrEnum):
    """How far a pull could be followed in its source."""

    RESOLVED = "resolved"  # Consumer, producer, key and path are facts.
    CANDIDATES = "candidates"  # One of several, or a pattern; `reason` says what is missing.
    UNRESOLVABLE = "unresolvable"  # `reason` says why.


@dataclass(frozen=True, slots=True)
class DeclaredPull:
    """One use of one XCom. Ids that stay patterns hold holes (see `template.holes`)."""

    dag_id: str | None
    task_id: str
    field: str
    kind: str  # jinja, xcomarg or python
    producer_dag_id: str | None
    producer_task_ids: tuple[str, ...]
    key: str
    path: Path
    operations: tuple[str, ...]
    line: int | None
    status: Status
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """A place of a task's fields in the source."""

    task: DeclaredTask
    field: str
    line: int | None
    names: dict[str, Any]
    doubt: str | None = None  # Why what stands here may not be there.


def declared_pulls(declaration: Declaration) -> tuple[DeclaredPull, ...]:
    """Every pull of the declaration, in the order of its tasks; the same use is named once."""
    tasks: dict[tuple[str | None, str], list[DeclaredTask]] = defaultdict(list)
    for task in declaration.tasks:
        tasks[task.dag_id, task.task_id].append(task)
    found = (pull for many in tasks.values() for pull in _of_one(many))
    return tuple(dict.fromkeys(islice(found, _MOST_PULLS)))


def _of_one(tasks: list[DeclaredTask]) -> Iterator[DeclaredPull]:
    """The pulls of all declarations of one task: those of both ways of an `if` are facts."""
    doubts = {task.doubt for task in tasks}
    opened = (doubt for doubt in doubts if doubt and doubt.startswith(IF))
    is_either = any(doubt.replace(IF, IF_NOT, 1) in doubts for doubt in opened)
    if is_either:
        yield from _common([list(_of_task(replace(task, doubt=None))) for task in tasks])
        return
    for task in tasks:
        yield from _of_task(task)


def _common(ways: list[list[DeclaredPull]]) -> Iterator[DeclaredPull]:
    """The pulls of several ways: as facts where all have them, else as candidates."""
    uses = [{_use(pull) for pull in way} for way in ways]
    for pull in (pull for way in ways for pull in way):
        is_everywhere = all(_use(pull) in way for way in uses)
        if is_everywhere or pull.status is not Status.RESOLVED:
            yield pull
        else:
            yield replace(pull, status=Status.CANDIDATES, reason=_ONE_OF_SEVERAL)


def _use(pull: DeclaredPull) -> DeclaredPull:
    return replace(pull, operations=(), line=None)


def _of_task(task: DeclaredTask) -> Iterator[DeclaredPull]:
    names = _names(task)
    for declared in task.fields:
        if is_rendered(declared.name.partition(".")[0], task.operator, task.template_fields):
            place = _Place(task, declared.name, declared.line, names)
            yield from _of_node(by_name(declared), (), place)
    if task.expanded is not None:
        place = _Place(task, "expand_kwargs", task.line, names)
        yield from _of_node(task.expanded, (), place)
    for pull in task.pulls:
        for path in pull.paths or ((),):
            yield _of_python(pull, path, task)


def _names(task: DeclaredTask) -> dict[str, Any]:
    """What a template of the task finds under a name, as far as the source tells."""
    ids = {"task_id": task.task_id, "dag_id": task.dag_id or "…"}
    known = {"ti": ids, "task_instance": ids, "task": ids, "dag": ids}
    macros = plain(task.macros) if task.macros is not None else {}
    params = plain(task.params) if task.params is not None else None
    return {**macros, **known, **({"params": params} if isinstance(params, dict) else {})}


def _of_node(node: Node, steps: Path, place: _Place) -> Iterator[DeclaredPull]:
    if isinstance(node, Words):
        for one in mentions(node.text, place.names):
            yield _pull(replace(place, line=node.line or place.line), steps, one, "jinja")
    elif isinstance(node, Handed):
        for handed in (node, *node.others):
            yield _of_argument(handed, steps, place)
    elif isinstance(node, Choice):
        yield from _common([list(_of_node(one, steps, place)) for one in node.options])
    elif isinstance(node, Possible):
        yield from _of_node(node.node, steps, replace(place, doubt=node.doubt))
    else:
        yield from _of_parts(node, steps, place)


def _of_parts(node: Node, steps: Path, place: _Place) -> Iterator[DeclaredPull]:
    """The pulls of a list's elements and of a mapping's members."""
    if isinstance(node, Items):
        is_open = False
        for at, item in enumerate(node.items):
            is_open = is_open or _may_be_many(item)
            if is_open:
                unplaced = replace(place, field=f"{address(place.field, steps)}[{hole('…')}]")
                yield from _of_node(item, (), unplaced)
            else:
                yield from _of_node(item, (*steps, at), place)
    elif isinstance(node, Members):
        named = by_name(DeclaredField("env_vars", node)) if steps == () else node
        for name, value in named.members if isinstance(named, Members) else ():
            yield from _of_node(value, (*steps, name), place)


def _may_be_many(item: Node) -> bool:
    return isinstance(item, Possible) or (isinstance(item, Unsaid) and item.is_many)


def _of_argument(handed: Handed, steps: Path, place: _Place) -> DeclaredPull:
    one = Mention((handed.task_id,), handed.key, operations=handed.operations)
    return _pull(place, steps, one, "xcomarg")


def _of_python(pull: PythonPull, path: Path, task: DeclaredTask) -> DeclaredPull:
    place = _Place(task, pull.field, pull.line, {})
    one = Mention(pull.task_ids, pull.key, pull.dag_id, path, unknown=pull.unknown)
    return _pull(place, (), one, "python")


def _pull(place: _Place, steps: Path, one: Mention, kind: str) -> DeclaredPull:
    task = place.task
    field = address(place.field, steps)
    known = (Status.RESOLVED, None if one.task_ids is not None else NO_TASK_IDS)
    status, reason = _doubt(one) or _doubt_of_consumer(task, field, place.doubt) or known
    return DeclaredPull(
        dag_id=task.dag_id,
        task_id=task.task_id,
        field=field,
        kind=kind,
        producer_dag_id=one.dag_id or task.dag_id,
        producer_task_ids=one.task_ids or (),
        key=one.key,
        path=one.path,
        operations=one.operations,
        line=place.line,
        status=status,
        reason=reason,
    )


def _doubt(one: Mention) -> tuple[Status, str] | None:
    """What keeps the producer from being known; None when nothing does."""
    if one.unknown:
        return Status.UNRESOLVABLE, f"the source does not tell {', '.join(one.unknown)}"
    for text in (*(one.task_ids or ()), one.key, one.dag_id or ""):
        if has_holes(text):
            is_bare = not any(part.strip("._-") for part in literals(text))
            status = Status.UNRESOLVABLE if is_bare else Status.CANDIDATES
            return status, f"the source does not tell {shown(text)}"
    return None


def _doubt_of_consumer(
    task: DeclaredTask, field: str, doubt: str | None
) -> tuple[Status, str] | None:
    for text in (task.task_id, task.dag_id or "", field):
        if has_holes(text):
            return Status.CANDIDATES, f"the source does not tell {shown(text)}"
    found = task.doubt or doubt
    return (Status.CANDIDATES, found) if found else None
