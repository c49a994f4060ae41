from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from app.model.leaves import Leaf, Place
from app.query.matching import matches
from app.query.parsing import parse
from app.web.dag_rows import Choice
from app.web.search_facets import facets, narrowing
from tests.build import START
from tests.web.test_search_results import given, got

NOW = START + timedelta(hours=2)
LEAVES = (
    given(path=("rows", 3, "uri"), number=4),
    given(path=("rows", 9, "uri"), number=3),
    given(key="stats", path=("mean",), number=2),
    got("PATH_IN"),
)


def choices(typed: str, title: str, leaves: tuple[Leaf, ...] = LEAVES) -> dict[str, Choice]:
    found = facets(parse(typed, now=NOW), leaves, NOW)
    (facet,) = (facet for facet in found if facet.title == title)
    return {one.label: one for one in facet.choices}


def search_of(choice: Choice) -> str:
    return parse_qs(urlsplit(choice.href).query).get("q", [""])[0]


def test_what_the_shown_values_have_is_counted_the_most_frequent_first() -> None:
    found = choices("alpha", "Found in")
    assert {name: one.number for name, one in found.items()} == {
        "What tasks gave": "3",
        "Env vars": "1",
    }
    assert search_of(found["Env vars"]) == "alpha in:env"


def test_places_leave_positions_open() -> None:
    found = choices("alpha", "Key or field")
    assert {name: search_of(one) for name, one in found.items()} == {
        "rows[*].uri": "alpha path:rows.*.uri",
        "stats.mean": "alpha path:stats.mean",
        "env_vars.PATH_IN": "alpha path:env_vars.PATH_IN",
    }
    whole = choices("", "Key or field", (given(path=()),))
    assert search_of(whole["return_value"]) == "path:return_value"


def test_a_choice_finds_what_it_counts() -> None:
    leaves = (
        given(key="rows", path=(), number=9),
        given(key="rows", path=(), number=8),
        given(path=("rows",), number=7),
        given(path=(), number=6),
        given(path=("tiles", "uri"), number=5),
        given(key="x", path=("tiles", "uri"), number=4),
        got("rows"),
        replace(got("rows"), at=replace(got("rows").at, place=Place.XCOM)),
    )
    found = choices("", "Key or field", leaves)
    assert {name: search_of(one) for name, one in found.items()} == {
        "rows": "key:rows",
        "return_value.rows": "path:return_value.rows",
        "return_value": "path:return_value",
        "return_value.tiles.uri": "path:return_value.tiles.uri",
        "x.tiles.uri": "path:x.tiles.uri",
        "env_vars.rows": "path:env_vars.rows",
    }
    for one in found.values():
        query = parse(search_of(one), now=NOW)
        assert one.number == str(sum(matches(query, leaf) for leaf in leaves))


def test_a_choice_takes_the_place_of_another_and_leaves_exclusions() -> None:
    typed = "alpha in:xcom -in:args dag:other"
    assert search_of(choices(typed, "Found in")["Env vars"]) == "alpha -in:args dag:other in:env"
    dag = choices(typed, "DAG")["geo_tiles"]
    assert (search_of(dag), dag.is_chosen) == ("alpha in:xcom -in:args dag:geo_tiles", False)


def test_a_choice_that_was_made_is_taken_off() -> None:
    chosen = choices("alpha state:success", "State of the try")["success"]
    assert (chosen.is_chosen, search_of(chosen)) == (True, "alpha")


def test_times_are_counted_among_the_shown() -> None:
    old = replace(LEAVES[0], at=replace(LEAVES[0].at, time=NOW - timedelta(days=3)))
    found = choices("alpha since:7d", "When", (*LEAVES, old))
    assert {name: one.number for name, one in found.items()} == {
        "Last 24 hours": "4",
        "Last 7 days": "5",
        "Any time": "",
    }
    assert choices("alpha", "When", (*LEAVES, old))["Any time"].number == "5"
    hour = choices("alpha since:1h", "When", LEAVES)
    assert {one.number for one in hour.values()} == {""}
    assert found["Last 7 days"].is_chosen
    assert search_of(found["Last 24 hours"]) == "alpha since:24h"
    assert search_of(found["Any time"]) == "alpha"


def test_what_most_have_can_be_left_out_where_others_have_something_else() -> None:
    found = narrowing(parse("alpha", now=NOW), LEAVES)
    assert [one.label for one in found] == ["-in:xcom", "-path:rows.*.uri"]
    assert search_of(found[0]) == "alpha -in:xcom"
    assert narrowing(parse("alpha", now=NOW), LEAVES[:1]) == ()


def test_a_place_that_leaves_positions_open_is_added_to_the_one_that_does_not() -> None:
    (choice,) = choices("path:rows[3].uri", "Key or field", LEAVES[:1]).values()
    assert search_of(choice) == "path:rows[3].uri path:rows.*.uri"


def test_a_path_of_positions_alone_is_named_with_its_key() -> None:
    leaves = (given(path=(0, 1), number=3), given(path=("ids", 2), number=2), got(0))
    (first, *_) = choices("", "Key or field", leaves).items()
    assert (first[0], search_of(first[1]), first[1].number) == (
        "return_value[*][*]",
        "path:return_value.*.*",
        "2",
    )


def test_what_would_leave_nothing_is_not_offered() -> None:
    a_key, a_path = given(key="x", path=()), given(path=("x", "x"))
    both = (replace(a_key, at=replace(a_key.at, path=("x", "x"))), a_path)
    apart = narrowing(parse("path:x.x", now=NOW), both)
    assert [one.label for one in apart] == ["-path:x.x.x"]
    rows = (given(key="rows", path=()), given(path=("rows",)))
    (offered,) = narrowing(parse("path:rows", now=NOW), rows)
    assert offered.label == "-key:rows"
    same = (given(key="rows", path=()), given(key="rows", path=("rows",)), given(path=("rows",)))
    for one in narrowing(parse("path:rows", now=NOW), same):
        query = parse(search_of(one), now=NOW)
        assert any(matches(query, leaf) for leaf in same)


def test_values_without_a_state_offer_none() -> None:
    assert choices("x", "State of the try", (replace(LEAVES[0], state=None),)) == {}
