"""Conditions on long lists, which take one parameter whatever their length is."""

import json
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Dialect,
    Text,
    any_,
    bindparam,
    func,
    literal,
    select,
)
from sqlalchemy.types import TypeEngine, UserDefinedType

from app.store.session import ReadSession
from app.store.types import AnyText, as_stored


def among(
    session: ReadSession, column: ColumnElement[Any], values: Collection[int] | Collection[str]
) -> ColumnElement[bool]:
    """That the column has one of these numbers, or one of these texts."""
    dialect = session.dialect.name
    return _is_in(dialect, column, literal(listed(session, values), _list_of(dialect, column)))


def among_later(dialect: str, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The same for a list that is given when it is executed: `listed`, by this name."""
    return _is_in(dialect, column, bindparam(name, type_=_list_of(dialect, column)))


def listed(session: ReadSession, values: Collection[int] | Collection[str]) -> Any:
    """The list as a parameter; texts as a column of AnyText has them."""
    stored = [as_stored(one) if isinstance(one, str) else one for one in values]
    return stored if session.dialect.name == "postgresql" else json.dumps(stored)


class _Numbers(UserDefinedType[Collection[int]]):
    """PostgreSQL's array of numbers, given as text: the driver looks at each of a list twice."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: Any) -> str:
        return "BIGINT[]"

    def bind_processor(self, dialect: Dialect) -> Callable[[Collection[int] | None], str]:
        _ = dialect
        return _as_array


def _as_array(numbers: Collection[int] | None) -> str:
    return f"{{{','.join(map(str, numbers or ()))}}}"


def _list_of(dialect: str, column: ColumnElement[Any]) -> TypeEngine[Any] | None:
    if dialect != "postgresql":
        return None
    return ARRAY(Text) if isinstance(column.type, AnyText) else _Numbers()


def _is_in(
    dialect: str, column: ColumnElement[Any], values: BindParameter[Any]
) -> ColumnElement[bool]:
    if dialect == "postgresql":
        return column == any_(values)
    each = func.json_each(values).table_valued("value")
    return column.in_(select(each.c.value))
