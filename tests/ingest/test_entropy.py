"""What looks random, and what only looks a little like it."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingest.entropy import Entropy, without_random
from app.ingest.masking import SecretsMasked
from app.model.masks import MASK

HASHES = [
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "registry.example.com/etl/job@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "123e4567-e89b-12d3-a456-426614174000",
    "s3://lake/part-00017-9f2c41d0-7c1e-4d2a-9f2c-41d07c1e4d2a.c000.snappy.parquet",
]
READABLE = [
    "s3://lake-eu/etl/dt=2026-11-01/part-00017.parquet",
    "scheduled__2026-11-21T02:00:00+00:00",
    "manual__2026-11-21T02:00:00.123456+00:00",
    "arn:aws:iam::123456789012:role/EtlRunnerRole2",
    "projects/My-Project-12/locations/europe-west1/jobs/Load2026",
    "KubernetesPodOperatorRun2026Try15",
    "geo-tiles-daily-extract-tiles-7h3k2b1x",
    "/data/Landsat8/LC08_L1TP_193024_20261121_20261128_02_T1/LC08_L1TP_193024_20261121_B4.TIF",
    "org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat",
    "etl.example.com/Reports2026/Q4/SalesByRegion.xlsx",
]


def hidden(text: str, entropy: Entropy) -> str:
    return without_random(text, lambda _: MASK, entropy)


@pytest.mark.parametrize("text", HASHES)
def test_hashes_stay_unless_all_is_set(text: str) -> None:
    assert hidden(text, Entropy.TOKENS) == text
    assert MASK in hidden(text, Entropy.ALL)


@pytest.mark.parametrize("text", READABLE)
@pytest.mark.parametrize("entropy", Entropy)
def test_names_paths_and_ids_stay(text: str, entropy: Entropy) -> None:
    assert hidden(text, entropy) == text


def test_nearly_every_random_token_is_hidden() -> None:
    dice = random.Random(5)  # noqa: S311 - tokens of a test
    letters = string.ascii_letters + string.digits
    tokens = ["".join(dice.choices(letters, k=32)) for _ in range(1_000)]
    assert (
        sum(hidden(f"run {one} now", Entropy.TOKENS) == f"run {MASK} now" for one in tokens) > 940
    )


def test_it_is_off_until_it_is_set() -> None:
    token = "aZ3kQ9xT7mB2wR8pL5vN1cY4"
    assert SecretsMasked().value({"note": token}) == {"note": token}
    assert SecretsMasked(entropy="tokens").value({"note": token}) == {"note": MASK}


@given(st.text(alphabet="aZ3/+=-_ .@", max_size=200), st.sampled_from(Entropy))
def test_any_text_is_looked_at_without_an_error(text: str, entropy: Entropy) -> None:
    once = hidden(text, entropy)
    assert hidden(once, entropy) == once
