"""What a search found, as a table for a terminal."""

from dataclasses import replace

from app import searching
from app.model.findings import Analysis, Suggestion
from app.model.leaves import Leaf
from app.query.parsing import parse
from app.searching_table import as_lines
from app.store.session import Store
from tests.build import (
    RUN,
    START,
    keep,
    make_consumer,
    make_facts,
    make_flow,
    make_problem,
    make_xcom,
    make_xcom_key,
)


def found(store: Store, typed: str, most: int = 10) -> tuple[Leaf, ...]:
    return searching.found(store, parse(typed, now=START), most=most).leaves


def lines(store: Store, typed: str, width: int | None = None) -> list[str]:
    return as_lines(store, found(store, typed), width=width).splitlines()


def test_every_value_is_a_line_with_its_time_run_and_place(store: Store) -> None:
    keep(store, make_facts())
    assert lines(store, "alpha") == [
        f"2026-11-20 06:00:11 UTC  geo_tiles/load     {RUN.run_id}  arguments[0]  alpha",
        f"2026-11-20 06:00:09 UTC  geo_tiles/extract  {RUN.run_id}  key1          alpha",
    ]
    assert as_lines(store, ()) == ""


def test_a_terminal_gets_lines_that_fit_it(store: Store) -> None:
    keep(store, make_facts(xcoms=(make_xcom("extract", "x" * 999),)))
    first, second = lines(store, "xxxx", width=80)
    assert first == f"2026-11-20 06:00:09 UTC  geo_tiles/extract  {RUN.run_id}"
    assert second == f"    return_value  {'x' * 61}…"
    first, second = lines(store, "xxxx", width=60)
    assert (first.endswith(RUN.run_id), len(second)) == (True, 60)


def test_who_read_a_value_and_who_gave_one_stand_behind_it(store: Store) -> None:
    problem = make_problem(
        consumer=make_consumer(field="env_vars.X"), suggestion=Suggestion("did you mean extract?")
    )
    keep(store, make_facts(), Analysis(flows=(make_flow(),), problems=(problem,)))
    field, key = lines(store, "alpha")
    assert field.endswith("  arguments[0]  alpha  from extract key1")
    assert key.endswith("  alpha  read by load arguments[0]; should have gone to load env_vars.X")
    assert lines(store, "alpha", width=80)[2] == "    from extract key1"
    narrow = lines(store, "alpha in:xcom", width=60)
    assert (len(narrow[2]), narrow[2][-1]) == (60, "…")


def test_tries_and_deployments_are_told_where_there_are_several(store: Store) -> None:
    keep(store, make_facts())
    field, key = found(store, "alpha")
    second = replace(key, at=replace(key.at, try_number=2))
    told = as_lines(store, (field, second)).splitlines()
    assert f"{RUN.run_id}  try 1  arguments[0]" in told[0]
    assert f"{RUN.run_id}  try 2  key1" in told[1]
    other = replace(key, at=replace(key.at, deployment="other"))
    assert "  other/geo_tiles/extract  " in as_lines(store, (field, other))
    assert "  default/geo_tiles/load   " in as_lines(store, (field, other))


def test_what_a_terminal_would_obey_is_written_out(store: Store) -> None:
    evil = "\x1b[2Jgone\r\nnext\u202e\ud800"
    keep(store, make_facts(xcoms=(make_xcom("extract", evil),)))
    line = as_lines(store, searching.found(store, parse("gone", now=START), most=1).leaves)
    assert line.endswith(r"\x1b[2Jgone\r\nnext\u202e\ud800")
    assert line.isprintable()


def test_a_long_value_is_cut(store: Store) -> None:
    keep(store, make_facts(xcoms=(make_xcom("extract", "x" * 999),)))
    line = as_lines(store, searching.found(store, parse("xxxx", now=START), most=1).leaves)
    assert line.endswith("x" * 159 + "…")


def test_mapped_instances_are_told_apart(store: Store) -> None:
    xcom = replace(make_xcom("extract", "alpha"), at=make_xcom_key(map_index=3))
    keep(store, make_facts(xcoms=(xcom,), tries=()))
    line = as_lines(store, searching.found(store, parse("alpha", now=START), most=1).leaves)
    assert "geo_tiles/extract[3]" in line
