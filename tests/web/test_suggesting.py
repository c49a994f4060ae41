import pytest

from app.query.parsing import parse
from app.query.terms import Query
from app.store.session import Store
from app.web.suggesting import Suggestion, named_so, suggestions
from tests.web.sample import NOW


def offered(store: Store, typed: str, at: int | None = None) -> tuple[Suggestion, ...]:
    with store.reading() as session:
        return suggestions(session, typed, len(typed) if at is None else at)


def texts(store: Store, typed: str) -> list[str]:
    return [one.text for one in offered(store, typed)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("dag:geo", ["dag:geo_tiles_daily"]),
        ("DAG:geo", ["dag:geo_tiles_daily"]),
        ("dag:tiles", ["dag:geo_tiles_daily"]),
        ('dag:"geo', ["dag:geo_tiles_daily"]),
        ("-task:build", ["task:build_overviews"]),
        ("deployment:prod", ["deployment:prod-eu", "deployment:prod-us"]),
        ("key:pod", ["key:pod_name"]),
        ("path:tile", ["path:tile_ids.*", "path:tiles_uri"]),
        ("path:SCENES", ["path:scenes", "path:scenes_uri", "path:env_vars.SCENES"]),
        ("state:fail", ["state:failed", "state:upstream_failed"]),
        ("since:2", ["since:24h"]),
        ("dag:nowhere", []),
        ("sha256:9f", []),
    ],
)
def test_what_stands_behind_a_colon_is_a_name_of_that_sort(
    store: Store, typed: str, expected: list[str]
) -> None:
    assert texts(store, typed) == expected


def test_a_bare_word_may_begin_a_term_or_be_part_of_a_name(store: Store) -> None:
    assert texts(store, "dail") == ["dag:geo_tiles_daily"]
    assert texts(store, "da") == ["dag:", "dag:geo_tiles_daily", "path:env_vars.GDAL_CACHEMAX"]
    assert texts(store, "d") == ["dag:", "deployment:"]
    found = texts(store, "extract")
    assert found[0] == "task:extract_tiles"


def test_between_words_the_words_of_the_language_are_offered(store: Store) -> None:
    found = texts(store, "z14 ")
    assert found[:3] == ["re:/", "key:", "path:"]
    assert len(found) == len(set(found))
    assert {one.start for one in offered(store, "z14 ")} == {4}


def test_what_is_whole_is_told_apart_from_what_is_begun(store: Store) -> None:
    whole = {one.text: one.is_whole for one in offered(store, "i")}
    assert whole == {"in:xcom": True, "in:args": True, "in:env": True}
    (begun,) = offered(store, "unti")
    assert not begun.is_whole


def test_every_suggestion_can_be_searched_for(store: Store) -> None:
    for typed in ("dag:", "task:", "run:", "key:", "path:", "state:", "since:", "ti"):
        for one in offered(store, typed):
            assert parse(one.text, now=NOW).terms


def test_only_the_word_before_the_caret_is_completed(store: Store) -> None:
    (one,) = offered(store, "z14 dag:geoXX -in:env", 11)
    assert (one.text, one.start, one.end) == ("dag:geo_tiles_daily", 4, 13)


def test_what_one_word_names_is_found(store: Store) -> None:
    def named(typed: str) -> list[str]:
        with store.reading() as session:
            return [one.label for one in named_so(session, parse(typed, now=NOW))]

    assert named("geo_tiles_daily") == ["dag:geo_tiles_daily"]
    assert named("zoom") == ["path:zoom"]
    assert named("geo_tiles_daily zoom") == []
    assert named("-zoom") == []
    with store.reading() as session:
        assert named_so(session, Query()) == ()
