"""Rows put in or brought up to date in bulk; a row that is already so is left alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Table, case, func, or_, select
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.store.given import given_rows, listed_rows
from app.store.session import WriteSession

Row: TypeAlias = dict[str, Any]
_ROWS = "rows"  # The parameter.
#: What a column becomes, from what is stored and what is written.
Merge: TypeAlias = Callable[[ColumnElement[Any], ColumnElement[Any]], ColumnElement[Any]]


def newest_known(stored: ColumnElement[Any], written: ColumnElement[Any]) -> ColumnElement[Any]:
    """What is written, unless that is NULL."""
    return func.coalesce(written, stored)


def greatest(stored: ColumnElement[Any], written: ColumnElement[Any]) -> ColumnElement[Any]:
    """The greater of two numbers; each store has a function for it, of another name."""
    return case((written > stored, written), else_=stored)


def upsert(  # noqa: PLR0913 - all by keyword, and each a clause of one SQL statement
    session: WriteSession,
    table: Table,
    rows: Iterable[Row],
    *,
    unique: Sequence[str],
    returning: str,
    only: ColumnElement[bool] | None = None,
    merged: Mapping[str, Merge] | None = None,
    reset: Mapping[str, ColumnElement[Any]] | None = None,
) -> set[Any]:
    """The `returning` values of the rows that are new or were changed.

    Rows have the same columns each and are told apart by `unique`; of two alike the last wins.
    `only`: the condition of the unique index when it is one on some rows.
    `merged` columns are not simply overwritten; `reset` columns get their value where a row
    changed, and do not themselves count as a change; with a parameter in one of those SQLAlchemy
    would write row by row.
    """
    distinct = _distinct(rows, unique, merged or {})
    if not distinct:
        return set()
    is_sqlite = session.dialect.name == "sqlite"
    insert = sqlite_insert(table) if is_sqlite else _insert_listed(table, tuple(distinct[0]))
    columns = [name for name in distinct[0] if name not in unique]
    keep = merged or {}
    new = {name: keep.get(name, _written)(table.c[name], insert.excluded[name]) for name in columns}
    statement = insert.on_conflict_do_update(
        index_elements=[table.c[name] for name in unique],
        index_where=only,
        set_={**new, **(reset or {})},
        where=or_(*(table.c[name].is_distinct_from(value) for name, value in new.items())),
    )
    given: Any = distinct
    if not is_sqlite:
        names = [table.c[name] for name in distinct[0]]
        given = {_ROWS: listed_rows(session.dialect, names, distinct)}
    return set(session.execute(statement.returning(table.c[returning]), given).scalars())


def _insert_listed(table: Table, names: Sequence[str]) -> PostgresqlInsert:
    """An insert of rows that come as one JSON text.

    A parameter for each cell made a statement of some thousand, to be taken apart by the driver and
    by the server each time.
    """
    rows = given_rows("postgresql", [table.c[name] for name in names], _ROWS)
    return postgresql_insert(table).from_select(list(names), select(*rows.c))


def _written(_stored: ColumnElement[Any], written: ColumnElement[Any]) -> ColumnElement[Any]:
    return written


def _distinct(rows: Iterable[Row], unique: Sequence[str], merged: Mapping[str, Merge]) -> list[Row]:
    # PostgreSQL refuses to touch one row twice in one statement.
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in unique)
        known = (
            {name: found[key][name] for name in merged if row[name] is None} if key in found else {}
        )
        found[key] = {**row, **known}
    return list(found.values())
