"""Leaves by their numbers, with all that a query asks and a page shows of them."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Select, Text, select, type_coerce

from app.model.ids import TaskInstanceKey
from app.model.leaves import Leaf, LeafAddress, Place
from app.model.values import Path
from app.store.search.among import among
from app.store.search.kinds import Kind, value_of
from app.store.search.numbers import EPOCH
from app.store.search.waiting import TRY_TIME
from app.store.session import AnyRow, ReadSession
from app.store.tables import (
    dag,
    dag_run,
    deployment,
    leaf,
    leaf_path,
    task_instance,
    task_try,
    xcom,
)


@dataclass(frozen=True, slots=True)
class Hit:
    leaf: Leaf
    run_pk: int


def fulfilling(
    session: ReadSession, numbers: Sequence[int], conditions: Sequence[ColumnElement[bool]]
) -> Sequence[int]:
    """Those of the leaves that fulfil the conditions on the table `leaf`, the newest first."""
    if not numbers or not conditions:
        return numbers
    these = select(leaf.c.id).where(among(session, leaf.c.id, numbers), *conditions)
    return session.execute(these.order_by(leaf.c.id.desc())).scalars().all()


def read_hits(session: ReadSession, numbers: Sequence[int]) -> list[Hit]:
    """These leaves, the newest first.

    Leaves of XComs are without what only the try that gave them tells: see with_tries.
    """
    if not numbers:
        return []
    these = among(session, leaf.c.id, numbers)
    xcoms = session.execute(_OF_XCOMS.where(these))
    tries = session.execute(_OF_TRIES.where(these))
    found = [*map(_of_xcom, xcoms), *map(_of_try, tries)]
    return sorted(found, key=lambda one: one.leaf.number, reverse=True)


def with_tries(session: ReadSession, hits: Sequence[Hit]) -> list[Hit]:
    """The same, leaves of XComs with the number and state of the try that gave them."""
    tries = _tries(session, [one for one in hits if one.leaf.at.place == Place.XCOM])
    return [Hit(_with_try(one, tries), one.run_pk) for one in hits]


class _Try(NamedTuple):
    number: int
    start: datetime | None
    state: str | None


#: By the run's row number, the task and the map index.
_Tries: TypeAlias = Mapping[tuple[int, str, int], list[_Try]]


def _with_try(hit: Hit, tries: _Tries) -> Leaf:
    at = hit.leaf.at
    if at.place == Place.FIELD:
        return hit.leaf
    several = tries.get((hit.run_pk, at.instance.task_id, at.instance.map_index), ())
    began = [one for one in several if one.start is not None and one.start <= at.time]
    if not began:
        return hit.leaf
    giver = max(began)
    one = hit.leaf
    at = LeafAddress(at.deployment, at.place, at.instance, giver.number, at.name, at.path, at.time)
    return Leaf(one.number, at, one.value, one.text, giver.state, one.is_gone)


def _tries(session: ReadSession, hits: Sequence[Hit]) -> _Tries:
    found: dict[tuple[int, str, int], list[_Try]] = defaultdict(list)
    if not hits:
        return found
    instance = task_instance.c
    rows = session.execute(
        select(
            instance.run_pk,
            instance.task_id,
            instance.map_index,
            task_try.c.try_number,
            task_try.c.start,
            task_try.c.state,
        )
        .join(task_try, task_try.c.task_instance_pk == instance.id)
        .where(
            instance.run_pk.in_({one.run_pk for one in hits}),
            instance.task_id.in_({one.leaf.at.instance.task_id for one in hits}),
            instance.map_index.in_({one.leaf.at.instance.map_index for one in hits}),
        )
    )
    for row in rows:
        key = (row.run_pk, row.task_id, row.map_index)
        found[key].append(_Try(row.try_number, row.start, row.state))
    return found


_COLUMNS = (
    leaf.c.id,
    leaf.c.positions,
    leaf.c.kind,
    leaf.c.text,
    leaf_path.c.name,
    type_coerce(leaf_path.c.steps, Text).label("steps"),
    dag.c.dag_id,
    deployment.c.name.label("deployment"),
    dag_run.c.id.label("run_pk"),
    dag_run.c.run_id,
    dag_run.c.gone_at.label("run_gone_at"),
)


def _select(*columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*_COLUMNS, *columns)
        .select_from(leaf)
        .join(leaf_path, leaf.c.path_pk == leaf_path.c.id)
        .join(dag, leaf_path.c.dag_pk == dag.c.id)
        .join(deployment, dag.c.deployment_id == deployment.c.id)
    )


_OF_XCOMS = (
    _select(xcom.c.task_id, xcom.c.map_index, xcom.c.timestamp, xcom.c.gone_at)
    .join(xcom, leaf.c.xcom_pk == xcom.c.id)
    .join(dag_run, xcom.c.run_pk == dag_run.c.id)
    .where(dag_run.c.pruned_at.is_(None))
)
_OF_TRIES = (
    _select(
        task_instance.c.task_id,
        task_instance.c.map_index,
        task_try.c.try_number,
        task_try.c.state,
        TRY_TIME.label("time"),
    )
    .join(task_try, leaf.c.try_pk == task_try.c.id)
    .join(task_instance, task_try.c.task_instance_pk == task_instance.c.id)
    .join(dag_run, task_instance.c.run_pk == dag_run.c.id)
    .where(dag_run.c.pruned_at.is_(None))
)


def _of_xcom(row: AnyRow) -> Hit:
    at = _address(row, Place.XCOM, 0, row.timestamp)
    return _hit(row, at, None, is_gone=(row.gone_at or row.run_gone_at) is not None)


def _of_try(row: AnyRow) -> Hit:
    at = _address(row, Place.FIELD, row.try_number, row.time or EPOCH)
    return _hit(row, at, row.state, is_gone=row.run_gone_at is not None)


def _hit(row: AnyRow, at: LeafAddress, state: str | None, *, is_gone: bool) -> Hit:
    value = value_of(row.text, Kind(row.kind))
    return Hit(Leaf(row.id, at, value, row.text, state, is_gone), row.run_pk)


def _address(row: AnyRow, place: Place, try_number: int, time: datetime) -> LeafAddress:
    instance = TaskInstanceKey(row.dag_id, row.run_id, row.task_id, row.map_index)
    path = _path(row.steps, row.positions)
    return LeafAddress(row.deployment, place, instance, try_number, row.name, path, time)


@lru_cache(maxsize=4_096)
def _path(steps: str, positions: str | None) -> Path:
    each = iter(json.loads(positions or "[]"))
    return tuple(next(each) if step is None else step for step in json.loads(steps))
