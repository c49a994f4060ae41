# ruff: noqa: S311  # chance, not secrecy
"""Made-up runs of a DAG whose source tells nothing, as a YAML factory makes them, with their truth.

A DAG (`Factory`) is wired once: which task reads which key of which other, and which constants,
conventions and chances look as if it did. Each of its runs has values of its own.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

from app.lineage.fields import at
from app.model.facts import RunFacts, Task
from app.model.ids import RunKey
from tests.build import RUN, START, after, make_run, make_try, make_xcom
from tests.lineage.scenario import TEMPLATE_FIELDS

Value = Any
#: Consumer, field, producer, path.
Truth = tuple[str, str, str, tuple[str | int, ...]]

WORDS = (
    "orders", "tiles", "churn", "scores", "raw", "daily", "export", "geo", "stats", "users",
    "model", "events", "clean", "stage", "final", "index", "audit", "ledger", "parquet", "delta",
)  # fmt: skip


def _hex(random: Random, length: int) -> str:
    return "".join(random.choices("0123456789abcdef", k=length))


def _short_id(random: Random) -> str:
    letters = "abcdefghjkmnpqrstuvwxyz"
    return "".join(
        random.choice(letters if n % 2 else "23456789") for n in range(random.randint(4, 6))
    )


@dataclass
class Moment:
    """What all tasks of one run know."""

    random: Random
    ds: str
    run_id: str


#: What pods really give; each is made anew in each run.
FRESH: dict[str, Callable[[Moment, str], Value]] = {
    "path": lambda m, w: f"s3://lake-prod/{w}/{m.ds}/part-{_hex(m.random, 6)}.parquet",
    "numbered path": lambda m, w: f"gs://{w}-7/{m.ds}/chunk-{m.random.randint(1000, 99999)}.csv",
    "run path": lambda m, w: f"s3://tmp/{m.run_id}/{w}/out",
    "uuid": lambda m, _: "-".join(_hex(m.random, n) for n in (8, 4, 4, 4, 12)),
    "hash": lambda m, _: f"sha256:{_hex(m.random, 64)}",
    "commit": lambda m, _: _hex(m.random, 7),
    "order": lambda m, w: f"{w}-{m.random.randint(1000, 99999)}-{m.random.choice('abcd')}",
    "short id": lambda m, _: _short_id(m.random),
    "rows": lambda m, _: m.random.randint(10_000, 9_999_999),
    "few rows": lambda m, _: m.random.randint(1, 9_999),
    "bytes": lambda m, _: m.random.randint(10**7, 10**11),
    "score": lambda m, _: round(m.random.random(), 5),
    "rounded score": lambda m, _: round(m.random.random(), 2),
    "moment": lambda m, _: f"{m.ds}T06:42:17.{m.random.randrange(10**6):06}Z",
    "date": lambda m, _: m.ds,
    "flag": lambda m, _: m.random.choice([True, False]),
    "word": lambda m, _: m.random.choice(["success", "full", "incremental", "eu", ""]),
    "none": lambda _, __: None,
    "document": lambda m, w: {
        "id": f"{w}-{_hex(m.random, 8)}", "rows": m.random.randint(10_000, 999_999), "ok": True,
    },
    "list": lambda m, w: [f"s3://lake/{w}/{m.ds}/{_hex(m.random, 5)}-{n}.csv" for n in range(3)],
}  # fmt: skip
#: What the same DAG has in all its runs.
CONSTANT: dict[str, Callable[[Random], Value]] = {
    "bucket": lambda r: f"s3://{r.choice(WORDS)}-{r.choice(['prod', 'eu', 'lake'])}",
    "table": lambda r: f"analytics.{r.choice(WORDS)}_{r.choice(WORDS)}",
    "region": lambda r: r.choice(["us-east-1", "eu-central-1", "eu-west-3"]),
    "version": lambda r: f"{r.randint(0, 9)}.{r.randint(0, 30)}.{r.randint(0, 9)}",
    "limit": lambda r: r.choice([1000, 50_000, 100_000, 1_000_000]),
    "role": lambda r: f"arn:aws:iam::{r.randint(10**11, 10**12 - 1)}:role/{r.choice(WORDS)}",
    "vpc": lambda r: f"vpc-0{_hex(r, 8)}",
    "seed": lambda r: r.randint(10_000, 99_999),
}


@dataclass
class Wire:
    """A value on its way into a field: from a key of a task, or from nobody."""

    field: str
    shape: str
    producer: str | None = None
    path: tuple[str | int, ...] = ()
    kind: str = ""
    constant: Value = None


@dataclass
class Node:
    task_id: str
    upstream: list[str]
    gives: dict[str, tuple[str, str]] = field(default_factory=dict)  # Key to kind and word.
    wires: list[Wire] = field(default_factory=list)


SHAPES = ("{}", "{}", "--in={}", "--in={}", "{}/_SUCCESS", "cp {} /data/in", '{{"x": "{}"}}')


class Factory:
    """One DAG, wired by chance."""

    def __init__(self, seed: int, tasks: int = 14) -> None:
        self.random = Random(seed)
        self.constants = {kind: make(self.random) for kind, make in CONSTANT.items()}
        self.nodes: dict[str, Node] = {}
        for n in range(tasks):
            self._add(n)

    def _add(self, n: int) -> None:
        random, names = self.random, list(self.nodes)
        direct = random.sample(names[-5:], k=min(len(names), random.choice([1, 1, 2])))
        node = Node(f"{random.choice(WORDS)}_{n}", direct)
        for _ in range(random.randint(1, 5)):
            kind = random.choice(list(FRESH))
            node.gives[f"{kind.replace(' ', '_')}_{len(node.gives)}"] = kind, random.choice(WORDS)
        if random.random() < 0.4:
            kind = random.choice(list(CONSTANT))
            node.gives[kind] = "constant", kind
        if random.random() < 0.3:
            node.gives["target"] = "convention", random.choice(WORDS)
        self.nodes[node.task_id] = node
        self._wire(node)
        inputs = [wire for wire in node.wires if wire.producer and wire.shape == "--in={}"]
        if inputs and random.random() < 0.3:
            node.gives["input"] = "echo", inputs[0].field

    def _wire(self, node: Node) -> None:
        random = self.random
        above = sorted(self.above(node.task_id))
        for n in range(random.randint(1, 5)):
            address = random.choice([f"arguments[{n}]", f"env_vars.IN_{n}"])
            node.wires.append(self._wired(address, above))
        if random.random() < 0.2:
            node.wires.append(replace(self._wired("labels.job", above), shape="{}"))

    def _wired(self, address: str, above: list[str]) -> Wire:
        random = self.random
        chance = random.random()
        if above and chance < 0.6:
            producer = random.choice(above)
            key = random.choice(list(self.nodes[producer].gives))
            kind = self.nodes[producer].gives[key][0]
            path: tuple[str | int, ...] = (key,)
            if kind == "list" and random.random() < 0.7:
                path = (key, random.randint(0, 2))
            if kind == "document" and random.random() < 0.7:
                path = (key, random.choice(["id", "rows"]))
            return Wire(address, random.choice(SHAPES), producer, path, kind)
        if chance < 0.8:
            kind = random.choice(list(CONSTANT))
            return Wire(address, random.choice(SHAPES), constant=self.constants[kind])
        given = [one for one in above if "target" in self.nodes[one].gives]
        if given and chance < 0.9:
            known = (random.choice(given), "target")
            return Wire(address, "--in={}", kind="convention", constant=known)
        return Wire(address, "{}", kind=random.choice(["number", "ds", "run_id"]))

    def above(self, task_id: str) -> set[str]:
        found: set[str] = set()
        waiting = list(self.nodes[task_id].upstream)
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting.extend(self.nodes[one].upstream)
        return found

    def run(self, number: int, earlier: int) -> tuple[RunFacts, dict[Truth, str]]:
        """The facts of the DAG's run of that day, and what really flowed in it, with its kind."""
        facts, truth = self._run(number)
        before = [self._run(number - n - 1)[0] for n in range(earlier)]
        tries = tuple(one for each in before for one in each.tries)
        xcoms = tuple(one for each in before for one in each.xcoms)
        return replace(facts, knows_past=True, past_tries=tries, past_xcoms=xcoms), truth

    def _run(self, number: int) -> tuple[RunFacts, dict[Truth, str]]:
        day = START + timedelta(days=number)
        key = RunKey(RUN.dag_id, f"scheduled__{day.isoformat()}")
        moment = Moment(Random(f"{number} {list(self.nodes)}"), f"{day:%Y-%m-%d}", key.run_id)
        gave: dict[str, dict[str, Value]] = {}
        fields: dict[str, dict[str, Value]] = {}
        truth: dict[Truth, str] = {}
        for node in self.nodes.values():
            got = {wire.field: self._text(wire, gave, moment) for wire in node.wires}
            for wire in node.wires:
                if wire.producer:
                    truth[node.task_id, wire.field, wire.producer, wire.path] = wire.kind
            gave[node.task_id] = {
                name: self._given(made, moment, got, node) for name, made in node.gives.items()
            }
            fields[node.task_id] = _rendered(got, self._own_arguments(node, gave[node.task_id]))
        return self._facts(key, day, gave, fields), truth

    def _own_arguments(self, node: Node, gives: dict[str, Value]) -> list[str]:
        """What the pod is told of its output: most, but not all, are told their path."""
        told = [key for key, (kind, _) in node.gives.items() if kind == "convention"]
        return [f"--out={gives[key]}" for key in told if len(node.task_id) % 3]

    def _given(
        self, made: tuple[str, str], moment: Moment, got: dict[str, str], node: Node
    ) -> Value:
        kind, word = made
        if kind == "constant":
            return self.constants[word]
        if kind == "convention":
            return f"s3://lake-prod/{word}/ds={moment.ds}/{node.task_id.partition('_')[0]}.parquet"
        if kind == "echo":
            return got[word].removeprefix("--in=")
        return FRESH[kind](moment, word)

    def _text(self, wire: Wire, gave: dict[str, dict[str, Value]], moment: Moment) -> str:
        if wire.producer:
            value = at(gave[wire.producer], wire.path)
            text = json.dumps(value) if isinstance(value, dict | list) else str(value)
            return text if isinstance(value, dict | list) else wire.shape.format(text)
        if wire.kind == "convention":
            task_id, key = wire.constant
            return wire.shape.format(gave[task_id][key])
        made = {"number": moment.random.randint(1, 10**6), "ds": moment.ds, "run_id": moment.run_id}
        return wire.shape.format(made.get(wire.kind, wire.constant))

    def _facts(self, key: RunKey, day: Any, gave: Any, fields: Any) -> RunFacts:
        shift = (day - START).total_seconds()
        begins = {task_id: shift + 20 * n for n, task_id in enumerate(self.nodes)}
        below: dict[str, set[str]] = {task_id: set() for task_id in self.nodes}
        for node in self.nodes.values():
            for one in node.upstream:
                below[one].add(node.task_id)
        return RunFacts(
            make_run(key, run_after=day, logical_date=day, start=day, end=None),
            tasks=tuple(
                Task(one, "KubernetesPodOperator", TEMPLATE_FIELDS, frozenset(after_))
                for one, after_ in below.items()
            ),
            version_number=1,
            tries=tuple(
                make_try(
                    one, run=key, start=after(begin + 1), end=after(begin + 9), rendered=fields[one]
                )
                for one, begin in begins.items()
            ),
            xcoms=tuple(
                make_xcom(one, gave[one], run=key, seconds=begin + 8)
                for one, begin in begins.items()
            ),
        )


def _rendered(got: dict[str, str], own: list[str]) -> dict[str, Value]:
    """The fields as Airflow shows them; positions keep the numbers that their addresses have."""
    arguments: list[str] = ["run"] * 6 + own
    env: list[dict[str, Value]] = []
    labels: dict[str, str] = {}
    for address, text in got.items():
        if address.startswith("arguments"):
            arguments[int(address[10:-1])] = text
        elif address.startswith("env_vars"):
            env.append({"name": address.partition(".")[2], "value": text})
        else:
            labels["job"] = text
    return {
        "image": "registry.example.com/etl:2.4.1",
        "arguments": arguments,
        "env_vars": env,
        "labels": labels,
    }
