"""Flows: which value went into which field, by the run that got it and the run that gave it."""

from typing import Any

from sqlalchemy import Select, delete, insert, select

from app.model.findings import Consumer, Evidence, Flow, Producer
from app.model.ids import RunKey, TaskInstanceKey
from app.store import tables as t
from app.store.session import AnyRow, ReadSession, WriteSession
from app.store.upsert import Row


def read_flows(session: ReadSession, *, deployment_pk: int, run: RunKey) -> tuple[Flow, ...]:
    """What the tasks of this run received, in the order lineage found it."""
    rows = session.execute(
        _select(deployment_pk)
        .where(t.dag.c.dag_id == run.dag_id, t.dag_run.c.run_id == run.run_id)
        .order_by(t.flow.c.id)
    )
    return tuple(flow_from(row) for row in rows)


def read_readers(
    session: ReadSession, *, deployment_pk: int, producer: RunKey, task_id: str | None = None
) -> tuple[Flow, ...]:
    """What the tasks of this run (or one of them) gave, to this run and to any other."""
    c = t.flow.c
    found = _select(deployment_pk).where(
        c.producer_dag_id == producer.dag_id, c.producer_run_id == producer.run_id
    )
    if task_id is not None:
        found = found.where(c.producer_task_id == task_id)
    return tuple(flow_from(row) for row in session.execute(found.order_by(c.id)))


def read_readers_of(
    session: ReadSession, *, deployment_pk: int, instance: TaskInstanceKey
) -> tuple[Flow, ...]:
    """What this task instance gave, to its own run and to any other."""
    given = read_readers(
        session, deployment_pk=deployment_pk, producer=instance.run, task_id=instance.task_id
    )
    return tuple(flow for flow in given if flow.producer.instance == instance)


def replace_flows(
    session: WriteSession, *, deployment_pk: int, run: RunKey, run_pk: int, flows: tuple[Flow, ...]
) -> frozenset[RunKey]:
    """Put these in the place of the run's flows: of it and the runs that gave it something else.

    None at all where the flows are those that are stored.
    """
    stored = read_flows(session, deployment_pk=deployment_pk, run=run)
    if flows == stored:
        return frozenset()
    session.execute(delete(t.flow).where(t.flow.c.run_pk == run_pk))
    if flows:
        session.execute(insert(t.flow), [_row(run_pk, flow) for flow in flows])
    return frozenset({run, *(one.producer.instance.run for one in {*stored} ^ {*flows})})


def _select(deployment_pk: int) -> Select[*tuple[Any, ...]]:
    return (
        select(t.flow, t.dag.c.dag_id, t.dag_run.c.run_id)
        .join(t.dag_run, t.flow.c.run_pk == t.dag_run.c.id)
        .join(t.dag, t.dag_run.c.dag_pk == t.dag.c.id)
        .where(t.dag.c.deployment_id == deployment_pk)
    )


def flow_from(row: AnyRow) -> Flow:
    """The flow in a row of the table `flow`, with the `dag_id` and `run_id` of its run."""
    return Flow(
        producer_from(row),
        Consumer(
            TaskInstanceKey(row.dag_id, row.run_id, row.consumer_task_id, row.consumer_map_index),
            row.consumer_try,
            row.field,
            tuple((start, end) for start, end in row.spans),
        ),
        Evidence(row.evidence),
        row.value,
        redacted=row.redacted,
        line=row.line,
    )


def producer_from(row: AnyRow) -> Producer:
    """Who gave what, in a row of the table `flow`."""
    at = TaskInstanceKey(
        row.producer_dag_id, row.producer_run_id, row.producer_task_id, row.producer_map_index
    )
    return Producer(at, row.producer_try, row.key, tuple(row.path))


def _row(run_pk: int, flow: Flow) -> Row:
    producer, consumer = flow.producer, flow.consumer
    return {
        "run_pk": run_pk,
        "producer_dag_id": producer.instance.dag_id,
        "producer_run_id": producer.instance.run_id,
        "producer_task_id": producer.instance.task_id,
        "producer_map_index": producer.instance.map_index,
        "producer_try": producer.try_number,
        "key": producer.key,
        "path": list(producer.path),
        "consumer_task_id": consumer.instance.task_id,
        "consumer_map_index": consumer.instance.map_index,
        "consumer_try": consumer.try_number,
        "field": consumer.field,
        "spans": [list(span) for span in consumer.spans],
        "evidence": flow.evidence.value,
        "value": flow.value,
        "redacted": flow.redacted,
        "line": flow.line,
    }
