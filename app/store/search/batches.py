"""Candidates of a search, some at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import ColumnElement

#: Conditions on the table `leaf`.
Where: TypeAlias = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some candidates; all from `reached` on are in this batch or those before."""

    numbers: Sequence[int]
    reached: int
    #: These may not fulfil them.
    conditions: Where = ()
