"""How long, and how much, a deployment's runs are kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """Runs that ended longer ago go, then the oldest until the others fit; None: all are kept."""

    days: float | None = None
    bytes: int | None = None

    @property
    def is_set(self) -> bool:
        return self.days is not None or self.bytes is not None

    def oldest(self, now: datetime) -> datetime | None:
        """Runs that ended before then are too old; None when none is."""
        return None if self.days is None else now - timedelta(days=self.days)
