"""A fake Airflow with users, sessions in a store, and a clock that tests move."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from app.access.sessions import Sessions
from app.store.session import Store

SECRET = "0123456789abcdef0123456789abcdef"


@dataclass
class Clock:
    now: datetime = field(default_factory=lambda: datetime(2026, 11, 27, 9, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(store: Store, clock: Clock) -> Sessions:
    return Sessions(store, secret=SECRET, hours=12, is_secure=False, now=clock)
