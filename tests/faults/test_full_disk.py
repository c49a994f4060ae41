"""The disk is full: it is told in plain words, and the mirror goes on when there is room."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.airflow.client import Airflow
from app.poller import Poller
from app.store.pages.storage import read_stored
from app.web.status_storage import database
from tests.airflow.fake import FakeAirflow
from tests.faults.chronicle import Chronicle, assert_equal, assert_the_watermark_is_not_ahead
from tests.faults.seeds import seeds
from tests.faults.small_disk import Disk, small_disk
from tests.refresh.mirrors import deployment, mirror_of

FULL = "the database's disk is full: make room, the service goes on by itself"


@pytest.fixture
def disk(migrated: Path, tmp_path: Path) -> Iterator[Disk]:
    with small_disk(migrated, tmp_path) as disk:
        yield disk


@pytest.mark.parametrize("seed", seeds(2))
def test_a_full_disk_is_told_on_the_status_and_the_mirror_goes_on_after(
    seed: int, disk: Disk, server: FakeAirflow, caplog: pytest.LogCaptureFixture
) -> None:
    dice = random.Random(seed)  # noqa: S311 - dice, not keys
    world, store = Chronicle(server, dice), disk.store
    poller = Poller(mirror_of(Airflow(server.url), store))
    for _ in range(3):
        goes_on(world, poller)
    assert deployment(store).error is None
    disk.fill()
    much = server.add_run("etl", "much", state="running")
    for number in range(40):
        much.task("a").push(f"k{number}", f"{dice.random()} " * 2_000)
    world.notes()
    for _ in range(3):
        server.tick(3)
        poller.one_pass()
        assert_the_watermark_is_not_ahead(store, world)
    # Where not a byte is left, nothing can be written down: the page then tells of the disk itself.
    with store.reading() as session:
        left = read_stored(session, now=datetime.now(UTC))
    assert FULL in caplog.messages
    assert deployment(store).error == FULL or "its disk is full: make room" in database(left)
    disk.make_room()
    for seconds in (3, 130, 3, 3):
        server.tick(seconds)
        poller.one_pass()
    assert deployment(store).error is None
    assert_equal(store, world)


def goes_on(world: Chronicle, poller: Poller) -> None:
    for _ in range(10):
        world.happens()
    world.server.tick(3)
    poller.one_pass()
