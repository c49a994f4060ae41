import re
from pathlib import Path

import pytest

from app.query.parsing import MOST_CHARACTERS, MOST_TERMS, parse
from app.query.scopes import EXAMPLES
from app.query.terms import Contains, Query, Term
from app.query.writing import written
from tests.query.words import NOW

PAGE = (Path(__file__).parents[2] / "docs" / "search.md").read_text()
FIRST_CELLS = re.findall(r"^\| (`.*?) \| ", PAGE, re.MULTILINE)
TERMS = [term for cell in FIRST_CELLS for term in re.findall(r"`([^`]+)`", cell)]


@pytest.mark.parametrize("text", TERMS)
def test_every_term_that_is_told_is_read(text: str) -> None:
    query = parse(text, now=NOW)
    assert query.terms
    assert parse(written(query), now=NOW) == query


@pytest.mark.parametrize(
    "text", ["/dt=2026-11-20", "year=2026/month=11", "dt=2026-11-20/part-0.parquet", "v=1&x=2"]
)
def test_what_is_said_to_be_text_is_text(text: str) -> None:
    assert f"`{text}`" in PAGE
    assert parse(text, now=NOW) == Query((Term(Contains(text)),))


def test_the_page_names_every_word_and_limit() -> None:
    grammar = PAGE.partition("```ebnf")[2].partition("```")[0]
    assert [word for word in EXAMPLES if f'"{word}' not in grammar] == []
    assert f"{MOST_CHARACTERS:,} characters and {MOST_TERMS} terms" in PAGE
