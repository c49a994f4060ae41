"""Leaves by their numbers, with all that a query asks and a page shows of them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, bindparam, select, type_coerce

from app.model.ids import TaskInstanceKey
from app.model.leaves import Leaf, LeafAddress, Place
from app.model.values import Path
from app.store.among import among, among_later, listed
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


def fulfilling(
    session: ReadSession, numbers: Sequence[int], conditions: Sequence[ColumnElement[bool]]
) -> Sequence[int]:
    """Those of the leaves that fulfil the conditions on the table `leaf`, the newest first."""
    if not numbers or not conditions:
        return numbers
    these = select(leaf.c.id).where(among(session, leaf.c.id, numbers), *conditions)
    if session.dialect.name == "postgresql":
        # Which tell it the few parts of the table that are to be looked at.
        these = these.where(leaf.c.id >= min(numbers), leaf.c.id <= max(numbers))
    return session.execute(these.order_by(leaf.c.id.desc())).scalars().all()


def read_leaves(session: ReadSession, numbers: Sequence[int]) -> list[Leaf]:
    """These leaves, the newest first."""
    if not numbers:
        return []
    of_xcoms, of_tries = _statements(session.dialect.name)
    given = {"numbers": listed(session, numbers), "least": min(numbers), "most": max(numbers)}
    xcoms, tries = session.execute(of_xcoms, given), session.execute(of_tries, given)
    found = [*map(_of_xcom, xcoms), *map(_of_try, tries)]
    return sorted(found, key=lambda one: one.number, reverse=True)


_COLUMNS = (
    leaf.c.id,
    leaf.c.positions,
    leaf.c.kind,
    leaf.c.text,
    leaf_path.c.name,
    type_coerce(leaf_path.c.steps, Text).label("steps"),
    dag.c.dag_id,
    deployment.c.name.label("deployment"),
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


_GIVER = task_try.alias("giver")
# The last try that had begun when the XCom was pushed.
_GIVER_OF_XCOM = (
    select(task_try.c.id)
    .join(task_instance, task_try.c.task_instance_pk == task_instance.c.id)
    .where(
        task_instance.c.run_pk == xcom.c.run_pk,
        task_instance.c.task_id == xcom.c.task_id,
        task_instance.c.map_index == xcom.c.map_index,
        task_try.c.start <= xcom.c.timestamp,
    )
    .order_by(task_try.c.try_number.desc())
    .limit(1)
    .correlate(xcom)
    .scalar_subquery()
)
_OF_XCOMS = (
    _select(
        xcom.c.task_id,
        xcom.c.map_index,
        xcom.c.timestamp,
        xcom.c.gone_at,
        xcom.c.truncated,
        xcom.c.size,
        _GIVER.c.try_number,
        _GIVER.c.state,
    )
    .join(xcom, leaf.c.xcom_pk == xcom.c.id)
    .join(dag_run, xcom.c.run_pk == dag_run.c.id)
    .outerjoin(_GIVER, _GIVER.c.id == _GIVER_OF_XCOM)
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


@lru_cache
def _statements(dialect: str) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    # Made once: SQLAlchemy takes as long for such a statement as the store for its rows.
    these = [among_later(dialect, leaf.c.id, "numbers")]
    if dialect == "postgresql":
        # By which a plan for any numbers passes over the other parts of the table.
        these += [leaf.c.id >= bindparam("least"), leaf.c.id <= bindparam("most")]
    return _OF_XCOMS.where(*these), _OF_TRIES.where(*these)


def _of_xcom(row: AnyRow) -> Leaf:
    at = _address(row, Place.XCOM, row.try_number or 0, row.timestamp)
    found = _leaf(row, at, is_gone=(row.gone_at or row.run_gone_at) is not None)
    return replace(found, cut_from=row.size) if row.truncated else found


def _of_try(row: AnyRow) -> Leaf:
    at = _address(row, Place.FIELD, row.try_number, row.time or EPOCH)
    return _leaf(row, at, is_gone=row.run_gone_at is not None)


def _leaf(row: AnyRow, at: LeafAddress, *, is_gone: bool) -> Leaf:
    return Leaf(row.id, at, value_of(row.text, Kind(row.kind)), row.text, row.state, is_gone)


def _address(row: AnyRow, place: Place, try_number: int, time: datetime) -> LeafAddress:
    instance = TaskInstanceKey(row.dag_id, row.run_id, row.task_id, row.map_index)
    path = _path(row.steps, row.positions)
    return LeafAddress(row.deployment, place, instance, try_number, row.name, path, time)


@lru_cache(maxsize=4_096)
def _path(steps: str, positions: str | None) -> Path:
    each = iter(json.loads(positions or "[]"))
    return tuple(next(each) if step is None else step for step in json.loads(steps))
