"""A minute's part of what `make soak` does for an hour; memory needs the hour."""

import pytest

from tests.soak.soaking import soak


@pytest.mark.timeout(240)
def test_values_are_stored_soon_after_they_were_pushed() -> None:
    said: list[str] = []
    seen = soak(seconds=8.0, seed=1, tell=said.append, every=1.0)
    assert seen.is_equal
    assert len(seen.lags) > 0
    assert seen.lag_95 < 20
    assert "stored" in said[-1]
