# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""A run told in a few words: what its tasks gave, what others rendered, and what follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from textwrap import dedent
from typing import Any

from app.lineage.analyze import analyze
from app.model.facts import LogEvent, RunFacts, Task, Try, TryLog, XCom
from app.model.findings import Analysis, Candidates, Consumer, Flow, Problem, Producer
from app.model.ids import NOT_MAPPED
from tests.build import RUN, after, make_run, make_try, make_try_key, make_xcom

#: The template fields of a pod and of Python's operators together.
TEMPLATE_FIELDS = (
    "image", "name", "cmds", "annotations", "arguments", "env_vars", "labels",
    "pod_template_dict", "namespace", "op_args", "op_kwargs", "bash_command",
)  # fmt: skip
#: The first lines of every source below.
HEAD = """\
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, TaskGroup, XComArg, dag, task, task_group
from kubernetes.client import models as k8s
"""


@dataclass
class Scenario:
    """`gave`: task id (or `task[0]`, `task:key`) to value. `got`: task id to rendered fields.

    All that only gave ran before all that got, which ran in the order they are named; every giver is
    upstream of every getter unless `apart` names it.
    """

    source: str = ""
    gave: Mapping[str, Any] = field(default_factory=dict)
    got: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    states: Mapping[str, str | None] = field(default_factory=dict)
    said: Mapping[str, list[LogEvent]] = field(default_factory=dict)
    others: tuple[str, ...] = ()  # Tasks that neither gave nor got.
    apart: tuple[str, ...] = ()
    operators: Mapping[str, str] = field(default_factory=dict)
    before: "tuple[Scenario, ...] | None" = None  # Earlier runs, where those are known.
    more: Mapping[str, Any] = field(default_factory=dict)

    def facts(self) -> RunFacts:
        source = HEAD + dedent(self.source) if self.source else None
        facts: dict[str, Any] = {
            "tasks": self._tasks(),
            "source": source,
            "version_number": 1,
            "tries": self._tries(),
            "xcoms": tuple(
                _xcom(place, value, self._begins(place) + 8) for place, value in self.gave.items()
            ),
            "logs": tuple(
                TryLog(make_try_key(_task(place), map_index=_index(place)), tuple(events))
                for place, events in self.said.items()
            ),
        }
        return RunFacts(make_run(), **{**facts, **self._past(), **self.more})

    def _past(self) -> dict[str, Any]:
        if self.before is None:
            return {}
        earlier = [(f"earlier {n}", one.facts()) for n, one in enumerate(self.before)]
        tries = tuple(
            replace(one, key=replace(one.key, instance=replace(one.key.instance, run_id=run_id)))
            for run_id, facts in earlier
            for one in facts.tries
        )
        xcoms = tuple(
            replace(one, at=replace(one.at, instance=replace(one.at.instance, run_id=run_id)))
            for run_id, facts in earlier
            for one in facts.xcoms
        )
        return {"knows_past": True, "past_tries": tries, "past_xcoms": xcoms}

    def _names(self, places: Mapping[str, Any]) -> list[str]:
        return list(dict.fromkeys(_task(place) for place in places))

    def _tasks(self) -> tuple[Task, ...]:
        getters = self._names(self.got)
        givers = [*self._names(self.gave), *self.others]
        above = {
            one: frozenset(getters) if one not in self.apart else frozenset() for one in givers
        }
        names = dict.fromkeys([*givers, *getters, *self._names(self.states)])
        mapped = {_task(place) for place in (*self.gave, *self.got) if _index(place) != NOT_MAPPED}
        return tuple(
            Task(
                one,
                self.operators.get(one, "KubernetesPodOperator"),
                TEMPLATE_FIELDS,
                above.get(one, frozenset()),
                one in mapped,
            )
            for one in names
        )

    def _tries(self) -> tuple[Try, ...]:
        gave = dict.fromkeys(place.partition(":")[0] for place in self.gave)
        places = dict.fromkeys([*gave, *self.got, *self.others, *self.states])
        return tuple(self._try(place) for place in places)

    def _begins(self, place: str) -> int:
        """Seconds after the run's start; those that got something ran one after the other."""
        names = [_task(one) for one in self.got]
        return 20 * (1 + names.index(_task(place))) if _task(place) in names else 1

    def _try(self, place: str) -> Try:
        state = self.states.get(place, "success")
        seconds = self._begins(place)
        ran = state not in (None, "upstream_failed", "queued")
        return make_try(
            _task(place),
            map_index=_index(place),
            try_number=1 if ran else 0,
            state=state,
            start=after(seconds) if ran else None,
            end=after(seconds + 9) if ran else None,
            rendered=self.got.get(place),
        )


def _task(place: str) -> str:
    return place.partition(":")[0].partition("[")[0]


def _index(place: str) -> int:
    inside = place.partition(":")[0].partition("[")[2]
    return int(inside.rstrip("]")) if inside else NOT_MAPPED


def _xcom(place: str, value: Any, seconds: int) -> XCom:
    key = place.partition(":")[2] or "return_value"
    return make_xcom(_task(place), value, key=key, map_index=_index(place), seconds=seconds)


def failing_template(task_id: str, name: str, template: Any, said: str) -> list[LogEvent]:
    """The log of a task whose template failed, as Airflow 3 writes it."""
    kind, _, text = said.partition(": ")
    line = f"Exception rendering Jinja template for task '{task_id}', field '{name}'. Template: {template!r}"
    return [
        LogEvent(
            after(21), "error", "airflow.sdk.definitions._internal.templater", line, kind, text
        ),
        LogEvent(after(21), "error", "task", "Task failed with exception", kind, text),
    ]


def failed(kind: str, text: str) -> list[LogEvent]:
    """The log of a task that failed with an exception."""
    return [LogEvent(after(9), "error", "task", "Task failed with exception", kind, text)]


def shown_flow(flow: Flow) -> str:
    """`make['k'] -> use.arguments[0] [0:5] confirmed`; the key is left out when it is return_value."""
    return " ".join((_shown_ends(flow.consumer, flow.producer), flow.evidence.value))


def shown_candidates(one: Candidates) -> str:
    """`make or other['k'] -> use.arguments[0] [0:5]`, in the order in which they are named."""
    return _shown_ends(one.consumer, *one.producers)


def _shown_ends(reader: Consumer, *producers: Producer) -> str:
    spans = " ".join(f"[{start}:{end}]" for start, end in reader.spans)
    place = f"{reader.instance.task_id}{_shown_index(reader.instance.map_index)}.{reader.field}"
    parts = (" or ".join(map(_shown_producer, producers)), "->", place, spans)
    return " ".join(part for part in parts if part)


def _shown_producer(source: Producer) -> str:
    key = "" if source.key == "return_value" else f":{source.key}"
    path = "".join(f"[{step!r}]" for step in source.path)
    return f"{source.instance.task_id}{_shown_index(source.instance.map_index)}{key}{path}"


def _shown_index(map_index: int) -> str:
    return "" if map_index == NOT_MAPPED else f"#{map_index}"


def shown_problem(problem: Problem) -> str:
    """`unknown_task use.arguments[0] silent: did you mean make?`."""
    place = ""
    if problem.consumer:
        place = f"{problem.consumer.instance.task_id}.{problem.consumer.field}"
    elif problem.producer:
        place = problem.producer.instance.task_id
    silent = " silent" if problem.silent else ""
    meant = f": {problem.suggestion.text}" if problem.suggestion else ""
    return f"{problem.kind.value} {place}{silent}{meant}"


def check(
    scenario: Scenario, *, flows: str = "", problems: str = "", candidates: str = ""
) -> Analysis:
    """Asserts what follows from the scenario, one line for each flow and problem, in any order."""
    analysis = analyze(scenario.facts())
    assert sorted(map(shown_flow, analysis.flows)) == sorted(_lines(flows))
    assert sorted(map(shown_problem, analysis.problems)) == sorted(_lines(problems))
    assert sorted(map(shown_candidates, analysis.candidates)) == sorted(_lines(candidates))
    return analysis


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


__all__ = ["RUN", "Scenario", "check", "failed", "failing_template"]
