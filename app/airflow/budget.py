"""`Budget`: so many requests in any one minute and no more, and how many there were in each."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

#: Requests in any one minute. One api-server process answers about 100 a second.
A_MINUTE = 6_000


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
        return taken

    def _take(self) -> float:
        """Seconds until there is one to take; none: it was taken."""
        with self._lock:
            now = self._clock()
            gained = (now - self._filled_at) * self._a_second
            self._left, self._filled_at = min(self._most, self._left + gained), now
            if self._left < 1:
                return (1 - self._left) / self._a_second
            self._left -= 1
            self._by_minute[self._now().replace(second=0, microsecond=0)] += 1
            return 0.0
