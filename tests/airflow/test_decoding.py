import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.airflow.decoding import decoded
from app.airflow.payloads import DagRunItem, XComEntry
from app.model.errors import BadAnswer

numbers = st.integers() | st.floats(allow_nan=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(values)
def test_any_value_is_read_exactly(value: object) -> None:
    text = json.dumps({"value": value}).encode()
    assert decoded(text, XComEntry, what="value").value == value


@given(st.binary())
def test_any_bytes_give_a_value_or_a_bad_answer(text: bytes) -> None:
    with suppress(BadAnswer):
        assert isinstance(decoded(text, DagRunItem, what="run"), DagRunItem)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "Airflow's run cannot be read"),
        (b"[", "cannot be read"),
        (b"[1]", "Expected `object`"),
        (b'{"start_date": "yesterday"}', r"\$\.start_date"),
        (b"\x80abc", "it is not JSON text"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_place(text: bytes, reason: str) -> None:
    with pytest.raises(BadAnswer, match=reason):
        decoded(text, DagRunItem, what="run")


def test_fields_that_are_missing_or_null_are_no_reason_to_fail() -> None:
    run = decoded(b'{"dag_id": "a", "dag_versions": null, "more": 1}', DagRunItem, what="run")
    assert run == DagRunItem(dag_id="a")
