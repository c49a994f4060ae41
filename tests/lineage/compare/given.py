"""Runs to compare, written in few words."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from app.lineage.compare.compare import compare
from app.lineage.compare.comparison import Comparison, Pair
from app.lineage.fields import address
from app.model.facts import Run, Task
from app.model.ids import NOT_MAPPED, RunKey, TaskInstanceKey
from app.model.sides import InstanceSide, RunSide, StoredValue
from app.model.values import Json, Path
from tests.build import START, make_task

GOOD = RunKey("geo_tiles", "scheduled__2026-11-20T06:00:00+00:00")
BAD = RunKey("geo_tiles", "scheduled__2026-11-21T06:00:00+00:00")
BEFORE = RunKey("geo_tiles", "scheduled__2026-11-19T06:00:00+00:00")
#: `plan` gives to `extract`, which gives to `load`; `notify` stands aside.
TASKS = (
    make_task("plan", "extract", "notify"),
    make_task("extract", "load"),
    make_task("load"),
    make_task("notify"),
)
_DAYS = {GOOD: 0, BAD: 1, BEFORE: -1}


class Missing(Enum):
    """Stands for a task that gave nothing: null is something."""

    VALUE = 0


def start_of(run: RunKey) -> datetime:
    return START + timedelta(days=_DAYS.get(run, 0))


def make_side(
    run: RunKey, *instances: InstanceSide, state: str = "success", **more: Any
) -> RunSide:
    begin = start_of(run)
    facts = Run(
        run,
        state,
        "scheduled",
        logical_date=begin,
        run_after=begin,
        queued_at=begin,
        start=begin,
        end=begin + timedelta(minutes=30),
        conf=more.pop("conf", None),
    )
    return RunSide(facts, **{"tasks": TASKS, "instances": instances, "version_number": 1, **more})


def instance_of(  # noqa: PLR0913 - what the tests are about
    run: RunKey,
    task_id: str,
    *,
    got: Mapping[str, Json] | None = None,
    gave: "Json | Missing" = Missing.VALUE,
    state: str | None = "success",
    map_index: int = NOT_MAPPED,
    try_number: int = 1,
    name: str | None = None,
    **xcoms: Json,
) -> InstanceSide:
    """`gave`: its return value; `xcoms`: those under other keys."""
    given = {**({} if isinstance(gave, Missing) else {"return_value": gave}), **xcoms}
    order = [task.task_id for task in TASKS]
    at = order.index(task_id) if task_id in order else len(order)
    begin = start_of(run) + timedelta(minutes=1 + at)
    return InstanceSide(
        TaskInstanceKey(run.dag_id, run.run_id, task_id, map_index),
        try_number,
        state,
        "KubernetesPodOperator",
        begin,
        begin + timedelta(seconds=10),
        name,
        None if got is None else json.dumps(got),
        {key: stored(value) for key, value in given.items()},
    )


def stored(value: Json) -> StoredValue:
    text = json.dumps(value)
    return StoredValue(text, len(text))


def told(comparison: Comparison) -> list[str]:
    """Each change in a line: `plan gave rows 1 -> 2`, expected ones with why."""
    return [line for pair in comparison.pairs for line in told_pair(pair)]


def told_pair(pair: Pair) -> list[str]:
    index = "" if pair.any.key.map_index == NOT_MAPPED else f"[{pair.any.key.map_index}]"
    return [
        f"{pair.task_id}{index} {one.place.value} {address(one.name, one.any_path)} "
        f"{_shown(one.left_path, one.left)} -> {_shown(one.right_path, one.right)}"
        + (f" ({one.always.value})" if one.always else "")
        for one in pair.changes
    ]


def _shown(path: Path | None, value: Json) -> str:
    return "-" if path is None else json.dumps(value)


def both(task_id: str, left: Mapping[str, Any], right: Mapping[str, Any]) -> Comparison:
    """One task in the good run and in the one after it."""
    return compare(
        make_side(GOOD, instance_of(GOOD, task_id, **left)),
        make_side(BAD, instance_of(BAD, task_id, **right)),
    )


def tasks_of(*names: str) -> tuple[Task, ...]:
    return tuple(make_task(name) for name in names)
