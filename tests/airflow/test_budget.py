"""Requests in a minute: never more than allowed, and counted."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from app.airflow.budget import Budget
from app.airflow.client import Airflow
from app.airflow.connection import Way
from app.model.errors import Unreachable
from tests.airflow.fake import FakeAirflow

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def time(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def pause(self, seconds: float) -> bool:
        self.seconds += seconds
        return False


def test_no_minute_has_more_than_allowed_and_none_is_wasted() -> None:
    clock = Clock()
    budget = Budget(120, clock=clock.time, now=clock.now)
    made = []
    for _ in range(400):
        assert budget.spend(clock.pause)
        made.append(clock.seconds)
    assert max(sum(start <= one < start + 60 for one in made) for start in made) <= 120
    assert made[59] == 0.0
    assert made[-1] == pytest.approx(340.0)


def test_after_a_quiet_minute_half_of_it_may_come_at_once() -> None:
    clock = Clock()
    budget = Budget(120, clock=clock.time, now=clock.now)
    for wait in (0.0, 3600.0):
        clock.seconds += wait
        began = clock.seconds
        for _ in range(60):
            budget.spend(clock.pause)
        assert clock.seconds == began


def test_requests_are_counted_by_the_minute_until_they_are_taken() -> None:
    clock = Clock()
    budget = Budget(120, clock=clock.time, now=clock.now)
    for seconds in (0, 59, 60):
        clock.seconds = seconds
        budget.spend(clock.pause)
    assert budget.take_minutes() == {NOON: 2, NOON + timedelta(minutes=1): 1}
    assert budget.take_minutes() == {}


def test_processes_that_take_turns_keep_within_one_budget() -> None:
    clock = Clock()
    budgets = [Budget(120, clock=clock.time, now=clock.now) for _ in range(5)]
    noted: Counter[datetime] = Counter()
    made = []
    for turn in range(40):
        budget = budgets[turn % 5]
        budget.leave_to_others(noted)
        for _ in range(37):
            assert budget.spend(clock.pause)
            made.append(clock.seconds)
        noted += budget.take_minutes()
    assert max(sum(start <= one < start + 60 for one in made) for start in made) <= 120
    assert sum(noted.values()) == len(made)
    assert made[-1] < 1_600  # 60 a minute pass on; the burst is what was left to others.


def test_a_process_alone_loses_nothing_of_its_budget() -> None:
    clock = Clock()
    budget = Budget(120, clock=clock.time, now=clock.now)
    for _ in range(30):
        budget.spend(clock.pause)
    noted = budget.take_minutes()
    budget.leave_to_others(noted)
    for _ in range(30):
        budget.spend(clock.pause)
    assert clock.seconds == 0.0


def test_whoever_waits_gives_up_when_told_to() -> None:
    budget = Budget(2, clock=lambda: 0.0)
    assert budget.spend(lambda _: True)
    assert not budget.spend(lambda _: True)


def test_a_client_waits_for_its_turn(server: FakeAirflow) -> None:
    airflow = Airflow(server.url, way=Way(a_minute=240))
    for _ in range(120):
        airflow.version()
    began = time.monotonic()
    airflow.version()
    airflow.version()
    assert time.monotonic() - began > 0.2
    airflow.budget.spend(lambda _: False)
    airflow.close()
    for _ in range(2):
        with pytest.raises(Unreachable):
            airflow.version()
