import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.explain.remedies.label import allowed_label

TEXT = 'metadata.labels: Invalid value: "{}": a valid label must be an empty string or consist of'


@pytest.mark.parametrize(
    ("value", "expected"),
    [("s3://b/x y", "s3-b-x-y"), ("a" * 70, "a" * 63), ("-x-", "x"), ("//", None)],
)
def test_a_refused_label_is_told_as_kubernetes_takes_it(value: str, expected: str | None) -> None:
    assert allowed_label(TEXT.format(value)) == expected


@given(st.text())
def test_whatever_was_refused_the_label_is_valid(value: str) -> None:
    label = allowed_label(TEXT.format(value))
    assert label is None or re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?", label)
