"""Searches from the command line, as lines."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app import searching
from app.model.errors import NotUnderstood
from app.model.ids import RunKey
from app.query.parsing import parse
from app.store.session import Store
from tests.build import (
    RUN,
    START,
    keep,
    make_facts,
    make_run,
    make_xcom,
    make_xcom_key,
)


def test_every_value_is_a_line_with_its_time_and_place(store: Store) -> None:
    keep(store, make_facts())
    found = searching.found(store, parse("alpha", now=START), most=10)
    assert searching.as_lines(found.leaves).splitlines() == [
        "2026-11-20 06:00:11 UTC  geo_tiles/load     arguments[0]  alpha",
        "2026-11-20 06:00:09 UTC  geo_tiles/extract  key1          alpha",
    ]


def test_what_a_terminal_would_obey_is_written_out(store: Store) -> None:
    evil = "\x1b[2Jgone\r\nnext\u202e\ud800"
    keep(store, make_facts(xcoms=(make_xcom("extract", evil),)))
    line = searching.as_lines(searching.found(store, parse("gone", now=START), most=1).leaves)
    assert line.endswith(r"\x1b[2Jgone\r\nnext\u202e\ud800")
    assert line.isprintable()


def test_a_long_value_is_cut(store: Store) -> None:
    keep(store, make_facts(xcoms=(make_xcom("extract", "x" * 999),)))
    line = searching.as_lines(searching.found(store, parse("xxxx", now=START), most=1).leaves)
    assert line.endswith("x" * 159 + "…")


def test_mapped_instances_are_told_apart(store: Store) -> None:
    xcom = replace(make_xcom("extract", "alpha"), at=make_xcom_key(map_index=3))
    keep(store, make_facts(xcoms=(xcom,), tries=()))
    line = searching.as_lines(searching.found(store, parse("alpha", now=START), most=1).leaves)
    assert "geo_tiles/extract[3]" in line


def test_as_many_as_are_asked_for_are_found_and_where_to_go_on(store: Store) -> None:
    for day in range(4):
        run = make_run(RunKey(RUN.dag_id, f"r{day}"), start=START + timedelta(days=day))
        keep(store, make_facts(run, tries=(), xcoms=(_pushed(run.key, day),)))
    query = parse("alpha", now=START)
    first = searching.found(store, query, most=3)
    rest = searching.found(store, query, most=3, older=first.older)
    runs = [leaf.at.instance.run_id for leaf in (*first.leaves, *rest.leaves)]
    assert runs == ["r3", "r2", "r1", "r0"]
    assert rest.older is None


def test_a_search_that_finds_nothing_names_those_that_find_something(store: Store) -> None:
    keep(store, make_facts())
    told = searching.instead(store, "alpha dag=geo_tile", now=START)
    assert told.splitlines() == [
        "No DAG that is kept here is called geo_tile.",
        "If you meant alpha dag:geo_tile (dag with a colon): that finds nothing either.",
        "try alpha dag:geo_tiles  (a DAG that is there)",
        "try alpha  (one term less)",
    ]


def _pushed(run: RunKey, day: int) -> object:
    xcom = make_xcom("extract", "alpha", run=run)
    return replace(xcom, at=replace(xcom.at, timestamp=START + timedelta(days=day)))


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("z14 in:nowhere", 'not understood at character 8 ("nowhere"): There is in:xcom'),
        ("dag:", "not understood at its end: Write what to look for right after dag:"),
        ("a in:\x1b[2J", 'at character 6 ("\\x1b[2J"): There is in:xcom'),
    ],
)
def test_an_error_is_one_line_that_points_at_the_character(typed: str, line: str) -> None:
    with pytest.raises(NotUnderstood) as raised:
        searching.understood(typed, now=START)
    told = str(raised.value)
    assert line in told
    assert told.isprintable()
