"""Searches, made up: every kind of term, with texts that are hard to write and to find."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from app.query.patterns import SHORTEST_LITERAL
from app.query.terms import (
    At,
    Begins,
    Compared,
    Contains,
    In,
    Is,
    Matches,
    Named,
    Query,
    Scope,
    Sign,
    Since,
    Term,
    Until,
    Within,
)  # fmt: skip

NOW = datetime(2026, 11, 26, 3, 30, tzinfo=UTC)

#: Few letters, so that texts meet; and all that has a meaning somewhere between here and the disk.
LETTERS = "abAB01_-%*?\\'\"/.:=<>!& \n\t\x00\x1féИжи漢😀\u017f\u212a\u0131\u0130"
texts = st.text(alphabet=LETTERS, max_size=8) | st.sampled_from(
    ["s3://lake/dt=20/a.parquet", "dag:x", "a=b", "a==", "-x", "--date=5", "->", "re:/x/", "OR",
     "rows>1", "1000", "1e3", "2026-11-01", "true", "null", "dags:x", "*", "a*", "v=1&x=2", ""]
)  # fmt: skip
some_text = texts.filter(bool)
step = st.sampled_from(["a", "rows", "*", "**", "3", "0", "a b", "a.b", "ж", "a*"]) | some_text
steps = st.lists(step, min_size=1, max_size=3).map(tuple)
moments = st.timedeltas(timedelta(days=-700), timedelta(days=100)).map(lambda ago: NOW + ago)
names = (
    st.sampled_from(["success", "geo_daily", "*", "a*b", "return_value", "two words"]) | some_text
)
ordered = st.sampled_from([Sign.LESS, Sign.AT_MOST, Sign.MORE, Sign.AT_LEAST])
numbers = st.integers(-2000, 2000).map(float) | st.floats(-1e9, 1e9, width=32)
within = st.sampled_from(Within)

conditions = st.one_of(
    st.builds(Contains, some_text),
    st.builds(Is, texts),
    st.builds(Begins, some_text),
    st.builds(
        lambda text: Matches(_verbatim(text) + r"\w*", text),
        st.text(alphabet="abAB01ж_/ ", min_size=SHORTEST_LITERAL, max_size=6),
    ),
    st.builds(Named, st.sampled_from([each for each in Scope if each != Scope.STATE]), names),
    st.builds(Named, st.just(Scope.STATE), st.sampled_from(["success", "failed", "up_*"])),
    st.builds(At, steps),
    st.builds(Compared, steps, st.sampled_from([Sign.EQUAL, Sign.UNEQUAL]), texts | numbers),
    st.builds(Compared, steps, ordered, numbers | moments),
    st.builds(Since, moments),
    st.builds(Until, moments),
    st.builds(lambda ago: Since(NOW - timedelta(days=ago), f"{ago}d"), st.integers(0, 400)),
)
terms = st.builds(Term, conditions, st.booleans())
queries = st.builds(
    lambda found, places: Query((*found, *places)),
    st.lists(terms, max_size=4),
    st.lists(st.builds(Term, st.builds(In, within), st.booleans()), max_size=1),
)


def _verbatim(text: str) -> str:
    return text.replace(" ", "[ ]")
