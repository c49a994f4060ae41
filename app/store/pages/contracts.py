"""Contracts with those who hang on them: who reads which leaf, and who reads what is not there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from app.model.contract import Contract
from app.model.facts import Task, XCom
from app.model.findings import Evidence, Problem, ProblemKind
from app.model.ids import RunKey
from app.model.values import Path
from app.store import tables as t
from app.store.contracts import read_contracts
from app.store.facts import read_definition
from app.store.numbers import dag_numbers
from app.store.pages.places import find_dag
from app.store.pages.run_strips import read_strips
from app.store.problems import problem_from
from app.store.session import ReadSession
from app.store.xcoms import columns_up_to, xcom_from

#: Newest runs of the producer's DAG of which it is looked who read what they gave.
READ_RUNS = 24
# Leaves with a reader each, and broken pulls, of all those runs.
_MOST_READERS = 20_000
_MOST_OF_A_KIND = 300
# DAGs whose source is read to show where a leaf is read.
_MOST_SOURCES = 20
# Bytes of a newest value that is looked into.
_GREATEST = 256_000
_MISSED = frozenset({ProblemKind.UNKNOWN_KEY, ProblemKind.MISSING_PATH})
_MISTYPED = frozenset({ProblemKind.UNKNOWN_TASK, ProblemKind.MISSING_GROUP_PREFIX})


@dataclass(frozen=True, slots=True)
class LeafReader:
    """A field that read a leaf in some of the newest runs, of whichever DAG it is."""

    task_id: str  # The producer's.
    key: str
    path: Path
    dag_id: str
    consumer_task_id: str
    field: str
    evidence: Evidence
    line: int | None  # In the newest of those runs.
    runs: int


@dataclass(frozen=True, slots=True)
class MissedPull:
    """A field that reads what its producer does not give: the problem that tells it."""

    problem_pk: int
    task_id: str  # The producer's.
    key: str
    path: Path
    dag_id: str
    consumer_task_id: str
    field: str
    suggestion: str
    line: int | None


@dataclass(frozen=True, slots=True)
class ContractFacts:
    deployment: str
    dag_id: str
    tasks: tuple[Task, ...]
    runs: int  # Newest ones that were looked at for readers.
    contracts: dict[str, Contract]  # By task.
    readers: tuple[LeafReader, ...]
    missed: tuple[MissedPull, ...]
    #: Problems of pulls that name a task which nobody knows, with their numbers.
    mistyped: tuple[tuple[int, Problem], ...] = ()


def read_dag_contracts(session: ReadSession, *, deployment: str, dag_id: str) -> ContractFacts:
    """Of every task of the DAG. Raises NotKept."""
    dag_pk = find_dag(session, deployment_name=deployment, dag_id=dag_id)
    runs = read_strips(session, [dag_pk], most=READ_RUNS).get(dag_pk, ())
    return contract_facts(
        session,
        deployment=deployment,
        dag_pk=dag_pk,
        tasks=read_definition(session, dag_pk, None).tasks,
        run_ids=[run.run.run_id for run in runs],
        dag_id=dag_id,
    )


def contract_facts(  # noqa: PLR0913 - all by keyword; what is known of the DAG already
    session: ReadSession,
    *,
    deployment: str,
    dag_pk: int,
    dag_id: str,
    tasks: tuple[Task, ...],
    run_ids: Collection[str],
) -> ContractFacts:
    """Of a DAG and its newest runs: three queries."""
    problems = _problems(session, deployment)
    return ContractFacts(
        deployment=deployment,
        dag_id=dag_id,
        tasks=tasks,
        runs=len(run_ids),
        contracts=read_contracts(session, dag_pk=dag_pk),
        readers=_readers(session, deployment, dag_id, run_ids),
        missed=_missed(problems, dag_id),
        mistyped=tuple(one for one in problems if one[1].kind in _MISTYPED),
    )


def read_newest_sources(
    session: ReadSession, *, deployment_pk: int, dag_ids: Collection[str]
) -> dict[str, str]:
    """The source of the newest version of these DAGs, of those that have one here."""
    numbers = dag_numbers(session, deployment_pk=deployment_pk)
    found = {
        dag_id: read_definition(session, numbers[dag_id], None).source
        for dag_id in sorted(dag_ids)[:_MOST_SOURCES]
        if dag_id in numbers
    }
    return {dag_id: source for dag_id, source in found.items() if source}


def _readers(
    session: ReadSession, deployment: str, dag_id: str, run_ids: Collection[str]
) -> tuple[LeafReader, ...]:
    c = t.flow.c
    reader = (t.dag.c.dag_id, c.consumer_task_id, c.field, c.evidence, c.line)
    leaf = (c.producer_task_id, c.key, c.path)
    rows = session.execute(
        select(*leaf, *reader, func.count(c.run_pk.distinct()).label("runs"))
        .join(t.dag_run, t.dag_run.c.id == c.run_pk)
        .join(t.dag, t.dag.c.id == t.dag_run.c.dag_pk)
        .join(t.deployment, t.deployment.c.id == t.dag.c.deployment_id)
        .where(t.deployment.c.name == deployment)
        .where(c.producer_dag_id == dag_id, c.producer_run_id.in_(run_ids))
        .group_by(*leaf, *reader)
        # Of one field that stands on several lines, as the DAG changed, the newest run's is first.
        .order_by(*leaf, *reader[:3], func.max(c.run_pk).desc())
        .limit(_MOST_READERS)
    )
    return tuple(
        LeafReader(
            row.producer_task_id,
            row.key,
            tuple(row.path),
            row.dag_id,
            row.consumer_task_id,
            row.field,
            Evidence(row.evidence),
            row.line,
            row.runs,
        )
        for row in rows
    )


def read_newest_values(
    session: ReadSession, *, deployment: str, dag_id: str, task_id: str
) -> tuple[XCom, ...]:
    """Of each key that the task gave in the newest runs the newest value; not of the great ones."""
    c, run = t.xcom.c, t.dag_run.c
    newest_runs = (
        select(run.id)
        .join(t.dag, t.dag.c.id == run.dag_pk)
        .join(t.deployment, t.deployment.c.id == t.dag.c.deployment_id)
        .where(t.deployment.c.name == deployment, t.dag.c.dag_id == dag_id, run.pruned_at.is_(None))
        .order_by(run.run_after.desc().nulls_last(), run.id.desc())
        .limit(READ_RUNS)
    )
    newest_first = (c.timestamp.desc(), c.id.desc())
    numbered = (
        select(c.id, func.row_number().over(partition_by=c.key, order_by=newest_first).label("n"))
        .where(c.run_pk.in_(newest_runs.scalar_subquery()), c.task_id == task_id)
        .subquery()
    )
    rows = session.execute(
        select(*columns_up_to(_GREATEST), run.run_id)
        .join(numbered, numbered.c.id == c.id)
        .join(t.dag_run, run.id == c.run_pk)
        .where(numbered.c.n == 1)
    )
    return tuple(xcom_from(RunKey(dag_id, row.run_id), row) for row in rows)


def _problems(session: ReadSession, deployment: str) -> tuple[tuple[int, Problem], ...]:
    """Those in which a field reads what is not there, the newest first."""
    c = t.problem.c
    kinds = [kind.value for kind in (*_MISSED, *_MISTYPED)]
    # Of each kind: many of one must not keep the others out.
    number = func.row_number().over(partition_by=c.kind, order_by=c.id.desc())
    numbered = (
        select(c.id, number.label("n"))
        .join(t.dag, t.dag.c.id == c.dag_pk)
        .join(t.deployment, t.deployment.c.id == t.dag.c.deployment_id)
        .join(t.cause, (t.cause.c.dag_pk == c.dag_pk) & (t.cause.c.name == c.cause))
        .where(t.deployment.c.name == deployment, t.cause.c.is_open)
        .where(c.kind.in_(kinds), c.status == "open")
        .subquery()
    )
    rows = session.execute(
        select(c.id, c.body)
        .join(numbered, numbered.c.id == c.id)
        .where(numbered.c.n <= _MOST_OF_A_KIND)
        .order_by(c.id.desc())
    )
    return tuple((row.id, problem_from(row.body)) for row in rows)


def _missed(problems: Iterable[tuple[int, Problem]], dag_id: str) -> tuple[MissedPull, ...]:
    """The newest ones first, each field once for what it reads."""
    found: dict[tuple[object, ...], MissedPull] = {}
    for pk, problem in problems:
        for one in _missed_pulls(pk, problem, dag_id):
            found.setdefault(
                (one.task_id, one.key, one.path, one.dag_id, one.consumer_task_id, one.field), one
            )
    return tuple(found.values())


def _missed_pulls(problem_pk: int, problem: Problem, dag_id: str) -> list[MissedPull]:
    pull, consumer = problem.pull, problem.consumer
    if pull is None or consumer is None or pull.dag_id != dag_id or problem.kind not in _MISSED:
        return []
    return [
        MissedPull(
            problem_pk=problem_pk,
            task_id=task_id,
            key=pull.key,
            path=pull.path,
            dag_id=consumer.instance.dag_id,
            consumer_task_id=consumer.instance.task_id,
            field=consumer.field,
            suggestion=problem.suggestion.text if problem.suggestion else "",
            line=pull.line,
        )
        for task_id in pull.task_ids
    ]
