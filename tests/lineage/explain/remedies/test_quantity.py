from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.explain.remedies.quantity import number_of, within


@pytest.mark.parametrize(
    ("text", "number"),
    [("400m", Fraction(2, 5)), ("0.5", Fraction(1, 2)), ("1Gi", 2**30), ("1G", 10**9), ("2", 2),
     ("", None), ("Gi", None), ("1Zi", None), ("-1", None), ("1e3", None)],
)  # fmt: skip
def test_a_quantity_is_a_number(text: str, number: Fraction | None) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize(
    ("quantity", "least", "most", "expected"),
    [("50m", "100m", None, "100m"), ("50m", "0.01", "1", "50m"), ("64Mi", None, "32Mi", "32Mi"),
     ("64Mi", "lots", "more", "64Mi")],
)  # fmt: skip
def test_a_quantity_is_brought_within_its_bounds(
    quantity: str, least: str | None, most: str | None, expected: str
) -> None:
    assert within(quantity, least=least, most=most) == expected


@given(st.text(max_size=30))
def test_any_text_is_a_quantity_or_none(text: str) -> None:
    number_of(text)
