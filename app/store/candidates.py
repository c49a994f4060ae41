"""Candidates: producers of which one may have given a field its value, by the run that got it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, insert, select

from app.model.findings import Candidates, Consumer, Producer
from app.model.ids import RunKey, TaskInstanceKey
from app.store import tables as t
from app.store.pieces import pieces
from app.store.session import AnyRow, ReadSession, WriteSession
from app.store.upsert import Row


def read_candidates(
    session: ReadSession, *, deployment_pk: int, run: RunKey, reader: TaskInstanceKey | None = None
) -> tuple[Candidates, ...]:
    """Those of the run, or of one task instance of it, in the order lineage found them."""
    c = t.candidates.c
    found = (
        select(t.candidates)
        .join(t.dag_run, c.run_pk == t.dag_run.c.id)
        .join(t.dag, t.dag_run.c.dag_pk == t.dag.c.id)
        .where(
            t.dag.c.deployment_id == deployment_pk,
            t.dag.c.dag_id == run.dag_id,
            t.dag_run.c.run_id == run.run_id,
        )
    )
    if reader is not None:
        found = found.where(
            c.consumer_task_id == reader.task_id, c.consumer_map_index == reader.map_index
        )
    return tuple(_candidates(run, row) for row in session.execute(found.order_by(c.id)))


def replace_candidates(
    session: WriteSession,
    *,
    deployment_pk: int,
    run: RunKey,
    run_pk: int,
    candidates: Iterable[Candidates],
) -> bool:
    """Whether those of the run are others than the stored ones; then they take their place."""
    found = tuple(candidates)
    if found == read_candidates(session, deployment_pk=deployment_pk, run=run):
        return False
    session.execute(delete(t.candidates).where(t.candidates.c.run_pk == run_pk))
    for some in pieces([_row(run_pk, one) for one in found]):
        session.execute(insert(t.candidates), some)
    return True


def _candidates(run: RunKey, row: AnyRow) -> Candidates:
    instance = TaskInstanceKey(run.dag_id, run.run_id, row.consumer_task_id, row.consumer_map_index)
    spans = tuple((start, end) for start, end in row.spans)
    return Candidates(
        Consumer(instance, row.consumer_try, row.field, spans),
        tuple(_producer(one) for one in row.producers),
        row.value,
    )


def _producer(stored: dict[str, Any]) -> Producer:
    return Producer(
        TaskInstanceKey(*stored["instance"]), stored["try"], stored["key"], tuple(stored["path"])
    )


def _row(run_pk: int, one: Candidates) -> Row:
    consumer = one.consumer
    return {
        "run_pk": run_pk,
        "consumer_task_id": consumer.instance.task_id,
        "consumer_map_index": consumer.instance.map_index,
        "consumer_try": consumer.try_number,
        "field": consumer.field,
        "spans": [list(span) for span in consumer.spans],
        "producers": [_stored(producer) for producer in one.producers],
        "value": one.value,
    }


def _stored(producer: Producer) -> dict[str, Any]:
    at = producer.instance
    return {
        "instance": [at.dag_id, at.run_id, at.task_id, at.map_index],
        "try": producer.try_number,
        "key": producer.key,
        "path": list(producer.path),
    }
