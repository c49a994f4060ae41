"""What each task of a DAG gives, and who reads it: learned from its runs; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TypeAlias

from app.graph.addresses import label as written
from app.graph.meant import meant
from app.lineage.beginnings import holds, is_on_one_way
from app.lineage.contract.places import place_of, places
from app.model.contract import Contract, Node, Place
from app.model.values import shape_of
from app.store.pages.contracts import ContractFacts, LeafReader, MissedPull
from app.web import contract_words, links, text
from app.web.contract_newest import Newest

# Places of one producer that are listed as read by nobody.
_MOST_UNREAD = 40
# What the KubernetesPodOperator pushes for itself.
_OPERATORS_OWN = frozenset({("pod_name",), ("pod_namespace",)})
#: DAG, task and field, and the page of the problem that it has.
Mistyped: TypeAlias = Mapping[tuple[str, str, str], str]


@dataclass(frozen=True, slots=True)
class KeyReader:
    """A field that reads the leaf. `dag`: empty for one of the same DAG."""

    dag: str
    task: str
    field: str
    runs: str
    evidence: str
    line: int | None
    dag_id: str
    mistyped: str = ""  # The problem of a field that meant it, and by its newest source misses it.


@dataclass(frozen=True, slots=True)
class KeyRow:
    name: str
    type: str
    present: str
    is_always: bool
    values: str
    readers: tuple[KeyReader, ...]
    first: text.Moment | None
    last: text.Moment | None
    depth: int
    place: Place
    is_known: bool = True  # Whether it was learned; if not it is only known to have been read.
    href: str = ""  # The page of its newest value, where one is kept.


@dataclass(frozen=True, slots=True)
class MissedRow:
    """A field that reads what the task never gave."""

    name: str
    reader: KeyReader
    suggestion: str
    href: str


@dataclass(frozen=True, slots=True)
class ProducerContract:
    task_id: str
    operator: str
    href: str
    learned: str  # "24 runs"; empty: from none yet.
    rows: tuple[KeyRow, ...]  # Those that somebody reads, in the value's order.
    missed: tuple[MissedRow, ...]
    unread: str  # The names of the keys that nobody reads.
    unread_count: str


def contracts(facts: ContractFacts, now: datetime) -> tuple[ProducerContract, ...]:
    """One contract per task that gives something, in the DAG's order."""
    operators = {task.task_id: task.operator for task in facts.tasks}
    givers = dict.fromkeys(
        (
            *operators,
            *facts.contracts,
            *(one.task_id for one in facts.readers),
            *(one.task_id for one in facts.missed),
        )
    )
    found = (producer(facts, task_id, operators.get(task_id, ""), now) for task_id in givers)
    return tuple(one for one in found if one.rows or one.missed or one.unread)


def producer(facts: ContractFacts, task_id: str, operator: str, now: datetime) -> ProducerContract:
    contract = facts.contracts.get(task_id, Contract())
    readers = [one for one in facts.readers if one.task_id == task_id]
    every = key_rows(contract, readers, facts.dag_id, now, mistyped=mistyped(facts, task_id))
    rows = [row for row in every if row.readers or row.place[:1] not in _OPERATORS_OWN]
    unread = _unread(rows)
    return ProducerContract(
        task_id=task_id,
        operator=operator,
        href=links.contract(deployment=facts.deployment, dag_id=facts.dag_id, task_id=task_id),
        learned=contract_words.seen_in(contract) if contract.runs else "",
        rows=tuple(row for row in rows if row.readers),
        missed=tuple(
            missed_row(one, facts.dag_id) for one in facts.missed if one.task_id == task_id
        ),
        unread=_listed(unread),
        unread_count=text.count(len(unread), "key") if unread else "",
    )


def mistyped(facts: ContractFacts, task_id: str) -> Mistyped:
    """The fields whose pulls meant the task, and name another one that nobody knows."""
    tasks = frozenset(task.task_id for task in facts.tasks)
    found: dict[tuple[str, str, str], str] = {}
    for pk, problem in facts.mistyped:
        port, consumer = meant(problem, dag_id=facts.dag_id, task_ids=tasks), problem.consumer
        if port is not None and consumer is not None and port.card == task_id:
            at = consumer.instance
            found.setdefault((at.dag_id, at.task_id, consumer.field), links.problem(pk))
    return found


def key_rows(  # noqa: PLR0913 - what is known beside them, by keyword
    contract: Contract,
    readers: Iterable[LeafReader],
    dag_id: str,
    now: datetime,
    *,
    mistyped: Mistyped = MappingProxyType({}),
    newest: Mapping[Place, Newest] = MappingProxyType({}),
) -> list[KeyRow]:
    """Every place of the contract, the operator's own last, then what was read and not learned."""
    read: dict[Place, list[LeafReader]] = {}
    unknown: dict[str, list[LeafReader]] = {}
    for one in readers:
        place = place_of(contract, one.key, one.path)
        if place is None:
            unknown.setdefault(written(one.key, shape_of(one.path)), []).append(one)
        else:
            read.setdefault(place, []).append(one)
    rows = [
        _row(place, (node, around), _merged(read.get(place, ()), dag_id, mistyped), now, newest)
        for place, node, around in places(contract)
    ]
    rows.sort(key=lambda row: row.place[:1] in _OPERATORS_OWN)
    return rows + [
        _unlearned(name, _merged(ones, dag_id, mistyped)) for name, ones in unknown.items()
    ]


def newest_runs(facts: ContractFacts) -> str:
    """The runs in which it was looked who reads what: `the 24 newest runs`."""
    return "the newest run" if facts.runs == 1 else f"the {facts.runs} newest runs"


def missed_row(one: MissedPull, dag_id: str) -> MissedRow:
    elsewhere = "" if one.dag_id == dag_id else one.dag_id
    return MissedRow(
        name=written(one.key, one.path),
        reader=KeyReader(elsewhere, one.consumer_task_id, one.field, "", "", one.line, one.dag_id),
        suggestion=one.suggestion,
        href=links.problem(one.problem_pk),
    )


def _row(
    place: Place,
    nodes: tuple[Node, Node],
    readers: tuple[KeyReader, ...],
    now: datetime,
    newest: Mapping[Place, Newest],
) -> KeyRow:
    node, around = nodes
    last = newest.get(place)
    return KeyRow(
        name=contract_words.label(place),
        type=contract_words.types(node),
        present=contract_words.present(node, around),
        is_always=contract_words.is_always(node, around),
        values=contract_words.values(node, last.example if last else None),
        readers=readers,
        first=_moment(node.first, now),
        last=_moment(node.last, now),
        depth=len(place) - 1,
        place=place,
        href=last.href if last else "",
    )


def _unlearned(name: str, readers: tuple[KeyReader, ...]) -> KeyRow:
    return KeyRow(
        name=name,
        type="",
        present="",
        is_always=False,
        values="",
        readers=readers,
        first=None,
        last=None,
        depth=0,
        place=(),
        is_known=False,
    )


def _merged(
    readers: Iterable[LeafReader], dag_id: str, mistyped: Mistyped
) -> tuple[KeyReader, ...]:
    """Readers of several items, or with several grades of evidence, are one reader each."""
    found: dict[tuple[str, str, str], list[LeafReader]] = {}
    for one in readers:
        found.setdefault((one.dag_id, one.consumer_task_id, one.field), []).append(one)
    return tuple(
        KeyReader(
            dag="" if dag == dag_id else dag,
            task=task,
            field=field,
            runs=text.count(max(one.runs for one in ones), "run"),
            evidence=min((one.evidence for one in ones), key=lambda each: each.grade).value,
            line=next((one.line for one in ones if one.line is not None), None),
            dag_id=dag,
            mistyped=mistyped.get((dag, task, field), ""),
        )
        for (dag, task, field), ones in found.items()
    )


def _unread(rows: Iterable[KeyRow]) -> list[str]:
    """The highest places that nobody reads, nor anything in them or around them."""
    known = [row for row in rows if row.is_known]
    read = [row.place for row in known if row.readers]
    found: list[Place] = []
    names = []
    for row in known:
        is_read = any(is_on_one_way(row.place, one) for one in read)
        if not is_read and not any(holds(one, row.place) for one in found):
            found.append(row.place)
            names += _told(row, known)
    return names


def _told(row: KeyRow, known: list[KeyRow]) -> list[str]:
    """A return value is told by its keys."""
    if row.place != ("return_value",):
        return [row.name]
    below = [one.name for one in known if len(one.place) == 2 and one.place[0] == "return_value"]  # noqa: PLR2004 - a key of it
    return below or [row.name]


def _listed(names: list[str]) -> str:
    left = len(names) - _MOST_UNREAD
    shown = ", ".join(names[:_MOST_UNREAD])
    return f"{shown} and {left} more" if left > 0 else shown


def _moment(seconds: int, now: datetime) -> text.Moment | None:
    return text.ago(datetime.fromtimestamp(seconds, UTC), now) if seconds else None
