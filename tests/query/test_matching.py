import fnmatch
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.leaves import Leaf, Place
from app.query.matching import matches, steps_fit, wildcard_fits
from app.query.parsing import parse
from app.query.terms import Matches, Query
from tests.query.leaves import leaf, leaves
from tests.query.words import NOW, queries

URI = leaf("s3://lake/Zürich/a.parquet", path=("result", "rows", 3, "uri"))
VARIABLE = leaf("1000", name="env_vars", path=("ROWS",), place=Place.FIELD)
DAY = leaf("2026-11-01T12:00:00+02:00", name="day")


@pytest.mark.parametrize(
    ("one", "holding", "not_holding"),
    [
        (URI, "PARQUET zü -ZÜ", "zÜ"),
        (URI, '"s3://lake/Zürich/a.parquet" s3://lake/*', '"s3://lake" S3://*'),
        (URI, r"re:/lake.*\.par/ re:/PARQUET/i", "re:/PARQUET/"),
        (URI, "path:result.rows[3].uri path:result.rows[*].uri path:**.uri", "path:rows[3].uri"),
        (URI, "path:return_value.result.** path:**", "path:result"),
        (URI, "uri=s3://* rows[3].uri!=x -uri=x", "row[3].uri!=x"),
        (URI, "dag:geo_* run:manual* task:*.load deployment:production", "dag:geo"),
        (URI, "key:return_value state:success in:xcom", "in:args"),
        (VARIABLE, "in:env key:env_vars path:ROWS path:env_vars.ROWS", "-in:env"),
        (VARIABLE, 'ROWS>999 ROWS=1e3 ROWS="1000" ROWS!=1001', "ROWS>1000"),
        (VARIABLE, "-ROWS>2026-01-01", "ROWS<2026-01-01"),
        (DAY, "day>=2026-11-01T10:00 day<2026-11-02", "day<2026-11-01"),
        (DAY, "-day>5", "day=2026-11-01"),
        (DAY, "since:2026-11-20 until:2026-11-21", "until:2026-11-20"),
        (leaf("x", state=None), "-state:*", "state:*"),
        (leaf("2026-11-01T12:00"), "return_value>2026-11-01", "value>2026-11-01"),
        (leaf("x", name="arguments", place=Place.FIELD), "in:args", "in:xcom"),
        (leaf(""), '""', "x"),
    ],
)  # fmt: skip
def test_a_leaf_fits_what_is_said_of_it(one: Leaf, holding: str, not_holding: str) -> None:
    assert [text for text in holding.split(" ") if not matches(parse(text, now=NOW), one)] == []
    assert not matches(parse(not_holding, now=NOW), one)


@given(query=queries, one=leaves)
def test_all_terms_hold_or_none_of_it(query: Query, one: Leaf) -> None:
    each = [matches(Query((term,)), one) for term in query.terms]
    assert matches(query, one) is all(each)


@given(query=queries, one=leaves)
def test_what_matches_a_pattern_contains_its_literal(query: Query, one: Leaf) -> None:
    patterns = [term.condition for term in query.terms if isinstance(term.condition, Matches)]
    for each in patterns:
        assert each.literal in one.text or not re.search(each.pattern, one.text)


@given(pattern=st.text(alphabet="ab*", max_size=6), text=st.text(alphabet="ab", max_size=8))
def test_a_star_is_any_text(pattern: str, text: str) -> None:
    assert wildcard_fits(pattern, text) is fnmatch.fnmatchcase(text, pattern)


@given(
    pattern=st.lists(st.sampled_from(["a", "b", "*", "**"]), max_size=5),
    steps=st.lists(st.sampled_from("ab"), max_size=5),
)
def test_two_stars_are_any_steps(pattern: list[str], steps: list[str]) -> None:
    parts = {"**": r"(?:\w/)*", "*": r"\w/"}
    expected = re.fullmatch(
        "".join(parts.get(each, f"{each}/") for each in pattern),
        "".join(f"{each}/" for each in steps),
    )
    assert steps_fit(pattern, steps) is bool(expected)
