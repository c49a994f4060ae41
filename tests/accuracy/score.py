"""How many of the true pulls the engine tells, and how many of its claims are true. Pure."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

KINDS = ("jinja", "xcomarg", "python")
_UNRESOLVABLE = re.compile(r"^\s*unresolvable:\s*(\S+)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pull:
    """One pull of one path from one producer, as the shared definitions of accuracy count it."""

    dag_id: str | None
    consumer_task: str
    field: str
    kind: str
    producer_dag_id: str | None
    #: None when no task id was given.
    producer_task_id: str | None
    xcom_key: str | None
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts that add up over files; `missed` and `false` name what they lack."""

    resolvable: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    claimed: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    missed: tuple[Pull, ...] = ()
    false: tuple[Pull, ...] = ()

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.resolvable + other.resolvable,
            self.found + other.found,
            self.claimed + other.claimed,
            self.right + other.right,
            self.missed + other.missed,
            self.false + other.false,
        )

    def recall(self, kind: str | None = None) -> float | None:
        """Of the resolvable true pulls, those claimed as resolved; None where there is none."""
        return _share(self.found, self.resolvable, kind)

    def precision(self, kind: str | None = None) -> float | None:
        """Of the pulls claimed as resolved, the true ones; None where there is none."""
        return _share(self.right, self.claimed, kind)


def _share(part: Counter[str], whole: Counter[str], kind: str | None) -> float | None:
    of = whole.total() if kind is None else whole[kind]
    return (part.total() if kind is None else part[kind]) / of if of else None


def score(
    truth: Mapping[Pull, str | None],
    claims: Iterable[Mapping[str, Any]],
    source: str,
    kinds: Iterable[str] = KINDS,
) -> Score:
    """The score of one file.

    The truth says of each pull why no reader of the file could tell it, or None; the docstring of
    the source adds to that. Of kind `python` no path counts, on either side.
    """
    counted = frozenset(kinds)
    given_up = unresolvable_places(source)
    true: dict[Pull, bool] = {}
    for pull, why in truth.items():
        could = why is None and not is_among(pull, given_up)
        true[_as_scored(pull)] = true.get(_as_scored(pull), False) or could
    true = {pull: could for pull, could in true.items() if pull.kind in counted}
    claimed = {pull for claim in claims for pull in _pulls(claim) if pull.kind in counted}
    resolvable = [pull for pull, could in true.items() if could]
    return Score(
        resolvable=_by_kind(resolvable),
        found=_by_kind(pull for pull in resolvable if pull in claimed),
        claimed=_by_kind(claimed),
        right=_by_kind(pull for pull in claimed if pull in true),
        missed=tuple(pull for pull in resolvable if pull not in claimed),
        false=tuple(sorted((pull for pull in claimed if pull not in true), key=str)),
    )


def _by_kind(pulls: Iterable[Pull]) -> Counter[str]:
    return Counter(pull.kind for pull in pulls)


def _as_scored(pull: Pull) -> Pull:
    return replace(pull, path=()) if pull.kind == "python" else pull


def _pulls(claim: Mapping[str, Any]) -> list[Pull]:
    """The pulls that a claim stands for: one per producer, none unless it is resolved."""
    if claim["status"] != "resolved" or "{" in claim["consumer_task"]:
        return []
    producers: list[str | None] = list(claim["producer_task_ids"]) or [None]
    return [
        _as_scored(
            Pull(
                claim["dag_id"],
                claim["consumer_task"],
                claim["field"],
                claim["kind"],
                claim["producer_dag_id"],
                producer,
                claim["xcom_key"],
                tuple(claim["path"]),
            )
        )
        for producer in producers
    ]


def unresolvable_places(source: str) -> tuple[str, ...]:
    """The patterns `<task_id>.<field>` that the module's docstring gives up."""
    return tuple(_UNRESOLVABLE.findall(ast.get_docstring(ast.parse(source)) or ""))


def is_among(pull: Pull, patterns: Iterable[str]) -> bool:
    """Whether a pattern matches its place; brackets are positions, not sets of letters."""
    place = f"{pull.consumer_task}.{pull.field}"
    return any(fnmatchcase(place, pattern.replace("[", "[[]")) for pattern in patterns)
