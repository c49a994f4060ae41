"""Runs as a data platform has them: S3 paths, ids, hashes, numbers, dates, nested documents.

Every run has about 50 leaves: XComs with a document each, and rendered fields in which a third of
the values are those that the tasks before gave.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from app.model.facts import Run, RunFacts, Try, XCom, XComKey
from app.model.ids import RunKey, TaskInstanceKey, TryKey
from app.model.values import Json

LEAVES_OF_A_RUN = 50
_ZONES = ("raw", "staging", "curated", "mart")
_AREAS = ("orders", "payments", "clicks", "tiles", "weather", "inventory", "sessions", "ledger")
_FORMATS = ("parquet", "json.gz", "csv", "avro")
_OWNERS = ("ada.lovelace", "grace.hopper", "alan.turing", "edsger.dijkstra", "barbara.liskov")
_TASKS = ("extract", "clean", "enrich", "load", "report")


def made_runs(count: int, *, start: datetime, every: timedelta, seed: int) -> Iterator[RunFacts]:
    """So many runs of 40 DAGs, one at a time, the oldest first."""
    random = Random(seed)  # noqa: S311 # made-up data
    for number in range(count):
        yield _run(random, number, start + number * every)


def _run(random: Random, number: int, at: datetime) -> RunFacts:
    dag_id = f"{_AREAS[number % 8]}_{_ZONES[number // 8 % 4]}_{number % 40:02}"
    key = RunKey(dag_id, f"scheduled__{at.isoformat()}")
    xcoms: list[XCom] = []
    tries: list[Try] = []
    given: list[str] = []
    for step, task_id in enumerate(_TASKS):
        began = at + timedelta(seconds=20 * step)
        instance = TaskInstanceKey(key.dag_id, key.run_id, task_id)
        rendered = _rendered(random, given, dag_id, began)
        value = _document(random, task_id, began)
        given += [str(value["uri"]), str(value["checksum"]), str(value["batch"])]
        tries.append(
            Try(
                TryKey(instance, 1),
                state="success",
                operator="KubernetesPodOperator",
                start=began,
                end=began + timedelta(seconds=15),
                version_number=1,
                rendered=rendered,
            )
        )
        pushed = began + timedelta(seconds=14, microseconds=number % 1_000_000)
        xcoms.append(XCom(XComKey(instance, "return_value", pushed), value, size=200))
    run = Run(key, "success", "scheduled", run_after=at, start=at, end=at + timedelta(seconds=120))
    return RunFacts(run, tries=tuple(tries), xcoms=tuple(xcoms))


def _document(random: Random, task_id: str, at: datetime) -> dict[str, Any]:
    rows = int(random.lognormvariate(9, 2))
    return {
        "uri": _uri(random, at),
        "rows": rows,
        "checksum": f"{random.getrandbits(128):032x}",
        "batch": f"{_AREAS[random.randrange(8)]}-{random.randrange(10**6):06}",
        "stats": {"mean": round(random.gauss(50, 20), 3), "day": at.date().isoformat()},
        "status": random.choice(("ok", "ok", "ok", "partial")),
        "task": task_id,
    }


def _uri(random: Random, at: datetime) -> str:
    area, zone = random.choice(_AREAS), random.choice(_ZONES)
    return (
        f"s3://lake-{zone}/{area}/dt={at.date().isoformat()}/"
        f"part-{random.randrange(10**5):05}-{random.getrandbits(32):08x}.{random.choice(_FORMATS)}"
    )


def _rendered(random: Random, given: list[str], dag_id: str, at: datetime) -> dict[str, Json]:
    source = random.choice(given) if given and random.random() < 0.9 else _uri(random, at)
    owner = f"{random.choice(_OWNERS)}@example.com"
    return {
        "arguments": ["--source", source, "--dag", dag_id],
        "env_vars": [
            {"name": "BATCH", "value": random.choice(given) if given else "first"},
            {"name": "OWNER", "value": owner},
            {"name": "LIMIT", "value": str(random.randrange(1, 50) * 1000)},
        ],
    }
