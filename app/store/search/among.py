"""Conditions on long lists of numbers, which take one parameter whatever their length is."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Column, ColumnElement, any_, func, literal, select

from app.store.session import ReadSession


def among(
    session: ReadSession, column: Column[Any], numbers: Collection[int]
) -> ColumnElement[bool]:
    """That the column has one of these numbers."""
    if session.dialect.name == "postgresql":
        return column == any_(literal(list(numbers), ARRAY(BigInteger)))
    each = func.json_each(json.dumps(list(numbers))).table_valued("value")
    return column.in_(select(each.c.value))
