import pytest

from app.lineage.compare.compare import compare
from app.lineage.compare.comparison import Comparison
from app.model.values import Json
from app.web.compare_words import first_sentence, shown
from tests.lineage.compare.given import BAD, GOOD, instance_of, make_side
from tests.lineage.compare.given import both as compared


def told(comparison: Comparison) -> str:
    return "".join(piece.text for piece in first_sentence(comparison))


AS_BEFORE = "though it got the same as in the good run (success there)."


@pytest.mark.parametrize(
    ("left", "right", "sentence"),
    [
        ({"gave": {"uri": "s3://a"}}, {"gave": {"uri": None}},
         "First difference: extract gave uri = null; in the good run it was s3://a."),
        ({"gave": {"uri": "s3://a"}}, {"gave": {}},
         "First difference: extract did not give uri; in the good run it was s3://a."),
        ({"gave": {}}, {"gave": {"n": ""}},
         'First difference: extract gave n = ""; the good run does not have it.'),
        ({"got": {"env_vars": [{"name": "A", "value": "1"}]}},
         {"got": {"env_vars": [{"name": "A", "value": "2"}]}},
         "First difference: extract got env_vars.A = 2; in the good run it was 1."),
        ({"got": {}}, {"got": {}, "state": "failed"},
         f"First difference: extract failed, {AS_BEFORE}"),
        ({"got": {}}, {"state": "failed"},
         "First difference: extract failed; in the good run it ended as success."),
        ({}, {"state": "skipped"},
         "First difference: extract is skipped; in the good run it ended as success."),
        ({"gave": 1}, {"gave": 1}, "Nothing differs but what differs in every run."),
    ],
)  # fmt: skip
def test_the_first_difference_is_a_sentence(
    left: dict[str, Json], right: dict[str, Json], sentence: str
) -> None:
    assert told(compared("extract", left, right)) == sentence


def test_a_mapped_instance_is_named() -> None:
    sides = [
        make_side(run, instance_of(run, "load", map_index=3, name="eu", gave=n))
        for n, run in enumerate((GOOD, BAD))
    ]
    assert told(compare(*sides)).startswith("First difference: load [eu] gave return_value = 1;")


def test_a_long_value_shows_its_telling_end() -> None:
    assert shown("s3://bucket/" + "x" * 80 + "/y" * 20) == "…" + "/y" * 20
    assert shown([1, 2]) == "[1, 2]"
