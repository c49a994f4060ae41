"""Many runs of many DAGs, always the same ones: what their tasks gave, and got of each other.

XComs have five to six leaves: S3 paths, ids, hashes, numbers, dates, e-mails, SQL, nested
documents. Of the paths 35 % are used again in the rendered fields of a later task of the run.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from app.model.facts import Run, Try, XCom, XComKey
from app.model.ids import RunKey, TaskInstanceKey, TryKey
from app.model.values import Json
from app.refresh.visits import Visit

DAGS, TASKS = 40, 12
#: Leaves of one run, about: 12 XComs, and the fields of as many tries.
LEAVES = 94
BEGIN = datetime(2026, 9, 14, tzinfo=UTC)
DAYS = 70
REUSED = 0.35

_DOMAINS = ("orders", "customers", "payments", "inventory", "clicks", "geo", "pricing", "returns")
_TABLES = ("daily", "hourly", "raw", "cleaned", "enriched", "features", "report", "snapshot")
_KINDS = "fmrdfmrdfmlq"  # One for each task of a run.
_STATUS = ("ok", "partial", "empty", "late")
_COUNTRIES = ("DE", "FR", "PL", "US", "JP", "BR", "IN", "ZA")
_NAMES = ("anna", "bjorn", "chloe", "dmitri", "elif", "farid", "grace", "hiro", "ines", "jan")


@dataclass(slots=True)
class _Making:
    """A run while it is made; `passed_on`: paths that a later task gets."""

    random: Random
    run: Run
    passed_on: list[str]


@dataclass(frozen=True, slots=True)
class World:
    """Runs with about so many leaves over DAYS days; more of them come after those."""

    leaves: int

    @property
    def runs(self) -> int:
        return max(1, round(self.leaves / LEAVES))

    def visits(self) -> Iterator[Visit]:
        """All of its runs, from the oldest."""
        return map(self.visit, range(self.runs))

    def later(self, skipped: int = 0) -> Iterator[Visit]:
        """Runs that come after all of these, as often as they came; not the first of them."""
        return map(self.visit, count(self.runs + skipped))

    def visit(self, number: int) -> Visit:
        """The run of that number, the same whenever it is made."""
        return _visit(number, BEGIN + timedelta(days=DAYS) * number / self.runs)


def _visit(number: int, start: datetime) -> Visit:
    random = Random(number)  # noqa: S311 # nobody has to be unable to guess it
    dag_id = f"{_DOMAINS[number % DAGS % 8]}_{_TABLES[number % DAGS // 8]}"
    key = RunKey(dag_id, f"scheduled__{start.isoformat()}")
    run = Run(
        key, state="success", run_type="scheduled", logical_date=start, run_after=start,
        queued_at=start, start=start, end=start + timedelta(minutes=TASKS), version_number=1,
    )  # fmt: skip
    making = _Making(random, run, [])
    pairs = [_task(making, at) for at in range(TASKS)]
    return Visit(
        run,
        tries=tuple(one for one, _ in pairs),
        xcoms=tuple(xcom for _, xcom in pairs),
    )


def _task(making: _Making, at: int) -> tuple[Try, XCom]:
    start = making.run.start or BEGIN
    begins = start + timedelta(minutes=at, seconds=making.random.randrange(20))
    ends = begins + timedelta(seconds=5 + making.random.randrange(30))
    run = making.run.key
    instance = TaskInstanceKey(run.dag_id, run.run_id, f"task_{at:02}")
    rendered = _rendered(making, begins)
    value = _value(making, _KINDS[at], begins)
    one = Try(
        TryKey(instance, 1), state="success", operator="KubernetesPodOperator", start=begins,
        end=ends, queued_at=begins, version_number=1, rendered=rendered,
    )  # fmt: skip
    return one, XCom(XComKey(instance, "return_value", ends), value, size=len(json.dumps(value)))


def _rendered(making: _Making, begins: datetime) -> dict[str, Json]:
    """What the task gets: the day, and the paths that were passed on to it."""
    arguments: list[Json] = ["--day", begins.date().isoformat()]
    variables: list[Json] = []
    for path in making.passed_on:
        way = making.random.randrange(3)
        if way == 0:
            variables.append({"name": "PATH_IN", "value": path, "value_from": None})
        else:
            arguments.append(path if way == 1 else f"--in={path}")
    making.passed_on.clear()
    return {"arguments": arguments, "env_vars": variables}


def _value(making: _Making, kind: str, at: datetime) -> Any:
    make = {"f": _file, "m": _manifest, "r": _record, "d": _document, "l": _path, "q": _query}
    return make[kind](making, at)


def _file(making: _Making, at: datetime) -> Json:
    return {
        "uri": _path(making, at),
        "rows": making.random.randrange(1_000_000),
        "bytes": making.random.randrange(10**9),
        "md5": _hex(making, 128),
        "day": at.date().isoformat(),
    }


def _manifest(making: _Making, at: datetime) -> Json:
    files: list[Json] = [
        {
            "uri": _path(making, at),
            "etag": _hex(making, 128),
            "rows": making.random.randrange(10**5),
        }
        for _ in range(2)
    ]
    return {"day": at.date().isoformat(), "files": files, "status": making.random.choice(_STATUS)}


def _record(making: _Making, at: datetime) -> Json:
    random = making.random
    number = _hex(making, 128)
    return {
        "id": f"{number[:8]}-{number[8:12]}-{number[12:16]}-{number[16:20]}-{number[20:]}",
        "email": f"{random.choice(_NAMES)}.{random.randrange(10**5)}@example.com",
        "country": random.choice(_COUNTRIES),
        "amount": random.randrange(10**6) / 100,
        "created_at": (at - timedelta(seconds=random.randrange(10**7))).isoformat(),
        "active": random.random() < 0.9,
    }


def _document(making: _Making, at: datetime) -> Json:
    random = making.random
    model: Json = {
        "name": f"churn-{random.choice(_COUNTRIES).lower()}",
        "version": f"{random.randrange(9)}.{random.randrange(99)}.{random.randrange(99)}",
        "auc": round(0.5 + random.random() / 2, 4),
    }
    return {
        "result": {"model": model, "uri": _path(making, at), "sha256": _hex(making, 256)},
        "status": random.choice(_STATUS),
    }


def _path(making: _Making, at: datetime) -> str:
    run, random = making.run.key, making.random
    path = (
        f"s3://acme-lake/{run.dag_id.replace('_', '/')}/dt={at.date()}"
        f"/part-{random.randrange(10**5):05}-{_hex(making, 32)}.parquet"
    )
    if random.random() < REUSED:
        making.passed_on.append(path)
    return path


def _query(making: _Making, at: datetime) -> Json:
    table = making.run.key.dag_id.replace("_", ".")
    sql = f"SELECT * FROM {table} WHERE dt = '{at.date()}' AND id > "  # noqa: S608 # data
    return {
        "sql": sql + str(making.random.randrange(10**7)),
        "rows": making.random.randrange(1_000_000),
    }


def _hex(making: _Making, bits: int) -> str:
    return f"{making.random.getrandbits(bits):0{bits // 4}x}"
