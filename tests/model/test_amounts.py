from collections.abc import Callable

import pytest

from app.model.amounts import bytes_from, days_from


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("1000", 1_000),
        ("500MB", 500_000_000),
        ("10 GB", 10_000_000_000),
        ("1.5gb", 1_500_000_000),
        ("2GiB", 2_147_483_648),
        ("3 tb ", 3_000_000_000_000),
        ("64kib", 65_536),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert bytes_from(text) == size


@pytest.mark.parametrize(
    ("text", "days"),
    [("90", 90), ("90d", 90), ("36h", 1.5), ("2w", 14), ("1y", 365), ("0.5d", 0.5)],
)
def test_spans_of_time(text: str, days: float) -> None:
    assert days_from(text) == days


@pytest.mark.parametrize("read", [bytes_from, days_from])
@pytest.mark.parametrize("text", ["", "much", "-1", "10 parsecs", "1e9", "GB", "10GB more", "nan"])
def test_what_is_no_amount_is_refused_with_an_example(
    read: Callable[[str], float], text: str
) -> None:
    with pytest.raises(ValueError, match="such as"):
        read(text)
