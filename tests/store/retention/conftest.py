"""The fixture `past`."""

import pytest

from app.store.session import Store
from tests.store.retention.runs import Past


@pytest.fixture
def past(store: Store, deployment_pk: int) -> Past:
    return Past(store, deployment_pk)
