"""How many bits of chance a text is: words, dates and round numbers are few, the rest many."""

from dataclasses import replace

import pytest

from app.lineage.likeness.rarity import Rarities, shape, undated
from tests.build import RUN, make_facts, make_run


def bits(text: str) -> tuple[int, int]:
    found = Rarities(make_facts()).of(text)
    return round(found.bits), round(found.telling)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (0, 0)), ("a", (3, 0)), ("orders", (7, 0)), ("analytics.orders_clean", (21, 0)),
        ("s3://orders", (7, 0)), ("7", (3, 3)), ("48213", (17, 17)), ("48000", (7, 7)),
        ("00042", (7, 7)), ("7777777", (3, 3)), ("123456", (3, 3)), ("2026", (0, 0)),
        ("2026-11-20", (0, 0)), ("20261120", (0, 0)), ("1763618400", (0, 0)),
        ("1763618427", (33, 33)), ("v12", (3, 0)), ("k8s", (9, 3)), ("x7k2p", (21, 21)),
        ("arn:aws:iam::481516234299:role/loader", (28, 0)), ("vpc-0b98a272e", (0, 0)),
        ("geo_tiles", (0, 0)), ("a***b", (0, 0)), (RUN.run_id, (10, 10)), ("東京", (12, 12)),
    ],
)  # fmt: skip
def test_bits_and_those_that_are_no_words(text: str, expected: tuple[int, int]) -> None:
    assert bits(text) == expected


def test_what_was_given_with_the_run_is_not_rare() -> None:
    facts = replace(make_facts(), run=make_run(conf={"batch": ["x7k2p"]}))
    assert Rarities(facts).of("x7k2p").bits == 0


def test_a_document_is_as_rare_as_its_different_leaves_together() -> None:
    assert round(Rarities(make_facts()).of_value({"a": "x7k2p", "b": ["x7k2p", 48_213]}).bits) == 38


def test_texts_that_differ_in_digits_or_dates_alone_are_alike() -> None:
    assert shape("part-0041") == shape("part-7302") != shape("part-730")
    assert undated("s3://a/2026-11-20/b", "") == undated("s3://a/2026-11-21/b", "")
    assert undated("a/one/b", "one") == undated("a/two/b", "two")
