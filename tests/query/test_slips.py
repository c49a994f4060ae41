"""Slips that people make in searches, and how each is put right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import NotUnderstood
from app.query.parsing import parse
from app.query.slips import corrections, unknown_states
from app.query.writing import written
from tests.query.words import NOW, queries

CASES = [
    ("rows > 1000", ["rows>1000"]),
    ("rows >1000", ["rows>1000"]),
    ("rows >> 1000", ["rows>1000"]),
    ("x rows> 1000 y", ["x rows>1000 y"]),
    ("stats.rows == 5", ["stats.rows=5"]),
    ("-rows > 5", ["-rows>5"]),
    ("rows > many", []),
    ("a -> b", []),
    ("'rows > 1000'", []),
    ("dag=geo task=load", ["dag:geo task:load"]),
    ("-dag=geo", ["-dag:geo"]),
    ("dag!=geo", ["-dag:geo"]),
    ("dag_id = 'my dag'", ["dag:'my dag'"]),
    ("since=7d", ["since:7d"]),
    ("rows=5", []),
    ("s3://lake/dag=5/a", []),
    ("dag: geo", ["dag:geo"]),
    ("status:failed", ["state:failed"]),
    ("state:fail", ["state:failed", "state:upstream_failed"]),
    ("state=error", ["state:failed"]),
    ("state:FAILED", ["state:failed", "state:upstream_failed"]),
    ("state:failed", []),
    ("state:up_*", []),
    ("env:PATH_IN", ["in:env PATH_IN", "path:env_vars.PATH_IN"]),
    ("-env:PATH_IN", ["-path:env_vars.PATH_IN"]),
    ("xcom:z14", ["in:xcom z14", "key:z14"]),
    ("field:arguments", ["key:arguments", "in:args arguments"]),
    ("env:https://x", ["in:env https://x", "path:env_vars.https://x"]),
    ("env://x", []),
    ("try:1", []),
    ("in:arguments", ["in:args"]),
    ("in:environment", ["in:env"]),
    ("since:2026-11-01 12:30 z14", ["since:2026-11-01T12:30 z14"]),
    ("rows=>5", ["rows>=5"]),
    ("a AND b", ["a b"]),
    ("a NOT b", ["a -b"]),
    ("re:/TILES/g dag:x", ["re:/TILES/ dag:x"]),
    ("re:tiles", ["re:/tiles/"]),
    ("", []),
]


@pytest.mark.parametrize(("typed", "expected"), CASES)
def test_a_slip_is_put_right(typed: str, expected: list[str]) -> None:
    assert [one.text for one in corrections(typed, now=NOW)] == expected


def test_it_is_told_what_was_put_right() -> None:
    (one,) = corrections("dag=geo rows > 5", now=NOW)
    assert one.says == "dag with a colon, compared, without spaces"


@given(st.one_of(queries.map(written), st.text(alphabet="dagre:=<>/ -'\"*17", max_size=30)))
def test_every_correction_can_be_read_and_says_something_else(typed: str) -> None:
    for one in corrections(typed, now=NOW):
        right = parse(one.text, now=NOW)
        try:
            assert right != parse(typed, now=NOW)
        except NotUnderstood:
            continue


def test_states_that_no_airflow_has_are_told() -> None:
    assert unknown_states("state:lost -state:fail state:failed state:up_* x") == ("lost", "fail")
