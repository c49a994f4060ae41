"""The links that narrow the inbox, each with how many problems it leads to; pure."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace

from app.model.findings import Problem
from app.store.pages.problem_groups import GroupStatus, ProblemGroup
from app.web import links
from app.web.dag_rows import Choice
from app.web.problem_words import correction, what_is_wrong


@dataclass(frozen=True, slots=True)
class ProblemQuery:
    """What the reader narrowed the inbox to; empty means any."""

    status: str = "open"
    severity: str = ""
    silent: str = ""  # "yes": only where Airflow says green.
    deployment: str = ""
    dag_id: str = ""
    kind: str = ""
    q: str = ""  # Words that all stand in what the row shows.


@dataclass(frozen=True, slots=True)
class Facet:
    title: str
    choices: tuple[Choice, ...]
    is_code: bool = False


_FACTS: dict[str, Callable[[ProblemGroup], str]] = {
    "status": lambda group: group.status.value,
    "severity": lambda group: group.latest.severity,
    "silent": lambda group: "yes" if group.latest.silent else "",
    "deployment": lambda group: group.latest.deployment,
    "dag_id": lambda group: group.latest.run.dag_id,
    "kind": lambda group: group.latest.kind,
}
_STATUSES = {status.value: status.value.capitalize() for status in GroupStatus}
_SILENT = {"yes": "Silent: task is green"}
_SEVERITIES = {"error": "Error", "warning": "Warning", "info": "Info"}


def fits(group: ProblemGroup, query: ProblemQuery) -> bool:
    return all(
        fact(group) == asked for name, fact in _FACTS.items() if (asked := getattr(query, name))
    )


def mentioning(
    groups: tuple[ProblemGroup, ...], words: str, bodies: Mapping[int, Problem]
) -> tuple[ProblemGroup, ...]:
    """Those in whose row each of the words stands, in any case."""
    asked = words.casefold().split()
    return tuple(group for group in groups if all(word in _shown(group, bodies) for word in asked))


def _shown(group: ProblemGroup, bodies: Mapping[int, Problem]) -> str:
    one, body = group.latest, bodies[group.latest.pk]
    pulled = body.pull.task_ids if body.pull else ()
    texts = (
        one.title,
        one.kind,
        one.task_id,
        one.field or "",
        one.run.dag_id,
        what_is_wrong(body),
        correction(body),
        *pulled,
        group.decision.reason if group.decision else "",
    )
    return "\n".join(texts).casefold()


def facets(groups: tuple[ProblemGroup, ...], query: ProblemQuery) -> tuple[Facet, ...]:
    counts = _counts(groups, query)

    def choices(name: str, offered: dict[str, str] | None = None) -> tuple[Choice, ...]:
        numbers, chosen = counts[name], getattr(query, name)
        known = dict.fromkeys((*sorted(numbers, key=lambda v: (-numbers[v], v)), chosen))
        named = offered or {value: value for value in known if value}
        return tuple(
            Choice(
                label=label,
                href=links.problems(**asdict(replace(query, **{name: _toggled(query, name, v)}))),
                is_chosen=chosen == v,
                number=str(numbers[v]),
            )
            for v, label in named.items()
        )

    return (
        Facet("Status", choices("status", _STATUSES)),
        Facet(
            "Harm",
            (
                *choices("severity", _SEVERITIES),
                *choices("silent", _SILENT),
            ),
        ),
        Facet("Deployment", choices("deployment")),
        Facet("DAG", choices("dag_id"), is_code=True),
        Facet("Kind", choices("kind"), is_code=True),
    )


def _toggled(query: ProblemQuery, name: str, value: str) -> str:
    """Chosen again, a filter is taken off; a status is always chosen."""
    return "" if getattr(query, name) == value and name != "status" else value


def _counts(groups: tuple[ProblemGroup, ...], query: ProblemQuery) -> dict[str, Counter[str]]:
    """Of each filter, how many groups each of its values has, were the others left as they are."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in _FACTS}
    for group in groups:
        facts = {name: fact(group) for name, fact in _FACTS.items()}
        odd = [name for name, fact in facts.items() if getattr(query, name) not in ("", fact)]
        # What another filter leaves out is counted by that one alone.
        for name in odd if len(odd) == 1 else facts if not odd else ():
            counts[name][facts[name]] += 1
    return counts
