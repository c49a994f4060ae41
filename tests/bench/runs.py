"""Runs of the generated DAGs, as the store gives their facts to the engine."""

from typing import Any

from app.model.facts import RunFacts, Task, Try, XCom
from app.model.ids import RunKey
from app.model.values import Json
from tests.bench.sources import DAG_ID, WIDTH, sources_of, stage_of, task_id
from tests.build import after, make_run, make_try, make_xcom

RUN = RunKey(DAG_ID, "scheduled__2026-11-20T06:00:00+00:00")
#: What Airflow 3 shows of a pod beside the fields that are given: 22 in all.
_UNUSED: dict[str, Json] = {
    "image": "registry.example.com/etl/worker:2.4.1", "hostname": None, "cmds": [],
    "annotations": {}, "labels": {}, "config_file": None, "pod_template_file": None,
    "pod_template_dict": None, "namespace": "etl", "container_resources": None, "volumes": [],
    "volume_mounts": [], "cluster_context": None, "env_from": [], "configmaps": [],
    "node_selector": {}, "kubernetes_conn_id": "kubernetes_default",
    "base_container_name": "base", "trigger_kwargs": None,
}  # fmt: skip
_FIELDS = ("name", "arguments", "env_vars", *_UNUSED)


def facts_of(pods: int, source: str | None) -> RunFacts:
    """A successful run of that many readers and the first pod; each pushed three XComs."""
    numbers = range(pods + 1)
    return RunFacts(
        make_run(RUN),
        tuple(_task(number, pods) for number in numbers),
        source,
        1,
        tuple(_try(number) for number in numbers),
        tuple(xcom for number in numbers for xcom in _xcoms(number)),
    )


def _task(number: int, pods: int) -> Task:
    candidates = range(1, WIDTH + 3) if not number else range(number + 1, number + WIDTH + 3)
    downstream = (one for one in candidates if one <= pods and number in sources_of(one))
    return Task(
        task_id(number), "KubernetesPodOperator", _FIELDS, frozenset(map(task_id, downstream))
    )


def _begins(number: int) -> int:
    """Seconds after the run's start: all that it reads has ended by then."""
    return 1 + 20 * stage_of(number)


def _value(number: int) -> dict[str, Any]:
    return {
        "path": f"s3://lake/{task_id(number)}/2026-11-20/data-{number * 7919 % 100_000:05}.parquet",
        "stats": {"rows": 40_000 + number * 13 % 997, "bytes": 1_000_000 + number},
        "checksum": f"sha256-{number * 2_654_435_761 % 2**32:08x}{number:04x}",
        "columns": ["id", "day", "amount"],
    }


def _try(number: int) -> Try:
    begins = _begins(number)
    return make_try(
        task_id(number),
        run=RUN,
        start=after(begins),
        end=after(begins + 10),
        rendered={"name": task_id(number).replace("_", "-"), **_given(number), **_UNUSED},
    )


def _given(number: int) -> dict[str, Json]:
    if not number:
        return {"arguments": ["--first"], "env_vars": []}
    path, rows, checksum = map(_value, sources_of(number))
    return {
        "arguments": ["--in", path["path"], f"--rows={rows['stats']['rows']}"],
        "env_vars": [{"name": "CHECKSUM", "value": checksum["checksum"], "value_from": None}],
    }


def _xcoms(number: int) -> tuple[XCom, ...]:
    own, seconds = task_id(number), _begins(number) + 8
    values = (
        ("return_value", _value(number)),
        ("pod_name", f"{own}-x7k2"),
        ("pod_namespace", "etl"),
    )
    return tuple(make_xcom(own, value, key=key, run=RUN, seconds=seconds) for key, value in values)
