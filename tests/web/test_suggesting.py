import pytest

from app.model.values import Json
from app.query.parsing import parse
from app.query.terms import Query
from app.store.session import Store
from app.web.suggesting import Suggestion, named_so, suggestions
from tests.build import keep, make_facts, make_xcom
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


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("path:return_v", ["path:return_value."]),
        ("path:return_value.tile", ["path:return_value.tile_ids.*", "path:return_value.tiles_uri"]),
        ("path:return_value.nothing", []),
        ("path:wide", ["path:wide."]),
        ("path:wide.", ["path:wide.a", "path:wide.b."]),
        ("path:wide.b.k1", ["path:wide.b.k1", "path:wide.b.k10", "path:wide.b.k11"]),
    ],
)
def test_a_path_goes_on_step_by_step(store: Store, typed: str, expected: list[str]) -> None:
    wide: dict[str, Json] = {"a": 1, "b": {f"k{n}": n for n in range(12)}}
    keep(store, make_facts(tries=(), xcoms=(make_xcom("extract", {"wide": wide}),)))
    assert [one for one in texts(store, typed) if one.startswith("path:")] == [
        one for one in expected if one != typed
    ]


def test_paths_that_begin_with_a_position_come_last(store: Store) -> None:
    keep(store, make_facts(tries=(), xcoms=(make_xcom("extract", [[1], ["a"]]),)))
    assert "path:*.*" not in texts(store, "path:")[:3]
    assert "path:*.*" in texts(store, "path:*")


def test_names_fit_the_rest_of_the_line(store: Store) -> None:
    keep(store, make_facts(xcoms=(make_xcom("extract", {"only_here": 1}),)))
    assert "task:extract_tiles" in texts(store, "task:extract")
    assert texts(store, "dag:geo_tiles task:extr") == ["task:extract"]
    assert "task:extract" in texts(store, "-dag:geo_tiles_daily task:extr")
    assert texts(store, "deployment:prod-eu path:only") == []
    assert texts(store, "dag:geo_t*s task:extract path:only") == ["path:only_here"]
    assert texts(store, "task:load path:only") == []
    assert texts(store, "dag:geo_tiles run:scheduled__2026-11-21") == []
    assert texts(store, "deployment:default dag:geo") == ["dag:geo_tiles"]
    assert texts(store, "in:env key:") == ["key:env_vars"]
    assert "key:env_vars" not in texts(store, "in:xcom key:")
    assert "key:arguments" in texts(store, "in:args key:arg")


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
