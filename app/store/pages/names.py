"""Names that stored values have, for suggestions while somebody types a search."""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, select

from app.query.terms import Scope
from app.store.session import ReadSession
from app.store.tables import dag, dag_run, deployment, leaf_path

# Runs are many and their names hold their time: the newest are looked through.
_NEWEST_RUNS = 2000


def read_names(session: ReadSession, scope: Scope, part: str, *, most: int) -> tuple[str, ...]:
    """Names in which the part stands, those that begin with it first; of states none."""
    if scope is Scope.RUN:
        return _runs(session, part, most)
    column = _COLUMNS.get(scope)
    if column is None:
        return ()
    return tuple(session.scalars(_like(column, part).limit(most)))


def read_paths(
    session: ReadSession, part: str, *, most: int
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Keys and fields, with the steps below them (`*`: a position), in whose name the part is."""
    named = leaf_path.c.label
    rows = session.execute(
        select(leaf_path.c.name, leaf_path.c.steps)
        .where(named.icontains(part, autoescape=True))
        .group_by(leaf_path.c.name, leaf_path.c.steps, named)
        .order_by(*_nearest(named, part))
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


def _like(column: ColumnElement[str], part: str) -> Select[*tuple[Any, ...]]:
    return (
        select(column)
        .where(column.icontains(part, autoescape=True))
        .group_by(column)
        .order_by(*_nearest(column, part))
    )


def _nearest(column: ColumnElement[str], part: str) -> tuple[ColumnElement[Any], ...]:
    """Begins with it, then the shortest: what one has typed most of."""
    begins = case((column.istartswith(part, autoescape=True), 0), else_=1)
    return begins, column


def _runs(session: ReadSession, part: str, most: int) -> tuple[str, ...]:
    newest = select(dag_run.c.run_id, dag_run.c.id).order_by(dag_run.c.id.desc())
    some = newest.limit(_NEWEST_RUNS).subquery()
    rows = session.scalars(
        select(some.c.run_id)
        .where(some.c.run_id.icontains(part, autoescape=True))
        .order_by(some.c.id.desc())
        .limit(most)
    )
    return tuple(dict.fromkeys(rows))
