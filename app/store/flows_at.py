"""Flows into and out of single places, over runs and deployments."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, or_, select, type_coerce

from app.model.findings import KnownFlow
from app.model.leaves import LeafAddress, Place
from app.model.values import Path
from app.store import tables as t
from app.store.among import among
from app.store.flows import flow_from
from app.store.numbers import named_run_rows
from app.store.search.waiting import TRY_TIME
from app.store.session import AnyRow, ReadSession

# Flows of one answer; a value that goes into more fields is told as far as that.
_MOST = 5_000
# Places of which parts are looked for: texts that are documents.
_MOST_OPENED = 20


@dataclass(frozen=True, slots=True)
class PlaceOfFlow:
    """A place as flows name it. `fields`: the address of a field's leaf, and of all around it."""

    at: LeafAddress
    fields: tuple[str, ...] = ()
    may_be_opened: bool = False  # What it holds is a document, of which parts may have been taken.


def read_flows_at(session: ReadSession, places: Sequence[PlaceOfFlow]) -> tuple[KnownFlow, ...]:
    """The flows that read one of these places, or a document around it, or filled one.

    Some of others are among them: of the same tasks, keys and fields, combined otherwise.
    """
    if not places:
        return ()
    rows = named_run_rows(session, {(one.at.deployment, one.at.instance.run) for one in places})
    runs = [row.id for row in rows.values()]
    given = [one for one in places if one.at.place is Place.XCOM]
    got = [one for one in places if one.at.place is Place.FIELD]
    found = [_read_from(session, given)] if given else []
    found += [_read_into(session, got, runs)] if got and runs else []
    if not found:
        return ()
    numbers = select(t.flow.c.id).where(or_(*found))
    flows = session.execute(_select().where(t.flow.c.id.in_(numbers)).limit(_MOST))
    return tuple(_known(row) for row in flows)


def read_flows_into(session: ReadSession, at: LeafAddress) -> tuple[KnownFlow, ...]:
    """The flows into the fields of the try that gave, or got, what stands at the place."""
    run = (at.deployment, at.instance.run)
    row = named_run_rows(session, {run}).get(run)
    if row is None:
        return ()
    c = t.flow.c
    flows = _select().where(
        c.run_pk == row.id,
        c.consumer_task_id == at.instance.task_id,
        c.consumer_map_index == at.instance.map_index,
        c.consumer_try == at.try_number,
    )
    return tuple(_known(row) for row in session.execute(flows.limit(_MOST)))


def _read_from(session: ReadSession, places: Sequence[PlaceOfFlow]) -> ColumnElement[bool]:
    c = t.flow.c
    instances = [one.at.instance for one in places]
    paths = {path for one in places for path in _ways_down(one.at.path)}
    opened = [one for one in places if one.may_be_opened][:_MOST_OPENED]
    return and_(
        c.producer_dag_id.in_({at.dag_id for at in instances}),
        among(session, c.producer_run_id, {at.run_id for at in instances}),
        c.producer_task_id.in_({at.task_id for at in instances}),
        c.producer_map_index.in_({at.map_index for at in instances}),
        c.key.in_({one.at.name for one in places}),
        or_(_PATH.in_(paths), *(_is_within(one) for one in opened)),
    )


_PATH = type_coerce(t.flow.c.path, String)


def _ways_down(path: Path) -> Iterator[str]:
    """The path, and those of the documents around it."""
    for deep in range(len(path) + 1):
        yield _as_stored(path[:deep])


def _as_stored(path: Path) -> str:
    return json.dumps(list(path))


def _is_within(place: PlaceOfFlow) -> ColumnElement[bool]:
    """Whether the flow's path goes on from the place."""
    start = _as_stored(place.at.path)[:-1] + (", " if place.at.path else "")
    return _PATH.startswith(start, autoescape=True)


def _read_into(
    session: ReadSession, places: Sequence[PlaceOfFlow], runs: Sequence[int]
) -> ColumnElement[bool]:
    c = t.flow.c
    return and_(
        among(session, c.run_pk, runs),
        c.consumer_task_id.in_({one.at.instance.task_id for one in places}),
        c.consumer_map_index.in_({one.at.instance.map_index for one in places}),
        c.field.in_({field for one in places for field in one.fields}),
    )


def _select() -> Select[*tuple[Any, ...]]:
    instance, one_try = t.task_instance.c, t.task_try.c
    return (
        select(
            t.flow,
            t.dag.c.dag_id,
            t.dag_run.c.run_id,
            t.deployment.c.name.label("deployment"),
            TRY_TIME.label("started"),
            one_try.state,
        )
        .join(t.dag_run, t.flow.c.run_pk == t.dag_run.c.id)
        .join(t.dag, t.dag_run.c.dag_pk == t.dag.c.id)
        .join(t.deployment, t.dag.c.deployment_id == t.deployment.c.id)
        .outerjoin(
            t.task_instance,
            and_(
                instance.run_pk == t.flow.c.run_pk,
                instance.task_id == t.flow.c.consumer_task_id,
                instance.map_index == t.flow.c.consumer_map_index,
            ),
        )
        .outerjoin(
            t.task_try,
            and_(
                one_try.task_instance_pk == instance.id,
                one_try.try_number == t.flow.c.consumer_try,
            ),
        )
    )


def _known(row: AnyRow) -> KnownFlow:
    return KnownFlow(row.deployment, flow_from(row), row.started, row.state)
