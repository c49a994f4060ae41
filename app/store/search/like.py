"""Texts in patterns of LIKE, whose escape is a backslash."""

import re
from typing import Any

from sqlalchemy import ColumnElement, Text, type_coerce

from app.query.matching import lowered
from app.store.types import as_stored


def like_pattern(searched: str) -> str:
    """The pattern for texts with this one in them, in lower case."""
    return f"%{escaped_for_like(lowered(as_stored(searched)))}%"


def escaped_for_like(stored: str) -> str:
    """The text where it stands for itself in a pattern."""
    return re.sub(r"([\\%_])", r"\\\1", stored)


def fits(column: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    """Whether a name is the pattern, in which `*` is any text."""
    if "*" not in pattern:
        return column == pattern
    escaped = escaped_for_like(as_stored(pattern))
    stored: ColumnElement[Any] = type_coerce(column, Text)
    return stored.like(escaped.replace("*", "%"), escape="\\")
