"""How many of a lab run's true flows xcomtrace tells, and how many that it tells are true."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.accuracy.truth import truths
from tests.lab.configuration import DAGS
from tests.lab.lab import Lab
from tests.whole.lab_truth import (
    Corrections,
    StoredRun,
    TrueFlow,
    TrueFlows,
    as_written,
    corrections,
    inside,
)
from tests.whole.recorded import instance, texts_of_pods

KINDS = ("arguments", "environment", "other fields", "Python code")
FIELDS = KINDS[:3]
_KIND_OF_FIELD = {
    "arguments": "arguments",
    "cmds": "arguments",
    "env_vars": "environment",
    "python_callable": "Python code",
    "execute": "Python code",
}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LabScore:
    """Counts by kind of field, and a line for each flow that spoils one."""

    true: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    missed: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    #: Of the false ones those that were called confirmed.
    falsely_confirmed: tuple[str, ...] = ()
    #: Flows that nobody could tell from what Airflow shows; they are not counted.
    hidden: tuple[str, ...] = ()

    def __add__(self, other: "LabScore") -> "LabScore":
        return LabScore(
            self.true + other.true,
            self.found + other.found,
            self.told + other.told,
            self.right + other.right,
            self.missed + other.missed,
            self.false + other.false,
            self.falsely_confirmed + other.falsely_confirmed,
            self.hidden + other.hidden,
        )

    def recall(self, kinds: Iterable[str] = FIELDS) -> float:
        return _share(self.found, self.true, kinds)

    def precision(self, kinds: Iterable[str] = FIELDS) -> float:
        return _share(self.right, self.told, kinds)

    def table(self) -> str:
        """Markdown, a line for each kind of field, then what was missed, false or not counted."""
        lines = ["| field | flows | recall | told | precision |", "|---|---|---|---|---|"]
        lines += [self._row("all fields", FIELDS), *(self._row(kind, [kind]) for kind in KINDS)]
        for name in ("missed", "false", "hidden"):
            lines += [f"{name}: {line}" for line in getattr(self, name)]
        return "\n".join(lines)

    def _row(self, name: str, kinds: Iterable[str]) -> str:
        true, told = (sum(of[kind] for kind in kinds) for of in (self.true, self.told))
        recall, precision = self.recall(kinds), self.precision(kinds)
        return f"| {name} | {true} | {recall:.3f} | {told} | {precision:.3f} |"


def _share(part: Counter[str], whole: Counter[str], kinds: Iterable[str]) -> float:
    of = sum(whole[kind] for kind in kinds)
    return sum(part[kind] for kind in kinds) / of if of else 1.0


def lab_score(lab: Lab, run_id: str, flows_of: Callable[[str], list[Json]]) -> LabScore:
    """The score of this run of every DAG; `flows_of` gives what xcomtrace tells of one."""
    stored = StoredRun(lab, run_id)
    total = LabScore()
    for truth in truths(sorted(DAGS.glob("*.py"))):
        for dag_id in truth.tasks:
            pulls = tuple(pull for pull in truth.pulls if pull.dag_id == dag_id)
            total += _score(TrueFlows(stored, dag_id, pulls), flows_of(dag_id))
    return total


def _score(true: TrueFlows, flows: list[Json]) -> LabScore:
    dag_id, run_id, written = true.dag_id, true.stored.run_id, corrections(true.dag_id)
    pods = texts_of_pods(true.stored.lab, dag_id, run_id)
    judge = _Judge(true, written, pods, Counter(_place(flow) for flow in flows))
    told = [flow for flow in flows if judge.is_counted(flow)]
    false = [flow for flow in told if not judge.is_true(flow)]
    hidden = {one for one in true.all if as_written(one) in written.hidden}
    counted = true.all - hidden
    found = {one for one in counted if any(is_told_by(one, flow, run_id) for flow in told)}
    return LabScore(
        true=Counter(kind_of(one.field) for one in counted),
        found=Counter(kind_of(one.field) for one in found),
        told=Counter(kind_of(flow["consumer"]["field"]) for flow in told),
        right=Counter(kind_of(flow["consumer"]["field"]) for flow in told if flow not in false),
        missed=tuple(sorted(f"{dag_id}: {_shown(one)}" for one in counted - found)),
        false=tuple(f"{dag_id}: {_line(flow)}" for flow in false),
        falsely_confirmed=tuple(
            f"{dag_id}: {_line(flow)}" for flow in false if flow["evidence"] == "confirmed"
        ),
        hidden=tuple(sorted(f"{dag_id}: {_shown(one)}" for one in hidden)),
    )


def kind_of(address: str) -> str:
    """Which of KINDS the field is."""
    name = address.partition(".")[0].partition("[")[0]
    return _KIND_OF_FIELD.get(name, "other fields")


@dataclass(frozen=True, slots=True)
class _Judge:
    """What decides on a flow that was told."""

    true: TrueFlows
    written: Corrections
    #: What reached the pods: instance -> field -> text.
    pods: Mapping[str, Mapping[str, str]]
    at_place: Counter[str]

    def is_counted(self, flow: Json) -> bool:
        """Whether it claims anything of this run's last try: Airflow shows no other's fields."""
        reader = self.true.instances[instance(flow["consumer"])]
        is_last = flow["consumer"]["try_number"] == reader["try_number"]
        place = (instance(flow["consumer"]), flow["consumer"]["field"])
        is_here = place not in self.written.elsewhere
        return bool(is_last and is_here and flow["evidence"] != "contradicted")

    def is_true(self, flow: Json) -> bool:
        """Whether Airflow sees the pull, and its value stands where the flow says it does."""
        run_id = self.true.stored.run_id
        if not any(is_told_by(one, flow, run_id) for one in self.true.all):
            return False
        return flow["evidence"] == "declared" or all(self._stands(flow))

    def _stands(self, flow: Json) -> Iterator[bool]:
        reader, address = instance(flow["consumer"]), flow["consumer"]["field"]
        text = self.pods.get(reader, {}).get(address) or self.true.rendered(reader, address)
        if not isinstance(text, str):
            return
        made = self.written.made.get((reader, address), frozenset())
        run_id = self.true.stored.run_id
        spellings = spelled(self._value(flow["producer"])) | {
            one.replace("{run}", run_id) for one in made
        }
        for start, end in flow["consumer"]["spans"]:
            held = text[start:end]
            # Values that one expression puts together (a list of all mapped ones) share its span.
            is_together = self.at_place[_place(flow)] > 1
            yield held in spellings or (is_together and any(one in held for one in spellings))

    def _value(self, producer: Json) -> Any:
        return inside(self.true.stored.value(producer), tuple(producer["path"]))


def is_told_by(one: TrueFlow, flow: Json, run_id: str) -> bool:
    """Whether the flow is this one, or a part of it: a leaf of the value in the leaf's own place.

    Of Python code no path counts.
    """
    source, producer, consumer = one.producer, flow["producer"], flow["consumer"]
    told = (producer["dag_id"], producer["run_id"], instance(producer), producer["key"])
    if told != (source.dag_id, run_id, source.instance, source.key):
        return False
    if instance(consumer) != one.consumer or not consumer["field"].startswith(one.field):
        return False
    if kind_of(one.field) == "Python code":
        return bool(consumer["field"] == one.field)
    depth, path = len(source.path), tuple(producer["path"])
    below = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path[depth:])
    return path[:depth] == source.path and below.startswith(consumer["field"][len(one.field) :])


def spelled(value: Any) -> frozenset[str]:
    """How a template may put the value into a text."""
    as_json = json.dumps(value, sort_keys=True)
    return frozenset({str(value), json.dumps(value), as_json, _as_jinja_writes(as_json)})


def _as_jinja_writes(as_json: str) -> str:
    """What `tojson` makes safe for HTML."""
    for letter in "<>&'":
        as_json = as_json.replace(letter, f"\\u{ord(letter):04x}")
    return as_json


def _place(flow: Json) -> str:
    consumer = flow["consumer"]
    return f"{instance(consumer)} {consumer['field']} {consumer['spans']}"


def _shown(one: TrueFlow) -> str:
    source = one.producer
    return f"{source.instance} {source.key} {[*source.path]} -> {one.consumer} {one.field}"


def _line(flow: Json) -> str:
    producer = flow["producer"]
    source = f"{instance(producer)} {producer['key']} {producer['path']}"
    return f"{source} -> {_place(flow)} {flow['evidence']}"
