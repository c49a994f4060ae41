"""What is offered where a search finds nothing, on both kinds of database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.session import Store
from app.web.search_mending import Mending, mending
from tests.build import START, keep, make_facts
from tests.postgres import Postgres

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("migrated"), tmp_path / "store.sqlite")
        store = Store(f"sqlite:///{file}")
        keep(store, make_facts())
        yield store
        store.close()
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        store = Store(url)
        keep(store, make_facts())
        yield store
        store.close()


def mended(store: Store, typed: str) -> Mending:
    with store.reading() as session:
        return mending(session, typed, now=START)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("alpha dag=geo_tile", ["alpha dag:geo_tiles", "alpha dag:*geo_tile*", "alpha"]),
        ("alpha deployment:x", ["alpha deployment:default", "alpha"]),
        ("alpha task=oad state=ok", ["alpha task:*oad* state:success", "alpha state:success"]),
        ('"alph"', ["alph"]),
        ("extrac", ["task:*extrac*"]),
        ("zzz dag:nope", []),
    ],
)
def test_what_finds_something_is_offered_the_likeliest_first(
    kept: Store, typed: str, expected: list[str]
) -> None:
    assert [one.words for one in mended(kept, typed).advice] == expected


def test_names_that_nothing_has_and_the_nearest_try_are_told(kept: Store) -> None:
    notes = mended(kept, "state:lost dag=nope").notes
    assert notes[0].startswith("`lost` is no state of Airflow. They are: `awaiting_input`, `def")
    assert notes[1:] == (
        "No DAG that is kept here is called `nope`.",
        "If you meant `state:lost dag:nope` (dag with a colon): that finds nothing either.",
    )
