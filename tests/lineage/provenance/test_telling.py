import pytest

from app.lineage.provenance.telling import is_telling
from tests.build import RUN


@pytest.mark.parametrize(
    "text",
    ["", "0", "true", "14", "128", "2048", "success", "None", "2026-11-20", "12345", "***",
     "s3://lake/***", "2026-11-20T06:00:00+00:00", RUN.dag_id, RUN.run_id],
)  # fmt: skip
def test_words_dates_short_numbers_and_masks_tell_nothing(text: str) -> None:
    assert not is_telling(text, RUN)


@pytest.mark.parametrize(
    "text", ["s3://lake/part-7f3a9c.parquet", "81230112", "z14/8461/5420", "extract-tiles-x7k2p"]
)
def test_paths_ids_and_long_numbers_tell_something(text: str) -> None:
    assert is_telling(text, RUN)
