from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from app.model.retention import Retention
from app.refresh.indexing import index_some
from app.refresh.pruning import Pruner
from app.store.deployments import DeploymentState, note_retention, read_deployments
from app.store.pages.storage import Storage, Stored
from app.store.retention.room import Room
from app.store.session import Store
from app.web.status_storage import database, storage_card
from app.web.text import thousands
from tests.web.reading import words
from tests.web.sample import NOW

GB = 10**9
VARIABLES = "XCOMTRACE_RETENTION_DAYS or XCOMTRACE_RETENTION_BYTES"
FIRST = "Runs are kept for 90 days after they ended"
STORAGE = Storage(
    runs=1200,
    bytes=4 * GB,
    leaves=310_000,
    oldest=NOW - timedelta(days=80),
    bytes_a_day=50_000_000,
)


def state(store: Store) -> DeploymentState:
    with store.reading() as session:
        return read_deployments(session)[0]


@pytest.mark.parametrize(
    ("keep", "told"),
    [
        (
            Retention(),
            f"Everything is kept. {VARIABLES} sets an end.",
        ),
        (
            Retention(days=90),
            "Runs are kept for 90 days after they ended. The oldest one goes on 1 Dec 2026.",
        ),
        (
            Retention(days=30),
            "Runs are kept for 30 days after they ended. The oldest are being deleted.",
        ),
        (
            Retention(bytes=10 * GB),
            "Runs are kept up to 10 GB. As it grows now, that is reached in 120 days.",
        ),
        (
            Retention(days=90, bytes=10 * GB),
            f"{FIRST} and up to 10 GB. The oldest one goes on 1 Dec 2026.",
        ),
        (
            Retention(bytes=3 * GB),
            "Runs are kept up to 3.0 GB. It is 1.0 GB over: the oldest runs are being deleted.",
        ),
    ],
)
def test_what_retention_will_do_next_is_one_sentence(
    store: Store, keep: Retention, told: str
) -> None:
    kept = replace(state(store), keep_days=keep.days, keep_bytes=keep.bytes)
    card = storage_card(kept, STORAGE, NOW)
    assert card.next == told
    assert card.is_over == ("over:" in told)


def test_how_full_it_is_is_told_in_per_cent(store: Store) -> None:
    kept = replace(state(store), keep_bytes=10 * GB)
    assert storage_card(kept, STORAGE, NOW).share == 40
    assert storage_card(kept, replace(STORAGE, bytes=99 * GB), NOW).share == 100


def test_the_page_and_the_json_tell_how_much_is_stored(client: TestClient, store: Store) -> None:
    with store.writing() as session:
        eu = next(one for one in read_deployments(session) if one.name == "prod-eu")
        note_retention(session, deployment_pk=eu.pk, keep=Retention(days=90))
        index_some(session)
    Pruner(store, eu.pk, Retention(), wait=lambda _: False).prune(now=NOW)
    text = words(client.get("/status").text)
    assert "Runs are kept for 90 days after they ended" in text
    assert "SQLite file of " in text
    answer = client.get("/api/v1/status").json()
    told = {one["name"]: one["storage"] for one in answer["deployments"]}["prod-eu"]
    assert told["retention_days"] == 90
    assert told["unmeasured_runs"] == 0
    assert told["bytes"] > 10_000
    assert f"kept {told['runs']} runs, {words(thousands(told['leaves']))} values to search" in text
    assert told["leaves"] > 0
    assert answer["database"]["kind"] == "sqlite"
    assert answer["database"]["bytes"] > 100_000


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (None, ""),
        (50 * GB, ""),
        (300_000_000, ", 300 MB left on its disk"),
        (4096, "; its disk is full: make room, the mirror goes on by itself"),
    ],
)
def test_little_room_on_the_disk_is_told(left: int | None, told: str) -> None:
    stored = Stored(Room(2 * GB, left=left), is_file=True, storage={})
    assert database(stored) == f"SQLite file of 2.0 GB{told}"
