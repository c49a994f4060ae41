from datetime import UTC, datetime

import pytest

from app.query.guide import GUIDE, Phrase
from app.query.parsing import parse

PHRASES = [phrase for chapter in GUIDE for phrase in chapter.phrases]


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.example)
def test_every_example_is_understood_and_begins_as_it_says(phrase: Phrase) -> None:
    assert parse(phrase.example, now=datetime(2026, 11, 26, tzinfo=UTC)).terms
    assert phrase.begins == "-" or phrase.example.startswith(phrase.begins)
    assert phrase.finds.count("`") % 2 == 0
