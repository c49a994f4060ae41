import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import NotUnderstood
from app.query.parsing import parse
from app.query.terms import Begins, Contains, Is, Matches, Query, Term
from app.query.writing import written
from tests.query.words import LETTERS, NOW, queries


@given(query=queries)
def test_a_search_is_read_from_what_is_written(query: Query) -> None:
    assert parse(written(query), now=NOW) == query


@given(text=st.text(alphabet=LETTERS + "dagskeypathinre[]{}()", max_size=30) | st.text())
def test_any_text_is_refused_at_a_place_in_it_or_means_the_same_when_written_back(
    text: str,
) -> None:
    query = _read(text)
    assert query is None or parse(written(query), now=NOW) == query


def _read(text: str) -> Query | None:
    try:
        return parse(text, now=NOW)
    except NotUnderstood as error:
        if not 0 <= error.position <= len(text):
            raise
        return None


@pytest.mark.parametrize(
    "text",
    [
        "parquet -dag:geo_* since:7d in:env",
        "s3://lake/* 'two words' \"exactly this\"",
        "rows>1000 path:rows[3].uri key:return_value",
        r"re:/part-\d+/ re:/s3://lake/x/ re:/a\/ bcd/",
        'state:failed until:"2026-11-01 12:30"'.replace('"', "'"),
    ],
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert written(parse(text, now=NOW)) == text


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (Term(Contains("it's")), "it's"),
        (Term(Contains("a\u00a0b")), r"'a\u00a0b'"),
        (Term(Contains("a\nb")), r"'a\nb'"),
        (Term(Contains("C:\\x y")), r"'C:\\x y'"),
        (Term(Contains("-x"), is_negated=True), "-'-x'"),
        (Term(Contains(">x"), is_negated=True), "-'>x'"),
        (Term(Contains("a=b")), "'a=b'"),
        (Term(Is('say "x"')), r'"say \"x\""'),
        (Term(Begins("two words")), '"two words"*'),
        (Term(Matches("(?i)part", "part")), "re:/(?i)part/"),
    ],
)
def test_quotes_and_escapes_stand_only_where_they_are_needed(term: Term, text: str) -> None:
    assert written(Query((term,))) == text
    assert parse(text, now=NOW) == Query((term,))
