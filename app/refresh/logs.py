"""The logs of failed tries, and of those that lineage asks for: one at a time, each once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.airflow.client import Airflow
from app.ingest.logs import log_from
from app.ingest.masking import Masking
from app.model.errors import AirflowError, NotThere
from app.model.facts import Try, TryLog
from app.model.ids import RunKey, TryKey
from app.refresh.report import Troubles

# A worker sends its log away after the task's state: one that tells of no error so soon after the
# try's end may be half of it.
_MAY_BE_UNFINISHED = timedelta(minutes=2)
#: States that a try which failed shows.
FAILED_STATES = frozenset({"failed", "up_for_retry"})
_ERRORS = frozenset({"error", "critical"})


@dataclass(slots=True)
class LogsRead:
    """What reading logs brought: the logs, and the tries that Airflow has none of."""

    logs: dict[TryKey, TryLog] = field(default_factory=dict)
    without: list[TryKey] = field(default_factory=list)

    def of(self, run: RunKey) -> tuple[TryLog, ...]:
        return tuple(log for key, log in self.logs.items() if key.instance.run == run)

    def missing_of(self, run: RunKey) -> tuple[TryKey, ...]:
        return tuple(key for key in self.without if key.instance.run == run)


def read_logs(
    airflow: Airflow, wanted: Iterable[Try], *, most: int, troubles: Troubles, masking: Masking
) -> LogsRead:
    """The logs of these tries; those beyond `most` are left to a later visit of their run.

    Raises AirflowError when Airflow as a whole does not answer.
    """
    read = LogsRead()
    for count, one in enumerate(sorted(wanted, key=lambda one: one.key)):
        if count >= most:
            troubles.come_back(one.key.instance.run)
            continue
        try:
            log = log_from(one.key, airflow.log(one.key), masking=masking)
        except NotThere:
            log = None
        except AirflowError as error:
            troubles.bear(error, of=one.key.instance.run)
            continue
        if _may_grow(log, one, now=airflow.server_time):
            troubles.come_back(one.key.instance.run)
        elif log is None:
            read.without.append(one.key)
        else:
            read.logs[one.key] = log
    return read


def _may_grow(log: TryLog | None, one: Try, *, now: datetime | None) -> bool:
    if one.state not in FAILED_STATES and log is not None:
        return False
    tells = log is not None and any(e.error_type or e.level in _ERRORS for e in log.events)
    is_recent = one.end is None or (now is not None and now - one.end < _MAY_BE_UNFINISHED)
    return is_recent and not tells
