"""Candidates of a search, some at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement


@dataclass(frozen=True, slots=True)
class Batch:
    """Some candidates; all from `reached` on are in this batch or those before."""

    numbers: Sequence[int]
    reached: int
    #: Conditions on `leaf` that these may not fulfil.
    conditions: Sequence[ColumnElement[bool]] = ()
