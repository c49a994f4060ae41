"""Many rows are one statement, which is the same for any number of them."""

from collections.abc import Sequence

import pytest
from sqlalchemy import event, select

from app.store import tables as t
from app.store.session import Store
from app.store.upsert import Row, upsert
from tests.build import START, keep, make_facts
from tests.store.conftest import BOTH

ODD = ["a'b", 'a"b\\', "a\0b", "a\ud800b", "\U0010fffd", "ж/%_", "\r\n\t", "", "x" * 100_000]


def rows(texts: Sequence[str]) -> list[Row]:
    return [
        {
            "dag_pk": 1,
            "run_id": f"r{number}",
            "state": text,
            "run_after": START,
            "end": None,
            "version_number": number,
        }
        for number, text in enumerate(texts)
    ]


def write(store: Store, given: Sequence[Row]) -> int:
    """How many were new or changed."""
    with store.writing() as session:
        changed = upsert(session, t.dag_run, given, unique=["dag_pk", "run_id"], returning="id")
    return len(changed)


@pytest.fixture(autouse=True)
def dag(store: Store) -> None:
    keep(store, make_facts())


def test_any_text_comes_back_and_is_no_change_the_second_time(store: Store) -> None:
    assert write(store, rows(ODD)) == len(ODD)
    assert write(store, rows(ODD)) == 0
    run = t.dag_run.c
    with store.reading() as session:
        asked = select(run.state, run.run_after, run.end, run.version_number).order_by(run.id)
        found = session.execute(asked.where(run.state != "success")).all()
    assert [tuple(row) for row in found] == [(one, START, None, at) for at, one in enumerate(ODD)]


def test_what_changed_is_told(store: Store) -> None:
    write(store, rows(["a", "b", "c"]))
    assert write(store, rows(["a", "B", "c", "d"])) == 2


@pytest.mark.parametrize("store_url", BOTH[1:], indirect=True)
def test_postgresql_gets_one_statement_for_any_number_of_rows(store: Store) -> None:
    """A parameter for each cell took the driver longer to take apart than all else of a pass."""
    seen: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    write(store, rows(["a"]))
    write(store, rows(["b"] * 2_000))
    assert len(set(seen)) == 1
