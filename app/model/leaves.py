"""Leaves: the scalars that tasks gave and got, each with its address."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.model.facts import XComKey
from app.model.ids import TaskInstanceKey
from app.model.values import Json, Path


class Place(StrEnum):
    """Where a leaf stands: in what a task gave, or in what one got."""

    XCOM = "xcom"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class LeafAddress:
    """One leaf of one version of an XCom, or of the rendered fields of one try.

    `name`: the XCom's key, or the template field (`arguments`, `env_vars`). `path`: the steps from
    there. `time` tells versions of an XCom apart; of a field it is when its try began.
    """

    deployment: str
    place: Place
    instance: TaskInstanceKey
    try_number: int  # That gave or got it; 0 where it is not known.
    name: str
    path: Path
    time: datetime


def address_in(xcom: XComKey, deployment: str, path: Path = ()) -> LeafAddress:
    """A place in that version of the XCom, whichever try gave it."""
    return LeafAddress(deployment, Place.XCOM, xcom.instance, 0, xcom.key, path, xcom.timestamp)


@dataclass(frozen=True, slots=True)
class Leaf:
    """`number`: its row; of two leaves the one given or got later has the greater one."""

    number: int
    at: LeafAddress
    value: Json  # A scalar.
    text: str  # As it is searched: a text as it is, `true`, `null`, a number as JSON writes it.
    state: str | None = None  # Of the try.
    is_gone: bool = False  # Airflow has since deleted it; it is kept only here.
    cut_from: int | None = None  # Bytes of the whole, where this is only the beginning of it.


@dataclass(frozen=True, slots=True)
class Found:
    """Leaves, the newest first. `older`: the number to go on below; None when these are all.

    `ran_out`: time was up before the page was full; going on may find more.
    """

    leaves: tuple[Leaf, ...]
    older: int | None = None
    ran_out: bool = False
