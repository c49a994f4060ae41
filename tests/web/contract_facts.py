"""What contracts of tests are made from: runs of `extract`, and who reads what they gave."""

from collections.abc import Iterable

from app.model.contract import Contract
from app.model.findings import Evidence
from app.model.values import Json
from app.store.pages.contracts import ContractFacts, LeafReader, MissedPull
from tests.build import RUN, make_task
from tests.lineage.contract.learned import learned_from


def make_contract_facts(
    values: Iterable[Json] = (),
    readers: Iterable[LeafReader] = (),
    missed: Iterable[MissedPull] = (),
) -> ContractFacts:
    """Each value was returned in one run, day by day."""
    contract = learned_from(values)
    return ContractFacts(
        deployment="default",
        dag_id=RUN.dag_id,
        tasks=(make_task("extract"), make_task("load")),
        runs=24,
        contracts={"extract": contract} if contract != Contract() else {},
        readers=tuple(readers),
        missed=tuple(missed),
    )


def make_reader(  # noqa: PLR0913 - all have defaults
    *path: str | int,
    field: str = "arguments[0]",
    key: str = "return_value",
    dag_id: str = RUN.dag_id,
    line: int | None = None,
    runs: int = 3,
    evidence: Evidence = Evidence.CONFIRMED,
) -> LeafReader:
    return LeafReader("extract", key, path, dag_id, "load", field, evidence, line, runs)


def make_missed(*path: str | int, dag_id: str = RUN.dag_id) -> MissedPull:
    return MissedPull(
        7, "extract", "return_value", path, dag_id, "load", "arguments[0]", "did you mean uri?", 9
    )
