"""Rendered fields where the list of task instances leaves them out (Airflow 3.0 to 3.2).

Airflow writes a line into its audit log for each request for them, so they are asked for when a try
has begun, until they are there, and once more when its state has changed; for all tasks of a run
together.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from app.airflow.client import Airflow
from app.airflow.payloads import TaskInstanceItem
from app.ingest.tries import may_have_rendered, try_key, with_fields
from app.model.errors import NotAllowed
from app.model.facts import FINISHED_STATES
from app.model.ids import RunKey, TryKey
from app.refresh.attempts import answers
from app.refresh.report import Troubles

Items: TypeAlias = Mapping[RunKey, tuple[TaskInstanceItem, ...]]
# After its start a try that has not rendered has no templates, or never will.
_RENDERS_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is stored of the tries."""

    states: Mapping[TryKey, str | None]
    with_fields: Collection[TryKey]
    #: Those that failed and whose log, which tells whose the fields are, was not read.
    without_log: Collection[TryKey]


@dataclass(slots=True)
class Rendered:
    """Asks for fields. It outlives the pass: `_owed` are the runs whose fields did not come."""

    _owed: set[RunKey] = field(default_factory=set)

    def added(
        self,
        airflow: Airflow,
        items: Items,
        *,
        seen: Seen,
        now: datetime,
        troubles: Troubles,
    ) -> dict[RunKey, tuple[TaskInstanceItem, ...]]:
        """The items with their fields, as far as those are news; `now` is Airflow's."""

        def is_news(item: TaskInstanceItem) -> bool:
            key = try_key(item)
            if key.instance.run in self._owed or key in seen.without_log:
                return True
            if seen.states.get(key, "") != item.state:
                return True
            return _may_render_yet(item, now) and key not in seen.with_fields

        begun = {run: filter(may_have_rendered, each) for run, each in items.items()}
        tasks = {
            run: tuple(dict.fromkeys(item.task_id for item in each if is_news(item)))
            for run, each in begun.items()
        }
        calls = {
            run: partial(_told, airflow, run, some, troubles) for run, some in tasks.items() if some
        }
        found = answers(airflow, calls, troubles=troubles, run_of=lambda run: run)
        self._owed = (self._owed | (calls.keys() - found.keys())) - found.keys()
        return {run: with_fields(each, found.get(run, ())) for run, each in items.items()}


def _told(
    airflow: Airflow, run: RunKey, task_ids: tuple[str, ...], troubles: Troubles
) -> tuple[TaskInstanceItem, ...]:
    try:
        return airflow.rendered_instances(run, task_ids)
    except NotAllowed as error:
        # It would be refused again: nothing is owed.
        troubles.bear(error, of=run)
        return ()


def _may_render_yet(item: TaskInstanceItem, now: datetime) -> bool:
    is_young = item.start_date is not None and now - item.start_date < _RENDERS_WITHIN
    return is_young and item.state not in FINISHED_STATES
