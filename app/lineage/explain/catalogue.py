"""Every kind of problem in the order in which people read about them."""

from dataclasses import dataclass
from enum import StrEnum

from app.lineage.explain.entries import (
    arriving,
    fetching,
    missing,
    names,
    paths,
    pods,
    refused,
    return_json,
    templates,
    timing,
)
from app.lineage.explain.entries.entry import Entry
from app.model.findings import ProblemKind


class Side(StrEnum):
    """Who has the problem: the task that reads a value, or the pod that should give one."""

    PULL = "pull"
    PUSH = "push"


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    side: Side
    entries: tuple[Entry, ...]


CATALOGUE = (
    Section("The task or DAG is not there", Side.PULL, names.ENTRIES),
    Section("The value is not there yet, or of another run", Side.PULL, timing.ENTRIES),
    Section("Nothing was pushed", Side.PULL, missing.ENTRIES),
    Section("The way into the value is wrong", Side.PULL, paths.ENTRIES),
    Section("The value has the wrong form", Side.PULL, arriving.ENTRIES),
    Section("The template is wrong", Side.PULL, templates.ENTRIES),
    Section("The cluster refuses the pod", Side.PUSH, refused.ENTRIES),
    Section("The pod does not run or last", Side.PUSH, pods.ENTRIES),
    Section("return.json cannot be fetched", Side.PUSH, fetching.ENTRIES),
    Section("return.json cannot be kept", Side.PUSH, return_json.ENTRIES),
)

_BY_KIND = {entry.kind: entry for section in CATALOGUE for entry in section.entries}


def entry_of(kind: ProblemKind) -> Entry:
    """What there is to know about problems of the kind."""
    return _BY_KIND[kind]
