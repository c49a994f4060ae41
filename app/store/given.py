"""Rows that a statement is given as one parameter, whatever their number, and reads as a table."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Dialect,
    FromClause,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSON


def given_rows(dialect: str, columns: Sequence[Column[Any]], parameter: str) -> FromClause:
    """A table with columns of these names and types; `listed_rows` makes the parameter."""
    text = bindparam(parameter, type_=Text)
    if dialect == "postgresql":
        typed = [column(one.name, one.type) for one in columns]
        rows = func.json_to_recordset(cast(text, JSON)).table_valued(*typed)
        return rows.render_derived(with_types=True)
    each = func.json_each(text).table_valued("value")
    cells = (
        type_coerce(func.json_extract(each.c.value, f"$.{one.name}"), one.type).label(one.name)
        for one in columns
    )
    return select(*cells).subquery()


def listed_rows(
    dialect: Dialect, columns: Sequence[Column[Any]], rows: Iterable[Mapping[str, Any]]
) -> str:
    """These rows as the parameter, each cell as its column stores it."""
    processors = {one.name: one.type.bind_processor(dialect) for one in columns}
    each = [
        {name: make(row[name]) if make else row[name] for name, make in processors.items()}
        for row in rows
    ]
    return json.dumps(each, ensure_ascii=False, default=_moment)


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no column has such values: {type(value).__name__}")
