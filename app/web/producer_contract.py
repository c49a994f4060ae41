"""What one task gives: every key and path, learned from its runs, and what hangs on each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from app.lineage.beginnings import holds, is_on_one_way
from app.lineage.contract.breaking import FEWEST_RUNS
from app.lineage.contract.places import places
from app.model.contract import Contract
from app.model.errors import NotKept
from app.model.facts import XCom
from app.store.pages.contracts import (
    ContractFacts,
    read_dag_contracts,
    read_newest_sources,
    read_newest_values,
)
from app.store.pages.places import find_deployment
from app.web import contract_words, links
from app.web.chrome import Chrome, chrome
from app.web.contract import (
    KeyReader,
    KeyRow,
    MissedRow,
    key_rows,
    missed_row,
    mistyped,
    newest_runs,
)
from app.web.contract_newest import newest_values
from app.web.contract_renaming import Renaming, renaming
from app.web.parts import Parts
from app.web.read_words import A_PART, NOBODY, within_the_whole

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    row: KeyRow
    anchor: str
    is_read: bool  # It, something in it or something around it.
    how: str  # How it is read, where no field reads just this.
    renaming: Renaming | None


@dataclass(frozen=True, slots=True)
class ProducerContractPage:
    chrome: Chrome
    deployment: str
    deployment_href: str
    dag_id: str
    dag_href: str
    task_id: str
    operator: str
    learned: str  # "24 runs"; empty: from none yet.
    read_note: str
    notes: tuple[str, ...]
    rows: tuple[PlaceRow, ...]
    missed: tuple[MissedRow, ...]
    twin: str


@router.get(links.CONTRACT_ROUTE)
def producer_contract_page(parts: Parts, deployment: str, dag_id: str, task_id: str) -> Response:
    here = links.contract(deployment=deployment, dag_id=dag_id, task_id=task_id)
    with parts.store.reading() as session:
        facts = read_dag_contracts(session, deployment=deployment, dag_id=dag_id)
        readers = {one.dag_id for one in facts.readers if one.task_id == task_id}
        pk = find_deployment(session, deployment)
        sources = read_newest_sources(session, deployment_pk=pk, dag_ids=readers)
        newest = read_newest_values(session, deployment=deployment, dag_id=dag_id, task_id=task_id)
        top = chrome(session, parts, tab="dags", here=here)
    now = parts.now()
    page = build(facts, top, task_id=task_id, sources=sources, newest=newest, now=now)
    return parts.renderer.page("contract/page.html", page)


def build(  # noqa: PLR0913 - all but two by keyword
    facts: ContractFacts,
    top: Chrome,
    *,
    task_id: str,
    sources: Mapping[str, str],
    newest: Iterable[XCom] = (),
    now: datetime,
) -> ProducerContractPage:
    """`newest`: the newest value of each key. Raises NotKept when nothing is known of the task."""
    operators = {task.task_id: task.operator for task in facts.tasks}
    missed = tuple(missed_row(one, facts.dag_id) for one in facts.missed if one.task_id == task_id)
    contract = facts.contracts.get(task_id, Contract())
    readers = [one for one in facts.readers if one.task_id == task_id]
    if task_id not in operators and not (contract.runs or readers or missed):
        raise NotKept(f"There is no task {task_id} in {facts.dag_id}")
    known = [place for place, _, _ in places(contract)]
    rows = key_rows(
        contract,
        readers,
        facts.dag_id,
        now,
        mistyped=mistyped(facts, task_id),
        newest=newest_values(newest, known, deployment=facts.deployment),
    )
    return ProducerContractPage(
        chrome=top,
        deployment=facts.deployment,
        deployment_href=links.dags(deployment=facts.deployment),
        dag_id=facts.dag_id,
        dag_href=links.dag(deployment=facts.deployment, dag_id=facts.dag_id),
        task_id=task_id,
        operator=operators.get(task_id, ""),
        learned=contract_words.seen_in(contract) if contract.runs else "",
        read_note=f"readers are those of {newest_runs(facts)}",
        notes=tuple(_notes(contract)),
        rows=tuple(_place(row, rows, (facts.dag_id, task_id), sources) for row in rows),
        missed=missed,
        twin=links.api_contracts(deployment=facts.deployment, dag_id=facts.dag_id),
    )


def _notes(contract: Contract) -> list[str]:
    found = []
    if 0 < len(contract.runs) < FEWEST_RUNS:
        found.append(
            f"What breaks it is told from {FEWEST_RUNS} runs on;"
            f" {len(contract.runs)} of them were learned from so far."
        )
    if contract.is_cut:
        found.append("It gives more than is told apart here: the deepest places are left out.")
    return found


def _how(row: KeyRow, held: Iterable[KeyRow]) -> str:
    """In it a part may be read, and it may be read with all that it is a part of."""
    found = [A_PART] if any(holds(row.place, one.place) for one in held) else []
    around = [one for one in held if holds(one.place, row.place)]
    if around:
        found.append(within_the_whole(_task(reader) for one in around for reader in one.readers))
    return "; ".join(found) or NOBODY


def _task(one: KeyReader) -> str:
    return f"{one.dag} / {one.task}" if one.dag else one.task


def _place(
    row: KeyRow, rows: list[KeyRow], producer: tuple[str, str], sources: Mapping[str, str]
) -> PlaceRow:
    held = [one for one in rows if one.readers and one.is_known]
    return PlaceRow(
        row=row,
        anchor=row.name,
        is_read=bool(row.readers) or any(is_on_one_way(row.place, one.place) for one in held),
        how="" if row.readers else _how(row, held),
        renaming=renaming(row, rows, producer=producer, sources=sources) if row.is_known else None,
    )
