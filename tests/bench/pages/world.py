"""Runs as large as one likes, with all that a graph shows: TaskGroups, flows, states, mistakes.

An area has nine tasks. Its group extracts what areas before it published, loads six tables of it
and checks three of them; a task outside the group publishes what was checked. In every 25th area
one load names a task that does not exist.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.model.facts import RunFacts, Task, Try, XCom
from app.model.ids import RunKey
from app.model.values import Json
from tests.bench.sources import HEAD
from tests.build import after, make_run, make_try, make_xcom

RUN_ID = "scheduled__2026-11-20T06:00:00+00:00"
#: Areas that go on at once: what is published is read that many areas later.
BESIDE = 16
_AREA = 9
_MISTAKEN = 25
_FIELDS = ("image", "cmds", "arguments", "env_vars", "labels", "namespace")
_TABLES = range(1, 7)
_TAKES = 20  # Seconds of each task.


@dataclass(frozen=True, slots=True)
class Pull:
    """What a field gets; `named`: the task that its template names, where that is a mistake."""

    field: str  # An argument's option, or an env var.
    task_id: str
    key: str
    named: str = ""

    @property
    def template(self) -> str:
        return f"{{{{ ti.xcom_pull(task_ids='{self.named or self.task_id}')['{self.key}'] }}}}"


@dataclass(frozen=True, slots=True)
class Pod:
    task_id: str
    stage: int
    state: str = "success"
    arguments: tuple[Pull, ...] = ()
    env_vars: tuple[Pull, ...] = ()
    gives: Mapping[str, Json] = field(default_factory=dict)

    @property
    def pulls(self) -> tuple[Pull, ...]:
        return (*self.arguments, *self.env_vars)


def dag_id(tasks: int) -> str:
    return f"pages_{tasks}"


def pods(tasks: int) -> tuple[Pod, ...]:
    """So many, in the order in which the file has them."""
    areas = range(-(-tasks // _AREA))
    return tuple(pod for number in areas for pod in _area(number))[:tasks]


def facts_of(tasks: int) -> RunFacts:
    """The finished run of that many tasks, its source among them."""
    run, made = RunKey(dag_id(tasks), RUN_ID), pods(tasks)
    given = {pod.task_id: pod.gives for pod in made if pod.state == "success"}
    below: dict[str, set[str]] = {pod.task_id: set() for pod in made}
    for pod in made:
        for pull in pod.pulls:
            below[pull.task_id].add(pod.task_id)
    return RunFacts(
        make_run(run, state="failed", end=after(86_400)),
        tuple(
            Task(pod.task_id, "KubernetesPodOperator", _FIELDS, frozenset(below[pod.task_id]))
            for pod in made
        ),
        source_of(tasks),
        1,
        tuple(_try(pod, run, given) for pod in made),
        tuple(_xcom(pod, run) for pod in made if pod.state == "success"),
    )


def source_of(tasks: int) -> str:
    head = HEAD.format(about="Areas, each with a group of tasks.")
    dag = f'with DAG("{dag_id(tasks)}", schedule="@daily", default_args=DEFAULTS):\n'
    return head + dag + "".join(_statements(pods(tasks)))


def _area(number: int) -> Iterator[Pod]:
    group, stage = f"group_{number:02}", 4 * (number // BESIDE)
    extract, check, publish = f"{group}.extract", f"{group}.check", f"publish_{number:02}"
    lake = f"s3://lake/{number:04}/2026-11-20"
    before = number - BESIDE
    published = (Pull("--since", f"publish_{before:02}", "uri"),) if before >= 0 else ()
    tables: dict[str, Json] = {f"table_{one}": f"{lake}/raw/{one}.parquet" for one in _TABLES}
    found: dict[str, Json] = {"rows": 40_000 + 13 * number, "checksum": f"sha256-{number:032x}"}
    yield Pod(extract, stage, arguments=published, gives={**tables, **found})
    for one in _TABLES:
        is_mistaken = number % _MISTAKEN == 1 and one == 4
        named = f"{group}.extarct" if is_mistaken else ""
        yield Pod(
            f"{group}.load_{one}",
            stage + 1,
            _state_of_load(number, one, is_mistaken=is_mistaken),
            arguments=(Pull("--in", extract, f"table_{one}", named),),
            env_vars=(Pull("ROWS", extract, "rows"),),
            gives={"path": f"{lake}/loaded/{one}.parquet", "rows": 1_000 * number + one},
        )
    loaded = tuple(Pull(f"--part-{one}", f"{group}.load_{one}", "path") for one in (1, 2, 3))
    yield Pod(check, stage + 2, arguments=loaded, gives={"uri": f"{lake}/checked", "bad": number})
    yield Pod(
        publish,
        stage + 3,
        arguments=(Pull("--uri", check, "uri"),),
        env_vars=(Pull("CHECKSUM", extract, "checksum"),),
        gives={"uri": f"{lake}/published", "version": f"v{number}"},
    )


def _state_of_load(number: int, table: int, *, is_mistaken: bool) -> str:
    if is_mistaken:
        return "failed"
    # None of those is read by another task.
    return {(2, 5): "skipped", (3, 6): "running", (4, 5): "up_for_retry"}.get(
        (number % 5, table), "success"
    )


def _statements(made: tuple[Pod, ...]) -> Iterator[str]:
    """Each group opened before its first task; what a task needs was written before it."""
    opened = ""
    for pod in made:
        group, dot, name = pod.task_id.rpartition(".")
        if dot and group != opened:
            yield f'    with TaskGroup("{group}"):\n'
        opened = group
        yield _statement(pod, name, "        " if dot else "    ")


def _statement(pod: Pod, name: str, margin: str) -> str:
    arguments = [text for pull in pod.arguments for text in (pull.field, pull.template)]
    env_vars = {pull.field: pull.template for pull in pod.env_vars}
    own = _variable(pod.task_id)
    after_these = sorted({_variable(pull.task_id) for pull in pod.pulls})
    order = f"{margin}[{', '.join(after_these)}] >> {own}\n" if after_these else ""
    return (
        f'{margin}{own} = KubernetesPodOperator(task_id="{name}", arguments={arguments!r},'
        f" env_vars={env_vars!r})\n{order}"
    )


def _variable(task_id: str) -> str:
    return task_id.replace(".", "_")


def _try(pod: Pod, run: RunKey, given: Mapping[str, Mapping[str, Json]]) -> Try:
    begins = 1 + _TAKES * pod.stage
    is_rendered = pod.state != "skipped" and not any(pull.named for pull in pod.pulls)
    return make_try(
        pod.task_id,
        run=run,
        state=pod.state,
        start=after(begins),
        end=None if pod.state == "running" else after(begins + _TAKES // 2),
        rendered=_rendered(pod, given) if is_rendered else None,
    )


def _rendered(pod: Pod, given: Mapping[str, Mapping[str, Json]]) -> dict[str, Any]:
    got = {pull: str(given[pull.task_id][pull.key]) for pull in pod.pulls}
    return {
        "arguments": [text for pull in pod.arguments for text in (pull.field, got[pull])],
        "env_vars": [
            {"name": pull.field, "value": got[pull], "value_from": None} for pull in pod.env_vars
        ],
        "image": "registry.example.com/etl/worker:2.4.1",
        "namespace": "etl",
    }


def _xcom(pod: Pod, run: RunKey) -> XCom:
    return make_xcom(pod.task_id, dict(pod.gives), run=run, seconds=9 + _TAKES * pod.stage)
