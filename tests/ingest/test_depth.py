import pytest

from app.ingest.depth import DEEPEST, is_too_deep
from app.model.values import Json


@pytest.mark.parametrize(("levels", "expected"), [(0, False), (99, False), (100, True)])
def test_a_value_of_a_hundred_levels_is_too_deep(levels: int, *, expected: bool) -> None:
    assert DEEPEST == 100
    value: Json = 1
    for level in range(levels):
        value = {"in": value} if level % 2 else [value]
    assert is_too_deep(value) is expected
