"""Conditions on long lists, which take one parameter whatever their length is."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    Text,
    any_,
    bindparam,
    func,
    literal,
    select,
)

from app.store.session import ReadSession
from app.store.types import AnyText

_NUMBERS, _TEXTS = ARRAY(BigInteger), ARRAY(Text)


def among(
    session: ReadSession, column: ColumnElement[Any], values: Collection[int] | Collection[str]
) -> ColumnElement[bool]:
    """That the column has one of these numbers, or one of these plain texts."""
    if session.dialect.name != "postgresql":
        return _in_list(column, literal(listed(session, values)))
    of_column = _TEXTS if isinstance(column.type, AnyText) else _NUMBERS
    return column == any_(literal(list(values), of_column))


def among_later(dialect: str, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The same for numbers that are given when it is executed: `listed`, by this name."""
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=_NUMBERS))
    return _in_list(column, bindparam(name))


def listed(session: ReadSession, values: Collection[int] | Collection[str]) -> Any:
    """The list as a parameter."""
    return list(values) if session.dialect.name == "postgresql" else json.dumps(list(values))


def _in_list(column: ColumnElement[Any], values: BindParameter[Any]) -> ColumnElement[bool]:
    each = func.json_each(values).table_valued("value")
    return column.in_(select(each.c.value))
