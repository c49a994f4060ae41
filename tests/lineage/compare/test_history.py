import pytest

from app.lineage.compare.history import varies_alike
from app.model.values import Json


@pytest.mark.parametrize(
    ("value", "good", "before"),
    [
        (40_200, 40_123, 40_456),
        (1.5, 1.0, 2.0),
        ("tmp-brave-otter", "tmp-calm-tiger", "tmp-wild-goose"),
        ("x/8fk2/y.json", "x/a01m/y.json", "x/a77q/y.json"),
        ("--rows=40200", "--rows=40123", "--rows=40456"),
    ],
)
def test_what_differed_before_too_is_expected_to(value: Json, good: Json, before: Json) -> None:
    assert varies_alike(value, good=good, before=before)


@pytest.mark.parametrize(
    ("value", "good", "before"),
    [
        (0, 40_123, 40_456),
        (3, 40_123, 40_456),
        (None, 40_123, 40_456),
        (True, False, True),
        (40_200, 40_123, 40_123),
        ("tmp-brave-otter", "tmp-calm-tiger", "tmp-calm-tiger"),
        (None, "tmp-calm-tiger", "tmp-wild-goose"),
        ("", "tmp-calm-tiger", "tmp-wild-goose"),
        ("tmp-", "tmp-calm-tiger", "tmp-wild-goose"),
        ("None", "tmp-calm-tiger", "tmp-wild-goose"),
        ("tmp-BRAVE-42", "tmp-calm-tiger", "tmp-wild-goose"),
        ("--rows=0", "--rows=40123", "--rows=40456"),
        ("x/8fk2/z.json", "x/a01m/y.json", "x/a77q/y.json"),
        ("1", 1, 2),
    ],
)
def test_what_is_of_another_kind_is_news(value: Json, good: Json, before: Json) -> None:
    assert not varies_alike(value, good=good, before=before)
