"""What a run looks like at some time while it unfolds; pure: the whole run in, its present out."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from msgspec.structs import replace

from app.airflow.payloads import DagRunItem, TaskInstanceItem
from app.demo.recording import RecordedLog, RecordedRun, RecordedXCom

# Airflow writes a try's rendered fields just after its start.
_RENDERING = timedelta(seconds=0.5)


def run_at(run: RecordedRun, now: datetime) -> DagRunItem:
    """The run's row: queued, then running, then as it ended."""
    row = run.run
    if row.start_date is not None and now < row.start_date:
        return replace(row, state="queued", start_date=None, end_date=None)
    if row.end_date is not None and now < row.end_date:
        return replace(row, state="running", end_date=None)
    return row


def changed_at(run: RecordedRun, now: datetime) -> datetime:
    """When Airflow last touched the row: now, while the scheduler looks at it again and again."""
    end = run.run.end_date
    return now if end is None or now < end else end


def instances_at(run: RecordedRun, now: datetime) -> tuple[TaskInstanceItem, ...]:
    """Each task instance in its try of this moment, with what was rendered by then."""
    return tuple(_present(tries, now) for tries in _by_instance(run))


def tries_at(
    run: RecordedRun, task_id: str, map_index: int, now: datetime
) -> tuple[TaskInstanceItem, ...]:
    """The tries of one task instance that have begun, without rendered fields as in Airflow."""
    return tuple(
        _state_of(item, now, is_last=position == len(tries) - 1, with_fields=False)
        for tries in _by_instance(run)
        if (tries[0].task_id, _index(tries[0])) == (task_id, map_index)
        for position, item in enumerate(tries)
        if _has_begun(item, now)
    )


def xcoms_at(run: RecordedRun, now: datetime) -> tuple[RecordedXCom, ...]:
    return tuple(x for x in run.xcoms if x.index.timestamp is None or x.index.timestamp <= now)


def log_at(
    run: RecordedRun, task_id: str, map_index: int, try_number: int, now: datetime
) -> RecordedLog | None:
    """The log's lines written by now; None where the recording has no log of this try."""
    wanted = (task_id, map_index, try_number)
    for log in run.logs:
        if (log.task_id, log.map_index, log.try_number) == wanted:
            upto = now.isoformat()
            return replace(log, lines=tuple(x for x in log.lines if (x.timestamp or "") <= upto))
    return None


def _by_instance(run: RecordedRun) -> Iterator[list[TaskInstanceItem]]:
    ordered = sorted(run.tries, key=lambda item: (item.task_id, _index(item), item.try_number or 0))
    for _, tries in groupby(ordered, key=lambda item: (item.task_id, _index(item))):
        yield list(tries)


def _present(tries: list[TaskInstanceItem], now: datetime) -> TaskInstanceItem:
    begun = [item for item in tries if _has_begun(item, now)]
    if not begun:
        return replace(_blank(tries[0]), state=None, try_number=0)
    return _state_of(begun[-1], now, is_last=begun[-1] is tries[-1], with_fields=True)


def _has_begun(item: TaskInstanceItem, now: datetime) -> bool:
    moments = _moments(item)
    # Some task instances never have a time of their own, such as those of a removed task.
    return not moments or min(moments) <= now


def _state_of(
    item: TaskInstanceItem, now: datetime, *, is_last: bool, with_fields: bool
) -> TaskInstanceItem:
    if item.start_date is not None and now < item.start_date:
        return replace(_blank(item), state="queued")
    fields = item.rendered_fields if with_fields and _has_rendered(item, now) else {}
    if item.end_date is not None and now < item.end_date:
        return replace(item, state="running", end_date=None, rendered_fields=fields)
    state = item.state if is_last or not with_fields else "up_for_retry"
    return replace(item, state=state, rendered_fields=fields)


def _has_rendered(item: TaskInstanceItem, now: datetime) -> bool:
    if item.start_date is None:
        return True
    is_over = item.end_date is not None and item.end_date <= now
    return is_over or item.start_date + _RENDERING <= now


def _blank(item: TaskInstanceItem) -> TaskInstanceItem:
    return replace(item, start_date=None, end_date=None, rendered_fields={})


def _moments(item: TaskInstanceItem) -> list[datetime]:
    return [moment for moment in (item.queued_when, item.start_date) if moment is not None]


def _index(item: TaskInstanceItem) -> int:
    return -1 if item.map_index is None else item.map_index
