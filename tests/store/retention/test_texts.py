"""The index of texts while runs come and go, as over weeks."""

import pytest

from app.model.retention import Retention
from tests.store.conftest import BOTH
from tests.store.retention.runs import Past
from tests.store.retention.texts import found_ids


def index_bytes(past: Past) -> int:
    with past.store.reading() as session:
        found = session.exec_driver_sql("SELECT sum(length(block)) FROM leaf_trigram_data")
        return int(found.scalar_one())


@pytest.mark.parametrize("store_url", BOTH[:1], indirect=True)
def test_it_does_not_grow_with_what_was_deleted(past: Past) -> None:
    sizes = []
    for week in range(4):
        for number in range(week * 5, week * 5 + 5):
            past.run(number, value=[f"s3://{number}/{n:05}.parquet" for n in range(100)])
        past.prune(Retention(days=1000.5 - week * 5))
        sizes.append(index_bytes(past))
    assert max(sizes[1:]) < sizes[0] * 1.3
    assert len(past.kept()) == 5
    assert found_ids(past, "s3://17/00042.parquet") == ["r17"]
    assert found_ids(past, "s3://3/00042.parquet") == []
