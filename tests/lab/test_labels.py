"""The label values that the KubernetesPodOperator makes of ids, as provider 10.25.0 made them."""

import pytest

from tests.lab.lab import label_of


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("lab-1", "lab-1"),
        ("quality.rows", "quality.rows"),
        ("manual__2026-11-21T02:00:00+00:00", "manual__2026-11-21T0200000000-6932160c5"),
        ("_odd_", "odd-aed71ae98"),
        ("a b", "ab-0cc9cd4dd"),
        ("x" * 70, "x" * 53 + "-7d56c0f83"),
    ],
)
def test_an_id_becomes_the_label_that_the_provider_makes_of_it(text: str, label: str) -> None:
    assert label_of(text) == label
