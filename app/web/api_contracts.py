"""The JSON of contracts: what each task of a DAG gives, learned from its runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter
from starlette.responses import Response

from app.lineage.contract.places import place_of, places
from app.model.contract import Any, Contract, Example, Node, Place
from app.store.pages.contracts import (
    ContractFacts,
    LeafReader,
    MissedPull,
    read_dag_contracts,
)
from app.web import contract_words, links
from app.web.answering import as_json
from app.web.api import ERRORS
from app.web.contract import Mistyped, mistyped
from app.web.parts import Parts

router = APIRouter(prefix=links.API, tags=["v1"], responses=ERRORS)


@dataclass(frozen=True, slots=True)
class KeyReaderShape:
    dag_id: str
    task_id: str
    field: str
    evidence: str  # confirmed, declared, inferred or contradicted.
    line: int | None  # Of the reader's source.
    runs: int  # In how many of the DAG's newest runs.
    mistyped: bool  # Not by its newest source: the pull names a task that nobody knows.


@dataclass(frozen=True, slots=True)
class KeyShape:
    """All values at one place. `path`: `[*]` is each item of a list, `*` any key of a mapping."""

    key: str
    path: list[str]
    label: str
    types: dict[str, int]  # Values of each type; "unknown": masked, or too big to be kept.
    present: str  # In how many of the newest runs, in words.
    is_always: bool
    lowest: int | float | None
    highest: int | float | None
    earliest: str | None
    latest: str | None
    shortest: int | None  # Of lists.
    longest: int | None
    examples: list[Example]
    has_more: bool  # There were values that are no examples.
    first_seen: datetime | None
    last_seen: datetime | None
    readers: list[KeyReaderShape]


@dataclass(frozen=True, slots=True)
class MissedShape:
    """A field that reads what is not there; `problem` tells it."""

    key: str
    path: list[str | int]
    dag_id: str
    task_id: str
    field: str
    line: int | None
    suggestion: str
    problem: int


@dataclass(frozen=True, slots=True)
class ContractShape:
    task_id: str
    runs: int  # Newest ones that it knows one by one.
    is_cut: bool  # The deepest places are left out.
    keys: list[KeyShape]
    missed: list[MissedShape]


@dataclass(frozen=True, slots=True)
class Contracts:
    read_runs: int  # Newest runs that `readers` counts.
    contracts: list[ContractShape]


@router.get("/{deployment}/dags/{dag_id}/contracts", response_model=Contracts)
def contracts(parts: Parts, deployment: str, dag_id: str) -> Response:
    """What each task of the DAG gives: keys, types, how often, and who reads them."""
    with parts.store.reading() as session:
        facts = read_dag_contracts(session, deployment=deployment, dag_id=dag_id)
    return as_json(contracts_shape(facts))


def contracts_shape(facts: ContractFacts) -> Contracts:
    """Of every task that gives something, or is asked for something."""
    task_ids = dict.fromkeys(
        (
            *(task.task_id for task in facts.tasks),
            *facts.contracts,
            *(one.task_id for one in facts.missed),
        )
    )
    found = (_contract(facts, task_id) for task_id in task_ids)
    return Contracts(facts.runs, [one for one in found if one.keys or one.missed])


def _contract(facts: ContractFacts, task_id: str) -> ContractShape:
    contract = facts.contracts.get(task_id, Contract())
    readers: dict[Place | None, list[LeafReader]] = {}
    for one in facts.readers:
        if one.task_id == task_id:
            readers.setdefault(place_of(contract, one.key, one.path), []).append(one)
    wrong = mistyped(facts, task_id)
    return ContractShape(
        task_id=task_id,
        runs=len(contract.runs),
        is_cut=contract.is_cut,
        keys=[
            _key(place, node, around, readers.get(place, ()), wrong)
            for place, node, around in places(contract)
        ],
        missed=[_missed(one) for one in facts.missed if one.task_id == task_id],
    )


def _key(
    place: Place, node: Node, around: Node, readers: Iterable[LeafReader], wrong: Mistyped
) -> KeyShape:
    key, *path = map(_step, place)
    return KeyShape(
        key=key,
        path=path,
        label=contract_words.label(place),
        types={kind.value: values for kind, (values, _) in node.kinds.items()},
        present=contract_words.present(node, around),
        is_always=contract_words.is_always(node, around),
        lowest=node.lowest[0][0] if node.lowest else None,
        highest=node.highest[0][0] if node.highest else None,
        earliest=node.dates[0] if node.dates else None,
        latest=node.dates[1] if node.dates else None,
        shortest=node.lengths[0] if node.lengths else None,
        longest=node.lengths[1] if node.lengths else None,
        examples=list(node.examples),
        has_more=node.has_more,
        first_seen=_moment(node.first),
        last_seen=_moment(node.last),
        readers=[_reader(one, wrong) for one in readers],
    )


def _step(step: str | Any) -> str:
    return {Any.ITEM: "[*]", Any.NAME: "*"}[step] if isinstance(step, Any) else step


def _reader(one: LeafReader, wrong: Mistyped) -> KeyReaderShape:
    return KeyReaderShape(
        dag_id=one.dag_id,
        task_id=one.consumer_task_id,
        field=one.field,
        evidence=one.evidence.value,
        line=one.line,
        runs=one.runs,
        mistyped=(one.dag_id, one.consumer_task_id, one.field) in wrong,
    )


def _missed(one: MissedPull) -> MissedShape:
    return MissedShape(
        key=one.key,
        path=list(one.path),
        dag_id=one.dag_id,
        task_id=one.consumer_task_id,
        field=one.field,
        line=one.line,
        suggestion=one.suggestion,
        problem=one.problem_pk,
    )


def _moment(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
