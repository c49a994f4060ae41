"""Texts in patterns of LIKE, whose escape is a backslash."""

import re

from app.query.matching import lowered
from app.store.types import as_stored


def like_pattern(searched: str) -> str:
    """The pattern for texts with this one in them, in lower case."""
    return f"%{escaped_for_like(lowered(as_stored(searched)))}%"


def escaped_for_like(stored: str) -> str:
    """The text where it stands for itself in a pattern."""
    return re.sub(r"([\\%_])", r"\\\1", stored)
