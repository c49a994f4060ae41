"""Names of a template whose values the facts tell; the others are wildcards."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from app.lineage.source.declaration import DeclaredTask, Fixed, Items, Members, Node, Words
from app.lineage.template.sandbox import OpenEnd
from app.model.facts import RunFacts, Try

_UNKNOWN = object()


def known_names(facts: RunFacts, task: DeclaredTask, one: Try) -> dict[str, Any]:
    """run_id, the dates made of the logical date, the params, what is known of `ti` and others."""
    instance = one.key.instance
    conf = facts.run.conf if isinstance(facts.run.conf, dict) else None
    dag_run = {"run_id": instance.run_id, "dag_id": instance.dag_id}
    params = _params(task.params, conf or {})
    return {
        "run_id": instance.run_id,
        "ti": {
            "run_id": instance.run_id,
            "dag_id": instance.dag_id,
            "task_id": instance.task_id,
            "map_index": instance.map_index,
            "try_number": one.key.try_number,
        },
        "dag": OpenEnd({"dag_id": instance.dag_id}),
        "task": OpenEnd({"task_id": instance.task_id, "dag_id": instance.dag_id}),
        "dag_run": OpenEnd(dag_run if conf is None else {**dag_run, "conf": conf}),
        **_dates(facts.run.logical_date),
        **({} if params is None else {"params": params}),
    }


@lru_cache(maxsize=64)
def _dates(date: datetime | None) -> Mapping[str, str]:
    """As both Airflows write them; a run without a logical date has none of them."""
    if date is None:
        return {}
    stamp = date.isoformat()
    return {
        "ds": f"{date:%Y-%m-%d}",
        "ds_nodash": f"{date:%Y%m%d}",
        "ts": stamp,
        "ts_nodash": f"{date:%Y%m%dT%H%M%S}",
        "ts_nodash_with_tz": stamp.replace("-", "").replace(":", ""),
    }


def _params(declared: Node | None, conf: dict[str, Any]) -> Any:
    """The declared params, the run's own on top; open where the source does not tell them all."""
    if declared is None:
        return OpenEnd(conf) if conf else None
    if not isinstance(declared, Members):
        return None
    values = {name: _value(one) for name, one in declared.members}
    known = {name: value for name, value in values.items() if value is not _UNKNOWN}
    is_whole = len(known) == len(values) and not declared.is_open
    return {**known, **conf} if is_whole else OpenEnd({**known, **conf})


def _value(node: Node) -> Any:
    """The declared value as Python has it; _UNKNOWN where a part of it is not known."""
    if isinstance(node, Words):
        return node.text
    if isinstance(node, Fixed):
        return node.value
    if isinstance(node, Items):
        listed = [_value(one) for one in node.items]
        return _UNKNOWN if _UNKNOWN in listed else listed
    if isinstance(node, Members) and not node.is_open:
        named = {name: _value(one) for name, one in node.members}
        return _UNKNOWN if _UNKNOWN in named.values() else named
    return _UNKNOWN


def plain(node: Node) -> Any:
    """The declared value as Python has it; None where a part of it is not known."""
    if isinstance(node, Words):
        return node.text
    if isinstance(node, Fixed):
        return node.value
    if isinstance(node, Items):
        return [plain(one) for one in node.items]
    if isinstance(node, Members):
        return {name: plain(one) for name, one in node.members}
    return None
