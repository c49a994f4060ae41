"""`Budget`: so many requests in any one minute and no more, and how many there were in each."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

#: Requests in any one minute. One api-server process answers about 100 a second.
A_MINUTE = 6_000
_MINUTE = timedelta(minutes=1)


def _now() -> datetime:
    return datetime.now(UTC)


class Budget:
    """Half of a minute's requests may come at once, the other half as the minute goes on.

    `clock` tells seconds, `now` our time of day. Safe to use from several threads.
    """

    def __init__(
        self,
        a_minute: int = A_MINUTE,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self.a_minute = a_minute
        self._clock, self._now = clock, now
        self._most = self._left = a_minute / 2
        self._a_second = self._most / 60
        self._filled_at = clock()
        self._by_minute: Counter[datetime] = Counter()
        self._told: Counter[datetime] = Counter()  # Of these, what was taken to be noted.
        self._lock = threading.Lock()

    def spend(self, pause: Callable[[float], bool]) -> bool:
        """Whether a request may be made, when its turn has come.

        `pause` waits for that many seconds and says whether to give up.
        """
        while (seconds := self._take()) > 0:
            if pause(seconds):
                return False
        return True

    def take_minutes(self) -> Counter[datetime]:
        """Requests by the minute of our time in which they were made, since this was last asked."""
        with self._lock:
            taken, self._by_minute = self._by_minute, Counter()
            self._told = Counter({one: self._told[one] for one in self._lately()}) + taken
        return taken

    def leave_to_others(self, noted: Mapping[datetime, int]) -> None:
        """What others have asked of the same Airflow lately may not come at once as well.

        `noted`: everybody's requests by the minute, ours too. Whoever asks in turns with others and
        calls this first keeps within the budget together with them.
        """
        with self._lock:
            others = sum(max(0, noted.get(one, 0) - self._told[one]) for one in self._lately())
            self._gain()
            self._left = min(self._left, max(0.0, self._most - others))

    def _lately(self) -> tuple[datetime, datetime]:
        """The minute that goes on and the one before: any 60 seconds until now lie in them."""
        minute = self._now().replace(second=0, microsecond=0)
        return minute - _MINUTE, minute

    def _take(self) -> float:
        """Seconds until there is one to take; none: it was taken."""
        with self._lock:
            self._gain()
            if self._left < 1:
                return (1 - self._left) / self._a_second
            self._left -= 1
            self._by_minute[self._lately()[1]] += 1
            return 0.0

    def _gain(self) -> None:
        now = self._clock()
        gained = (now - self._filled_at) * self._a_second
        self._left, self._filled_at = min(self._most, self._left + gained), now
