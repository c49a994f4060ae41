"""A poller killed at random moments, beside the chosen ones of tests/whole/test_kill.py."""

import pytest

from tests.faults.kills import kill_often
from tests.faults.seeds import seeds


@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", seeds(1))
def test_the_store_equals_airflow_after_kills_at_random_moments(seed: int, store_url: str) -> None:
    kill_often(store_url, times=6, seed=seed)
