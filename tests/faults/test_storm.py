"""Whatever stands between us and Airflow does to answers, the mirror gets there.

`SEED=17 python -m pytest tests/faults` throws one seed again; `make soak` throws hundreds.
"""

import pytest

from app.store.session import Store
from tests.faults.seeds import seeds
from tests.faults.storm import weather


@pytest.mark.parametrize("seed", seeds(8))
def test_the_store_equals_airflow_when_quiet_returns(seed: int, store: Store) -> None:
    assert weather(store, seed=seed)["nothing"] > 0
