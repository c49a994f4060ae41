"""The flows that a run of the lab's DAGs must have had: what Airflow sees pulled in their files,
joined with what it stored of the run. Nothing of the lineage engine goes into it.

A value that is None flows nowhere. What no join can tell, as the branch that a template took,
stands in `cases/lab_every_flow.txt`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from tests.accuracy.score import Pull
from tests.lab.lab import Lab
from tests.whole.cases import sections
from tests.whole.recorded import instance

Json = Any
Path = tuple[str | int, ...]
#: How a field begins that Airflow cut; what its places hold it does not show.
_CUT = "Truncated. You can change this behaviour in"
_RAN = ("success", "failed", "skipped")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in an XCom of a run; the instance is written `task` or `task[0]`."""

    dag_id: str
    instance: str
    key: str
    path: Path


@dataclass(frozen=True, slots=True)
class TrueFlow:
    """One value that went into one field of a task instance of the DAG."""

    producer: Place
    consumer: str
    field: str


@dataclass(frozen=True, slots=True)
class Corrections:
    """What is written by hand about one DAG; flows as (consumer, field, producer, path)."""

    untaken: frozenset[tuple[str, ...]]
    hidden: frozenset[tuple[str, ...]]
    #: (consumer, field) -> the texts that its expressions make of values.
    made: Mapping[tuple[str, str], frozenset[str]]
    #: (consumer, field) of values that another run gave.
    elsewhere: frozenset[tuple[str, ...]]


def corrections(dag_id: str) -> Corrections:
    lines = [line.split(" ") for line in sections("lab_every_flow.txt").get(dag_id, ())]
    places = {(words[1], words[2]) for words in lines if words[0] == "made"}
    return Corrections(
        untaken=frozenset(tuple(words[1:]) for words in lines if words[0] == "untaken"),
        hidden=frozenset(tuple(words[1:]) for words in lines if words[0] == "hidden"),
        made={
            place: frozenset(" ".join(words[3:]) for words in lines if tuple(words[1:3]) == place)
            for place in places
        },
        elsewhere=frozenset(tuple(words[1:]) for words in lines if words[0] == "elsewhere"),
    )


@dataclass(slots=True)
class StoredRun:
    """What Airflow stored of the runs with one id, each value asked for once."""

    lab: Lab
    run_id: str
    _entries: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _values: dict[tuple[str, str, str], Json] = field(default_factory=dict)

    def entries(self, dag_id: str, task_id: str, key: str) -> list[dict[str, Any]]:
        """The task's XComs of the key, in the order of their map indexes."""
        if dag_id not in self._entries:
            self._entries[dag_id] = self.lab.xcom_entries(dag_id, self.run_id)
        entries = self._entries[dag_id]
        found = [one for one in entries if (one["task_id"], one["key"]) == (task_id, key)]
        return sorted(found, key=lambda one: int(one["map_index"]))

    def value(self, entry: Mapping[str, Any]) -> Json:
        dag_id, task_id, key = entry["dag_id"], entry["task_id"], entry["key"]
        at = (dag_id, instance(entry), key)
        if at not in self._values:
            index = entry["map_index"]
            self._values[at] = self.lab.xcom(dag_id, self.run_id, task_id, key, map_index=index)
        return self._values[at]


@dataclass
class TrueFlows:
    """The flows of one DAG's run, of the last try of each task instance."""

    stored: StoredRun
    dag_id: str
    pulls: tuple[Pull, ...]

    @cached_property
    def instances(self) -> dict[str, dict[str, Any]]:
        """Each task instance by its name, as Airflow tells it."""
        found = self.stored.lab.task_instances(self.dag_id, self.stored.run_id)
        return {instance(one): one for one in found}

    @cached_property
    def all(self) -> frozenset[TrueFlow]:
        untaken = corrections(self.dag_id).untaken
        found = (flow for pull in self.pulls for flow in self._of(pull))
        return frozenset(flow for flow in found if as_written(flow) not in untaken)

    def rendered(self, reader: str, address: str) -> Json:
        """What Airflow shows at the address of a task instance's fields; None when nothing."""
        return _rendered(self.instances[reader]["rendered_fields"] or {}, *_split(address))

    def _of(self, pull: Pull) -> Iterator[TrueFlow]:
        for name, reader in self.instances.items():
            if reader["task_id"] == pull.consumer_task and reader["state"] in _RAN:
                yield from self._into(pull, name, reader)

    def _into(self, pull: Pull, name: str, reader: dict[str, Any]) -> Iterator[TrueFlow]:
        for source, value in self._sources(pull, reader):
            if pull.kind == "python":
                yield TrueFlow(replace(source, path=()), name, pull.field)
                continue
            for address, steps, part in _places(pull, reader, value):
                if part is not None:
                    yield TrueFlow(replace(source, path=(*source.path, *steps)), name, address)

    def _sources(self, pull: Pull, reader: dict[str, Any]) -> Iterator[tuple[Place, Json]]:
        """Each place that the pull was after and that held something then, with what it held."""
        dag_id = pull.producer_dag_id or self.dag_id
        entries, path = self._read(pull, reader, dag_id)
        for entry in entries:
            try:
                value = inside(self.stored.value(entry), path)
            except LookupError:
                continue
            if value is not None:
                steps = _counted_from_the_front(self.stored.value(entry), path)
                yield Place(dag_id, instance(entry), entry["key"], steps), value

    def _read(
        self, pull: Pull, reader: dict[str, Any], dag_id: str
    ) -> tuple[list[dict[str, Any]], Path]:
        """The XComs that were there when it was made, and the steps into each.

        Of a mapped task all; the first step picks one, and so does a TaskGroup mapped with it.
        """
        task_id, key = pull.producer_task_id or pull.consumer_task, pull.xcom_key or "return_value"
        until = "end_date" if pull.kind == "python" else "start_date"
        entries = [
            one
            for one in self.stored.entries(dag_id, task_id, key)
            if _time(one["timestamp"]) <= _time(reader[until])
        ]
        if len(entries) < 2:  # Airflow 3 gives a single value bare
            return entries, pull.path
        own = [one for one in entries if one["map_index"] == reader["map_index"]]
        if own and _share_group(task_id, pull.consumer_task):
            return own, pull.path
        if pull.path and isinstance(pull.path[0], int):
            return entries[pull.path[0] :][:1], pull.path[1:]
        return entries, pull.path


def as_written(flow: TrueFlow) -> tuple[str, ...]:
    """As the flow is written in the cases."""
    path = "".join(f"[{step!r}]" for step in flow.producer.path)
    return (flow.consumer, flow.field, flow.producer.instance, *([path] if path else []))


def inside(value: Json, path: Path) -> Json:
    """What stands at the path. Raises LookupError when nothing does."""
    for step in path:
        is_there = isinstance(value, list if isinstance(step, int) else dict)
        if not is_there:
            raise LookupError(step)
        value = value[step]
    return value


def _counted_from_the_front(value: Json, path: Path) -> Path:
    """The path with no index that is counted from a list's end."""
    steps: Path = ()
    for step in path:
        is_back = isinstance(step, int) and step < 0
        steps = (*steps, len(inside(value, steps)) + int(step) if is_back else step)
    return steps


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _share_group(one: str, other: str) -> bool:
    return "." in one and one.rpartition(".")[0] == other.rpartition(".")[0]


def _places(pull: Pull, reader: dict[str, Any], value: Json) -> Iterator[tuple[str, Path, Json]]:
    """Where the value stands in the instance's fields: the address, the steps into it, the part.

    A mapped instance got the whole or its own item: the one that Airflow shows there.
    """
    at, rendered = int(reader["map_index"]), reader["rendered_fields"] or {}
    if pull.field == "expand_kwargs":
        yield from ((name, (at, name), part) for name, part in value[at].items())
        return
    name, steps = _split(pull.field)
    here = _rendered(rendered, name, steps)
    if at >= 0 and here is None and steps[:1] == (at,):
        yield _address(name, steps[1:]), (), value
    elif at >= 0 and pull.kind == "xcomarg" and here != value and isinstance(value, list):
        yield pull.field, (at,), value[at]
    elif here is not None:
        yield pull.field, (), value


def _split(address: str) -> tuple[str, Path]:
    """The field's name and the steps behind it: `arguments`, (0, "x") of `arguments[0].x`."""
    name, *parts = address.replace("]", "").replace("[", ".[").split(".")
    steps = (int(part[1:]) if part.startswith("[") else part for part in parts)
    return name, tuple(steps)


def _address(name: str, steps: Path) -> str:
    return name + "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in steps)


def _rendered(fields: dict[str, Any], name: str, steps: Path) -> Json:
    """What Airflow shows at the place, all that is left of a field that it cut; else None."""
    found = fields.get(name)
    if isinstance(found, str) and found.startswith(_CUT):
        return found
    if name == "env_vars" and isinstance(found, list):
        found = {one["name"]: one["value"] for one in found}
    try:
        return inside(found, steps)
    except LookupError:
        return None
