"""Contracts brought up to date with every run that is over for good.

Each version of an XCom is learned from once: what a contract knows, and which XComs it knows it
from, are written in one transaction. A run that is opened again (a task was cleared, an XCom
edited) teaches what is new in it when it is sealed again.
"""

from collections.abc import Iterable, Iterator, Sequence

from app.lineage.contract.joining import joined
from app.lineage.contract.learning import observed
from app.model.contract import Contract, Given
from app.store.contracts import (
    Push,
    Success,
    UnlearnedRun,
    note_learned,
    read_contracts,
    read_successes,
    unlearned_runs,
    write_contracts,
)
from app.store.session import Store, WriteSession

# Runs of one DAG that are learned from in one transaction.
_AT_ONCE = 10


def learn_runs(store: Store, *, deployment_pk: int, most: int) -> int:
    """How many runs were learned from; at most so many, the newest first."""
    with store.reading() as session:
        due = unlearned_runs(session, deployment_pk=deployment_pk, most=most)
    for some in _together(due):
        with store.writing() as session:
            _learn(session, some)
    return len(due)


def _together(runs: Sequence[UnlearnedRun]) -> Iterator[Sequence[UnlearnedRun]]:
    """Runs of one DAG, a few at a time: its contracts are read and written once for them."""
    of_dag: dict[int, list[UnlearnedRun]] = {}
    for run in runs:
        of_dag.setdefault(run.dag_pk, []).append(run)
    for each in of_dag.values():
        for start in range(0, len(each), _AT_ONCE):
            yield each[start : start + _AT_ONCE]


def _learn(session: WriteSession, runs: Sequence[UnlearnedRun]) -> None:
    learned: dict[str, list[Contract]] = {}
    for run in runs:
        for task_id, contract in _of_run(session, run).items():
            learned.setdefault(task_id, []).append(contract)
    dag_pk = runs[0].dag_pk
    known = read_contracts(session, dag_pk=dag_pk, task_ids=learned.keys())
    contracts = {
        task_id: joined(known.get(task_id, Contract()), *each) for task_id, each in learned.items()
    }
    write_contracts(session, dag_pk=dag_pk, contracts=contracts)


def _of_run(session: WriteSession, run: UnlearnedRun) -> dict[str, Contract]:
    """What the run shows of each of its tasks; from now on it counts as learned."""
    successes = read_successes(session, run_pk=run.pk)
    instances: dict[str, list[tuple[Given, ...]]] = {}
    for one in successes:
        if run.learned_to is None or _newest(one) > run.learned_to:
            instances.setdefault(one.task_id, []).append(given(one))
    newest = max(map(_newest, successes), default=0)
    note_learned(session, run_pk=run.pk, learned_to=max(newest, run.learned_to or 0))
    return {task_id: observed(run.mark, each) for task_id, each in instances.items()}


def given(success: Success) -> tuple[Given, ...]:
    """What stood under each key when the try that succeeded was over.

    Airflow does not tell an XCom's try; what was pushed before the try began is of another one.
    """
    last = {push.key: push for push in _of_try(success)}
    return tuple(
        Given(push.key, push.value, int(push.at.timestamp()), is_whole=push.is_whole)
        for push in last.values()
    )


def _of_try(success: Success) -> Iterable[Push]:
    is_first = success.try_number <= 1 or success.start is None
    return (
        push
        for push in success.pushes
        if is_first or success.start is None or push.at >= success.start
    )


def _newest(success: Success) -> int:
    return max((push.number for push in success.pushes), default=0)
