"""When to refresh: a thread for one Airflow, its interval, its back-off, its end."""

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from app.model.errors import Busy, Outpaced, XcomtraceError
from app.refresh import Mirror, PassReport
from app.store.deployments import note_failure
from app.store.session import WriteSession

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between the end of a pass and the next one's beginning."""

    busy: float = 3.0  # While runs are open, or the past is still being brought in.
    idle: float = 15.0
    longest: float = 300.0  # After many failures in a row.


class Poller:
    """Runs passes until it is stopped; a failed one is told once and tried again, ever later.

    `name` stands before each line of the log, where several Airflows are mirrored.
    `wait` sleeps for that many seconds and says whether to stop; `jitter` gives a number between
    0 and 1, so that many pollers do not return to a restarted Airflow at the same moment.
    """

    def __init__(
        self,
        mirror: Mirror,
        *,
        pace: Pace | None = None,
        name: str = "",
        wait: Callable[[float], bool] | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._mirror = mirror
        self._pace = pace or Pace()
        self._at = f"{name}: " if name else ""
        self._stop = threading.Event()
        self._wait = wait or self._stop.wait
        self._jitter = jitter
        self._is_behind = False  # Runs of the past are still to be brought in.
        self._hindered: str | None = None  # What kept them from it last.
        self._fills_from = 0.0  # Not before, by the monotonic clock.
        self._failures = 0
        self._told: tuple[str, ...] = ()
        self._thread = threading.Thread(target=self.run, name="poller", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, *, seconds: float = 10.0) -> None:
        """End after the request under way; what a broken-off pass wrote is whole."""
        self.break_off()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def break_off(self) -> None:
        """Have a pass under way end with the request that it waits for."""
        self._stop.set()
        self._mirror.airflow.close()

    def run(self) -> None:
        """Pass after pass, in the calling thread, until stopped; the past is filled in between."""
        while not self._stop.is_set():
            pause = self.one_pass()
            if self._is_behind:
                pause = self._fill_back_for(pause)
            if self._wait(pause):
                return

    def _fill_back_for(self, pause: float) -> float:
        """The seconds that are left of the pause after some runs of the past."""
        end = time.monotonic() + pause
        self.fill_back(until=lambda: time.monotonic() >= end)
        return max(0.0, end - time.monotonic())

    def fill_back(self, *, until: Callable[[], bool]) -> None:
        """Runs of the past, some at a time, until there are no more or `until` says so after some.

        What hinders it is told once, and it rests for a while then. Raises Outpaced.
        """
        if time.monotonic() < self._fills_from:
            return
        try:
            while self._mirror.fill_back() and not (self._stop.is_set() or until()):
                self._hindered = None
        except Outpaced:
            raise
        except XcomtraceError as error:
            if not self._stop.is_set() and self._hindered != str(error):
                log.warning("%sRuns of the past wait: %s", self._at, error)
            self._hindered = str(error)
            self._rest()
        except Exception:
            # The same edge as that of a pass.
            log.exception("%sFilling in runs of the past failed", self._at)
            self._rest()

    def _rest(self) -> None:
        """No more of the past for a while; who goes on elsewhere knows what was asked here."""
        self._fills_from = time.monotonic() + self._pace.idle
        self._write()

    def one_pass(self, *, fills_back: bool = True) -> float:
        """One pass, whatever becomes of it; the seconds to wait before the next."""
        try:
            report = self._mirror.refresh(fills_back=fills_back)
        except Outpaced as error:
            log.info("%s%s", self._at, error)
            return self._pace.idle
        except XcomtraceError as error:
            return self._failed(str(error), retry_after=_retry_after(error))
        except Exception as error:
            # The edge of a pass: what nobody foresaw must not end the mirror.
            log.exception("%sA pass failed", self._at)
            return self._failed(f"a pass failed unexpectedly ({type(error).__name__}): see the log")
        return self._succeeded(report)

    def _succeeded(self, report: PassReport) -> float:
        if self._failures:
            log.info("%sAirflow is mirrored again", self._at)
        self._failures = 0
        for line in report.troubles:
            if line not in self._told:
                log.warning("%s%s", self._at, line)
        self._told = report.troubles
        self._is_behind = not report.backfill_done
        is_busy = report.open_runs > 0 or not report.backfill_done
        return self._pace.busy if is_busy else self._pace.idle

    def _failed(self, line: str, *, retry_after: float | None = None) -> float:
        if self._stop.is_set():
            return 0.0
        self._failures += 1
        self._is_behind = False
        if self._tell(line):
            log.warning("%s%s", self._at, line)
        self._note(line)
        exponential = self._pace.busy * 2.0 ** min(self._failures, 20)
        pause = min(exponential, self._pace.longest) * (0.5 + self._jitter() / 2)
        return max(pause, retry_after or 0.0)

    def _tell(self, line: str) -> bool:
        """Whether this is news since the last pass."""
        is_news = self._told != (line,)
        self._told = (line,)
        return is_news

    def _note(self, line: str) -> None:
        done = self._mirror.take_counts()
        failure = partial(
            note_failure,
            deployment_pk=self._mirror.deployment_pk,
            at=datetime.now(UTC),
            error=line,
            requests=done.requests,
            values=done.values,
            request_errors=done.errors,
        )
        self._write(failure)

    def _write(self, *notes: Callable[[WriteSession], None]) -> None:
        """These, and the requests that were made."""
        try:
            with self._mirror.store.writing() as session:
                for note in notes:
                    note(session)
                self._mirror.note_requests(session)
        except Exception:
            # The same edge: a store that is full or gone cannot be told so. The log has the line.
            log.debug("It could not be stored", exc_info=True)


def _retry_after(error: XcomtraceError) -> float | None:
    return error.retry_after if isinstance(error, Busy) else None
