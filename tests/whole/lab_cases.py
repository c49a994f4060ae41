"""The hand-written truth about what is wrong in the lab's runs, and how a finding differs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases" / "lab_problems.txt"


@dataclass(frozen=True, slots=True)
class Told:
    """A problem that was found, as far as the truth speaks of it."""

    what: str  # "task field kind", and "silent" if it is.
    root: str = ""  # The pod that is to blame.
    failed: tuple[str, ...] = ()  # Checks that failed, in their order.
    text: str = ""  # The suggestion.
    fix: str | None = None  # The corrected template or setting.
    spread: frozenset[str] = frozenset()  # "task field" each.


@dataclass(frozen=True, slots=True)
class Expected:
    """A problem that there is; what is empty may be anything."""

    what: str
    root: str = ""
    failed: str = ""  # The first check that fails.
    says: tuple[str, ...] = ()  # Parts of the suggestion's text or fix.
    fixes: tuple[str, ...] = ()  # The fix is one of these, to the letter.
    spread: frozenset[str] = frozenset()
    #: What the field holds in a run of the corrected DAG; `{run}` is the run's id.
    gives: str = ""

    def faults(self, told: Told) -> list[str]:
        """How the problem that was found differs, in words."""
        words = f"{told.text}\n{told.fix or ''}"
        return [
            *(
                [f"root {told.root!r}, not {self.root!r}"]
                if self.root not in ("", told.root)
                else []
            ),
            *self._check_faults(told),
            *(f"does not say {part!r}, but {words!r}" for part in self.says if part not in words),
            *([f"fix {told.fix!r}, not {self.fixes!r}"] if self._has_other_fix(told) else []),
            *([f"spread {sorted(told.spread)}"] if not self.spread <= told.spread else []),
        ]

    def _check_faults(self, told: Told) -> list[str]:
        first = told.failed[0] if told.failed else ""
        return [f"fails {first!r}, not {self.failed!r}"] if self.failed not in ("", first) else []

    def _has_other_fix(self, told: Told) -> bool:
        return bool(self.fixes) and told.fix not in self.fixes


@dataclass(slots=True)
class _Draft:
    what: str
    more: dict[str, list[str]] = field(default_factory=dict)

    def expected(self) -> Expected:
        def all_of(name: str) -> tuple[str, ...]:
            return tuple(self.more.get(name, ()))

        return Expected(
            self.what,
            root="".join(all_of("root")),
            failed="".join(all_of("fails")),
            says=all_of("says"),
            fixes=all_of("fix"),
            spread=frozenset(all_of("spreads")),
            gives="".join(all_of("gives")),
        )


def read(file: Path = CASES) -> dict[str, tuple[Expected, ...]]:
    """Section ("dag", or "dag earlier" of a run before) to its problems."""
    drafts: dict[str, list[_Draft]] = {}
    section: list[_Draft] = []
    for line in file.read_text().splitlines():
        if line.startswith("== "):
            section = drafts.setdefault(line[3:].strip(), [])
        elif line.startswith(" "):
            name, _, text = line.strip().partition(" ")
            section[-1].more.setdefault(name, []).append(text)
        elif line and not line.startswith("#"):
            section.append(_Draft(" ".join(line.split())))
    return {name: tuple(draft.expected() for draft in found) for name, found in drafts.items()}


def section(dag_id: str, run_id: str) -> str:
    """The section that speaks of this run."""
    return f"{dag_id} earlier" if run_id.startswith("earlier-") else dag_id


def told(problem: Any) -> Told:
    """A problem of lineage's."""
    side = problem.consumer or problem.producer
    silent = " silent" if problem.silent else ""
    suggestion = problem.suggestion
    return Told(
        what=f"{_name(side.instance)} {_field(problem.consumer)} {problem.kind.value}{silent}",
        root=problem.root.instance.task_id if problem.root else "",
        failed=tuple(check.what for check in problem.checks if check.ok is False),
        text=suggestion.text if suggestion else "",
        fix=suggestion.replacement if suggestion else None,
        spread=frozenset(f"{_name(one.instance)} {one.field}" for one in problem.spread),
    )


def _field(consumer: Any) -> str:
    return consumer.field if consumer else "-"


def _name(instance: Any) -> str:
    mapped = "" if instance.map_index < 0 else f"[{instance.map_index}]"
    return f"{instance.task_id}{mapped}"


def told_by_api(problem: Mapping[str, Any]) -> Told:
    """A problem of the JSON API."""
    side = problem["consumer"] or problem["producer"]
    place = problem["consumer"]["field"] if problem["consumer"] else "-"
    silent = " silent" if problem["silent"] else ""
    suggestion = problem["suggestion"] or {"text": "", "replacement": None}
    return Told(
        what=f"{_name_in_json(side)} {place} {problem['kind']}{silent}",
        root=problem["root"]["task_id"] if problem["root"] else "",
        failed=tuple(check["what"] for check in problem["checks"] if check["ok"] is False),
        text=suggestion["text"],
        fix=suggestion["replacement"],
        spread=frozenset(
            f"{_name_in_json(one)} {one['field']}" for one in problem.get("spread", ())
        ),
    )


def _name_in_json(side: Mapping[str, Any]) -> str:
    mapped = "" if side["map_index"] < 0 else f"[{side['map_index']}]"
    return f"{side['task_id']}{mapped}"


def differences(expected: Iterable[Expected], found: Iterable[Told]) -> tuple[list[str], list[str]]:
    """What is missing (-), too much (+) or otherwise told (~); and what is as expected."""
    left, wrong, right = list(found), [], []
    for one in expected:
        told = next((each for each in left if each.what == one.what), None)
        if told is None:
            wrong.append(f"- {one.what}")
            continue
        left.remove(told)
        faults = one.faults(told)
        wrong += [f"~ {one.what}: {fault}" for fault in faults]
        right += [] if faults else [one.what]
    return wrong + [f"+ {told.what}: {told.text!r} {told.fix!r}" for told in left], right
