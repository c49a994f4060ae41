from dataclasses import replace

import pytest

from app.model.leaves import Leaf
from app.model.values import Json
from app.query.matching import matches
from app.query.parsing import parse
from app.web.search_advice import examples, wider
from tests.build import START
from tests.web.test_search_results import given, got


def of(value: Json, leaf: Leaf) -> Leaf:
    return replace(leaf, value=value, text=value if isinstance(value, str) else str(value))


LEAVES = (
    of("plain", given(path=("rows", 3, "uri"))),
    of("s3://lake/z14/tiles.parquet", given(path=("uri",))),
    of(42, given(path=("stats", "rows"))),
    replace(got("PATH_IN"), state="failed"),
)


def test_there_is_an_example_of_each_sort() -> None:
    assert [one.words for one in examples(LEAVES)] == [
        "tiles.parquet",
        "path:uri",
        "rows>=42",
        "dag:geo_tiles task:extract in:xcom",
        "dag:geo_tiles in:env",
        "state:failed",
    ]
    assert examples(()) == ()


def test_every_example_finds_one_of_the_values_it_was_made_of() -> None:
    for one in examples(LEAVES):
        query = parse(one.words, now=START)
        assert any(matches(query, leaf) for leaf in LEAVES), one.words


def test_values_that_make_no_example_make_none() -> None:
    odd = (of(True, given(path=(0,))), of("x" * 99, given(path=(0,))), of(None, given(path=())))
    assert not {one.says for one in examples(odd)} & {
        "numbers from this on, under that name",
        "values in which this stands",
    }


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ('"a.parquet"', ["a.parquet"]),
        ("s3://lake/*", ["s3://lake/"]),
        ("dag:geo", ["dag:*geo*"]),
        ("dag:geo_*", []),
        ("-dag:geo", []),
        ("state:failed", []),
        ("path:a.b", ["path:**.a.b.**"]),
        ('""', []),
        ("plan_area", ["key:*plan_area*", "task:*plan_area*", "dag:*plan_area*"]),
        ("-plan_area", []),
        ('"two words"', ["'two words'"]),
        ('dag:geo "a"', ['dag:*geo* "a"', "dag:geo a", "dag:*geo* a", '"a"', "dag:geo"]),
        ("x since:1d", ["since:1d", "x"]),
        ("v=a31", ["'v=a31'"]),
        ("-v=a31", []),
    ],
)
def test_what_finds_more_is_offered(typed: str, expected: list[str]) -> None:
    assert [one.words for one in wider(parse(typed, now=START))] == expected


def test_not_more_than_a_few_are_offered() -> None:
    assert len(wider(parse(" ".join(f"t{n}" for n in range(20)), now=START))) == 5
