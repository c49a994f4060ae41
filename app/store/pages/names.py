"""Names that stored values have, for suggestions while somebody types a search."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, case, select

from app.model.leaves import Place
from app.query.scalars import ENVIRONMENT
from app.query.terms import Scope, Within
from app.store.search.like import fits
from app.store.session import ReadSession
from app.store.tables import dag, dag_run, deployment, leaf_path

# Runs are many and their names hold their time: the newest are looked through.
_NEWEST_RUNS = 2000


@dataclass(frozen=True, slots=True)
class Beside:
    """Whose the values are by the rest of a search: patterns, in which `*` is any text."""

    names: Mapping[Scope, str] = field(default_factory=dict)
    within: Within | None = None


_NOTHING = Beside()


def read_names(
    session: ReadSession, scope: Scope, part: str, *, most: int, beside: Beside = _NOTHING
) -> tuple[str, ...]:
    """Names in which the part stands, those that begin with it first; of states none."""
    if scope is Scope.RUN:
        return _runs(session, part, most, beside)
    column = _COLUMNS.get(scope)
    if column is None:
        return ()
    return tuple(session.scalars(_like(scope, column, part, beside).limit(most)))


def read_paths(
    session: ReadSession, part: str, *, most: int, beside: Beside = _NOTHING
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Keys and fields, with the steps below them (`*`: a position), in whose name the part is."""
    named = leaf_path.c.label
    # What begins with a position says little of itself.
    is_position = case((named.startswith("["), 1), else_=0)
    begins, name = _nearest(named, part)
    rows = session.execute(
        _joined(select(leaf_path.c.name, leaf_path.c.steps), _OF_PATHS, beside)
        .where(named.icontains(part, autoescape=True))
        .group_by(leaf_path.c.name, leaf_path.c.steps, named)
        .order_by(begins, is_position, name)
        .limit(most)
    )
    return tuple(
        (row.name, tuple("*" if step is None else step for step in row.steps)) for row in rows
    )


_COLUMNS: dict[Scope, ColumnElement[str]] = {
    Scope.DEPLOYMENT: deployment.c.name,
    Scope.DAG: dag.c.dag_id,
    Scope.TASK: leaf_path.c.task_id,
    Scope.KEY: leaf_path.c.name,
}
#: What the names of each sort are of, from the outside in.
_OF_DAGS = (Scope.DEPLOYMENT, Scope.DAG)
_OF_PATHS = (*_OF_DAGS, Scope.TASK, Scope.KEY)


def _like(
    scope: Scope, column: ColumnElement[str], part: str, beside: Beside
) -> Select[*tuple[Any, ...]]:
    of = _OF_PATHS if scope in {Scope.TASK, Scope.KEY} else _OF_DAGS
    return (
        _joined(select(column), of[: of.index(scope)], beside)
        .where(column.icontains(part, autoescape=True))
        .group_by(column)
        .order_by(*_nearest(column, part))
    )


def _joined(
    rows: Select[*tuple[Any, ...]], scopes: tuple[Scope, ...], beside: Beside
) -> Select[*tuple[Any, ...]]:
    """The rows that are of what the search names besides; of deployments nothing narrows them."""
    asked = [scope for scope in scopes if scope in beside.names]
    if Scope.DAG in scopes:
        rows = rows.where(*_places(beside.within))
    if not asked:
        return rows
    if Scope.DAG in scopes:
        rows = rows.join(dag, leaf_path.c.dag_pk == dag.c.id)
    return rows.join(deployment, dag.c.deployment_id == deployment.c.id).where(
        *(fits(_COLUMNS[scope], beside.names[scope]) for scope in asked)
    )


def _places(within: Within | None) -> Iterator[ColumnElement[bool]]:
    if within is None:
        return
    yield leaf_path.c.place == (Place.XCOM if within is Within.XCOM else Place.FIELD).value
    if within is not Within.XCOM:
        is_environment = leaf_path.c.name.in_(ENVIRONMENT)
        yield is_environment if within is Within.ENV else ~is_environment


def _nearest(column: ColumnElement[str], part: str) -> tuple[ColumnElement[Any], ...]:
    """Begins with it, then the shortest: what one has typed most of."""
    begins = case((column.istartswith(part, autoescape=True), 0), else_=1)
    return begins, column


def _runs(session: ReadSession, part: str, most: int, beside: Beside) -> tuple[str, ...]:
    newest = select(dag_run.c.run_id, dag_run.c.id).order_by(dag_run.c.id.desc())
    asked = [scope for scope in _OF_DAGS if scope in beside.names]
    if asked:
        newest = (
            newest.join(dag, dag_run.c.dag_pk == dag.c.id)
            .join(deployment, dag.c.deployment_id == deployment.c.id)
            .where(*(fits(_COLUMNS[scope], beside.names[scope]) for scope in asked))
        )
    some = newest.limit(_NEWEST_RUNS).subquery()
    rows = session.scalars(
        select(some.c.run_id)
        .where(some.c.run_id.icontains(part, autoescape=True))
        .order_by(some.c.id.desc())
        .limit(most)
    )
    return tuple(dict.fromkeys(rows))
