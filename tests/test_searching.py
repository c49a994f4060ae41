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
)


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
        "try alpha dag:*geo_tile*  (anywhere in it)",
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
