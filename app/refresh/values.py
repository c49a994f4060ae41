"""The values of XComs that are not stored yet, in as few requests as Airflow allows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any

from app.airflow.client import Airflow
from app.airflow.payloads import XComValue
from app.ingest.masking import Masking
from app.ingest.xcoms import xcom_from
from app.model.facts import Run, XCom, XComKey
from app.model.ids import NOT_MAPPED, RunKey
from app.refresh.attempts import answers
from app.refresh.report import Troubles

_RETURN_VALUE = "return_value"
# Characters of task ids in one `/wait` request: proxies cut addresses of more than 8,000.
_LONGEST_LIST = 4_000


def read_values(  # noqa: PLR0913 - what a pass knows, all by keyword
    airflow: Airflow,
    *,
    runs: Mapping[RunKey, Run],
    present: Mapping[RunKey, frozenset[XComKey]],
    missing: frozenset[XComKey],
    troubles: Troubles,
    masking: Masking,
) -> dict[RunKey, tuple[XCom, ...]]:
    """The missing values by run.

    The return values of a finished run come in one request (`/wait`, where it serves), of mapped
    tasks only where it puts them in order; all others one by one. Four requests are under way at a
    time. `present` is each run's whole index.
    """
    found: dict[XComKey, XComValue] = {}
    by_wait = missing if airflow.orders_mapped else frozenset(filter(_is_not_mapped, missing))
    batches = tuple(_batches(runs, by_wait))
    for batch, results in zip(batches, _together(airflow, batches), strict=True):
        if results is not None:
            matched = _matched(results, batch, present[batch[0].instance.run])
            found |= {key: airflow.as_read(value) for key, value in matched.items()}
    single = answers(
        airflow,
        {key: partial(airflow.xcom_value, key.instance, key.key) for key in missing - found.keys()},
        troubles=troubles,
        run_of=lambda key: key.instance.run,
    )
    for key, value in single.items():
        if value.timestamp is not None and value.timestamp < key.timestamp:
            # The index knows a later one: this comes out of a cache, or of a copy that is behind.
            troubles.come_back(key.instance.run)
        else:
            found[key] = value
    return _by_run(_masked(sorted(found.items(), key=_address), masking))


def _together(
    airflow: Airflow, batches: Iterable[tuple[XComKey, ...]]
) -> list[dict[str, Any] | None]:
    return airflow.many(
        partial(airflow.return_values, batch[0].instance.run, _task_ids(batch)) for batch in batches
    )


def _masked(found: Iterable[tuple[XComKey, XComValue]], masking: Masking) -> Iterable[XCom]:
    before = masking.known
    xcoms = [xcom_from(key, value, masking=masking) for key, value in found]
    if masking.known == before:
        return xcoms
    # One may pass on what only a later one calls a secret.
    return (replace(one, value=masking.again(one.value)) for one in xcoms)


def _is_not_mapped(key: XComKey) -> bool:
    return key.instance.map_index == NOT_MAPPED


def _batches(
    runs: Mapping[RunKey, Run], missing: frozenset[XComKey]
) -> Iterator[tuple[XComKey, ...]]:
    """Return values to be asked for together: of one finished run, two or more, not too many."""
    wanted = sorted(
        (key for key in missing if key.key == _RETURN_VALUE and not runs[key.instance.run].is_open),
        key=lambda key: (key.instance, key.timestamp),
    )
    for _, of_run in groupby(wanted, key=lambda key: key.instance.run):
        batch: list[XComKey] = []
        size = 0
        for _, of_task in groupby(of_run, key=lambda key: key.instance.task_id):
            keys = list(of_task)
            if size + len(keys[0].instance.task_id) > _LONGEST_LIST:
                yield tuple(batch)
                batch, size = [], 0
            batch += keys
            size += len(keys[0].instance.task_id) + len("&result=")
        if len(batch) > 1:
            yield tuple(batch)


def _task_ids(batch: tuple[XComKey, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key.instance.task_id for key in batch))


def _matched(
    results: dict[str, Any], batch: tuple[XComKey, ...], present: frozenset[XComKey]
) -> dict[XComKey, Any]:
    """Each key's value out of the answer, as far as it is certain whose it is.

    A mapped task's values come as a list in the order of the map indexes, without them: they are
    told apart by the index of XComs, and only when both have as many.
    """
    instances: dict[str, list[XComKey]] = defaultdict(list)
    for key in sorted(present, key=lambda key: key.instance):
        if key.key == _RETURN_VALUE:
            instances[key.instance.task_id].append(key)
    wanted = frozenset(batch)
    found: dict[XComKey, Any] = {}
    for task_id, value in results.items():
        keys = instances[task_id]
        is_mapped = any(key.instance.map_index != NOT_MAPPED for key in keys)
        values = value if is_mapped and isinstance(value, list) else [value]
        if len(values) == len(keys):
            pairs = zip(keys, values, strict=True)
            found |= {key: one for key, one in pairs if key in wanted}
    return found


def _address(found: tuple[XComKey, XComValue]) -> tuple[Any, ...]:
    return (found[0].instance, found[0].key, found[0].timestamp)


def _by_run(xcoms: Iterable[XCom]) -> dict[RunKey, tuple[XCom, ...]]:
    runs: dict[RunKey, list[XCom]] = defaultdict(list)
    for xcom in xcoms:
        runs[xcom.at.instance.run].append(xcom)
    return {run: tuple(several) for run, several in runs.items()}
