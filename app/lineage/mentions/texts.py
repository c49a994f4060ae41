"""Texts that a template puts together, with holes for what it does not tell."""

from collections.abc import Callable
from typing import Any

from app.lineage.mentions.mention import Unclear
from app.lineage.template.holes import hole

#: Characters of a text that a template puts together.
_LONGEST = 10_000


def joined(values: list[Any]) -> Any:
    """The values behind each other, with holes for those that are not known."""
    if not any(isinstance(one, str) for one in values):
        return Unclear("+")
    text = "".join(
        str(one) if isinstance(one, str | int) else hole(getattr(one, "name", "…"))
        for one in values
    )
    return text if len(text) <= _LONGEST else Unclear("+")


def formatted(make: Callable[[], str]) -> Any:
    """A text that is put together from known ones, when it can be and is no longer than others."""
    try:
        text = make()
    except (TypeError, ValueError, LookupError, AttributeError):
        return Unclear("format")
    return text if len(text) <= _LONGEST else Unclear("format")
