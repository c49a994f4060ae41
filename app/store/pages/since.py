"""XComs that may have become others since they were read, with all that tells how."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import func, null, or_, select

from app.model.facts import Try, XCom
from app.model.findings import Flow
from app.model.ids import RunKey, TaskInstanceKey
from app.store import tables as t
from app.store.numbers import run_numbers
from app.store.session import ReadSession
from app.store.tries import TRY_COLUMNS, select_tries, try_from, try_key
from app.store.xcoms import columns_up_to, xcom_from

#: An XCom of a task instance.
Place: TypeAlias = tuple[TaskInstanceKey, str]

# Versions, and tries, that are looked at; who has more of them is told of the first ones.
_MOST_ROWS = 2_000
# Bytes of a value that is compared; of a greater one only the times are told.
_GREATEST_VALUE = 262_144
_C = t.xcom.c


@dataclass(frozen=True, slots=True)
class Changed:
    """XComs of which there is more than one version, or none any more in Airflow."""

    versions: Mapping[Place, tuple[XCom, ...]] = field(default_factory=dict)  # The oldest first.
    tries: Mapping[TaskInstanceKey, tuple[Try, ...]] = field(default_factory=dict)  # Likewise.


def read_changed(session: ReadSession, *, deployment_pk: int, flows: Iterable[Flow]) -> Changed:
    """Those of the XComs that these flows read: two queries where there is none, else four."""
    places = {(flow.producer.instance, flow.producer.key) for flow in flows}
    if not places:
        return Changed()
    runs = run_numbers(
        session, deployment_pk=deployment_pk, runs={instance.run for instance, _ in places}
    )
    of_number = {number: run for run, number in runs.items()}
    changed = _changed(session, of_number, {at.task_id for at, _ in places}) & places
    if not changed:
        return Changed()
    instances = {instance for instance, _ in changed}
    return Changed(
        _versions(session, of_number, changed),
        _tries(session, of_number, instances),
    )


def read_tries_of(
    session: ReadSession, *, deployment_pk: int, instances: Collection[TaskInstanceKey]
) -> dict[TaskInstanceKey, tuple[Try, ...]]:
    """Every try of these instances, without its fields, in order: two queries."""
    if not instances:
        return {}
    runs = run_numbers(session, deployment_pk=deployment_pk, runs={one.run for one in instances})
    return _tries(session, {number: run for run, number in runs.items()}, instances)


def _tries(
    session: ReadSession, runs: Mapping[int, RunKey], instances: Collection[TaskInstanceKey]
) -> dict[TaskInstanceKey, tuple[Try, ...]]:
    c = t.task_instance.c
    rows = session.execute(
        select_tries(
            *(column for column in TRY_COLUMNS if column is not t.task_try.c.rendered),
            null().label("rendered"),
        )
        .where(
            c.run_pk.in_(runs),
            c.task_id.in_({one.task_id for one in instances}),
            c.map_index.in_({one.map_index for one in instances}),
        )
        .order_by(c.run_pk, c.task_id, c.map_index, t.task_try.c.try_number)
        .limit(_MOST_ROWS)
    )
    found: dict[TaskInstanceKey, list[Try]] = {}
    for row in rows:
        one = try_from(try_key(runs[row.run_pk], row), row)
        if one.key.instance in instances:
            found.setdefault(one.key.instance, []).append(one)
    return {instance: tuple(ones) for instance, ones in found.items()}


def _changed(
    session: ReadSession, runs: Mapping[int, RunKey], task_ids: Collection[str]
) -> set[Place]:
    rows = session.execute(
        select(_C.run_pk, _C.task_id, _C.map_index, _C.key)
        .where(_C.run_pk.in_(runs), _C.task_id.in_(task_ids))
        .group_by(_C.run_pk, _C.task_id, _C.map_index, _C.key)
        .having(or_(func.count() > 1, func.count(_C.gone_at) > 0))
    )
    return {
        (TaskInstanceKey(runs[pk].dag_id, runs[pk].run_id, task_id, map_index), key)
        for pk, task_id, map_index, key in rows
    }


def _versions(
    session: ReadSession, runs: Mapping[int, RunKey], changed: Collection[Place]
) -> dict[Place, tuple[XCom, ...]]:
    rows = session.execute(
        select(*columns_up_to(_GREATEST_VALUE))
        .where(
            _C.run_pk.in_(runs),
            _C.task_id.in_({at.task_id for at, _ in changed}),
            _C.map_index.in_({at.map_index for at, _ in changed}),
            _C.key.in_({key for _, key in changed}),
        )
        .order_by(_C.run_pk, _C.task_id, _C.map_index, _C.key, _C.timestamp)
        .limit(_MOST_ROWS)
    )
    found: dict[Place, list[XCom]] = {}
    for row in rows:
        xcom = xcom_from(runs[row.run_pk], row)
        place = (xcom.at.instance, xcom.at.key)
        if place in changed:
            found.setdefault(place, []).append(xcom)
    return {place: tuple(versions) for place, versions in found.items()}
