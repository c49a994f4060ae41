"""Pruning by hand, on both databases' terms: what is told, and that the SQLite file is smaller."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from app.model.errors import StoreError, StoreFull
from app.model.retention import Retention
from app.prune import prune
from app.store.deployments import ensure_deployment
from app.store.retention import room
from app.store.schema import migrate
from app.store.session import Store
from tests.store.retention.runs import Past, day


def pruned(
    past: Past, file: Path | None = None, keep: Retention | None = None, **more: object
) -> list[str]:
    given = {
        "keep": lambda _: keep or Retention(),
        "deployment": None,
        "is_dry": False,
        "file": file,
        "now": day(100),
    }
    return list(prune(past.store, **{**given, **more}, wait=lambda _: False))  # type: ignore[arg-type]


@pytest.fixture
def past(store: Store) -> Past:
    with store.writing() as session:
        pk = ensure_deployment(session, name="default", url="http://airflow.test")
    return Past(store, pk)


@pytest.fixture
def file(past: Past) -> Path:
    return Path(past.store.engine.url.database or "")


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Past]:
    """In a file of an xcomtrace that knew nothing of retention: it cannot be cut in steps."""
    file = tmp_path / "old.sqlite"
    with closing(connect(file)) as connection:
        connection.execute("CREATE TABLE before (id INTEGER)")
    migrate(f"sqlite:///{file}")
    store = Store(f"sqlite:///{file}")
    with store.writing() as session:
        pk = ensure_deployment(session, name="default", url="http://airflow.test")
    yield Past(store, pk)
    store.close()


def fill(past: Past, runs: int = 20) -> None:
    for number in range(runs):
        past.run(number, value=[f"s3://bucket/{number}/part-{n}" for n in range(200)])


def pages(past: Past) -> room.Room:
    with past.store.reading() as session:
        return room.read_room(session)


def test_it_tells_what_it_deleted(past: Past) -> None:
    fill(past, 4)
    deleted, takes = pruned(past, keep=Retention(days=98.5))
    assert deleted.startswith("default: 2 runs (about ")
    assert deleted.endswith(", ended 2026-11-20 to 2026-11-21) deleted")
    assert takes.startswith("the database takes ")
    assert pruned(past, keep=Retention(days=98.5))[0] == "default: no run was to be deleted"


def test_a_dry_run_deletes_nothing_and_tells_the_same(past: Past) -> None:
    fill(past, 4)
    kept = past.kept()
    for keep in (Retention(days=98.5), Retention(bytes=100_000)):
        (told,) = pruned(past, keep=keep, is_dry=True)
        assert past.kept() == kept
        assert "runs (about" in told
        assert told.endswith("would be deleted")
    (told,) = pruned(past, keep=Retention(days=98.5), is_dry=True)
    assert pruned(past, keep=Retention(days=98.5))[0] == told.replace("would be deleted", "deleted")


def test_without_anything_set_it_says_what_to_give(past: Past) -> None:
    fill(past, 2)
    assert "--older-than" in pruned(past)[0]
    assert len(past.kept()) == 2


def test_the_deployment_must_be_one_that_there_is(past: Past) -> None:
    with pytest.raises(StoreError, match="there is no deployment prod: default"):
        pruned(past, keep=Retention(days=1), deployment="prod")


def test_the_file_is_smaller_afterwards(past: Past, file: Path) -> None:
    fill(past)
    pruned(past, file)
    before = file.stat().st_size
    pruned(past, file, keep=Retention(days=82))
    assert len(past.kept()) == 2
    assert file.stat().st_size < before * 0.4
    assert file.with_name(f"{file.name}-wal").stat().st_size == 0


def test_the_poller_cuts_the_file_too(past: Past) -> None:
    fill(past)
    before = pages(past).bytes
    past.prune(Retention(days=82), now=100)
    after = pages(past)
    assert after.bytes < before * 0.4
    assert after.free <= after.bytes * 0.05


def test_a_file_of_an_older_version_is_rebuilt_once(old: Past) -> None:
    file = Path(old.store.engine.url.database or "")
    fill(old)
    before = pages(old).bytes
    lines = pruned(old, file, keep=Retention(days=82))
    assert "is rebuilt once" in lines[1]
    assert file.stat().st_size < before * 0.4
    assert pages(old).is_cut_in_steps
    fill(old)
    assert "rebuilt" not in " ".join(pruned(old, file, keep=Retention(days=82)))
    assert len(old.kept()) == 2


def test_a_full_disk_is_told_before_anything_is_rebuilt(past: Past, file: Path) -> None:
    fill(past, 1)
    with pytest.raises(StoreFull, match=r"cannot be made smaller: that needs .* and 10 B are free"):
        room.rebuild(past.store, file, free_in=lambda _: 10)
