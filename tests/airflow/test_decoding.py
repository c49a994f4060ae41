import json
import subprocess
import sys
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


_LEARN_AT_ONCE = """
import sys, threading
import msgspec
from app.airflow.decoding import decoded

sys.setswitchinterval(1e-6)
TEXT = b'{"items": [' + b",".join([b'{"id": "a", "tags": ["x"]}'] * 50) + b"]}"

def read(page, start):
    start.wait()
    decoded(TEXT, page, what="page")

for number in range(60):
    fields = [(f"f{n}", int | None, None) for n in range(20)] + [("tags", tuple[str, ...], ())]
    item = msgspec.defstruct(f"Item{number}", fields)
    page = msgspec.defstruct(f"Page{number}", [("items", tuple[item, ...], ())])
    start = threading.Barrier(4)
    threads = [threading.Thread(target=read, args=(page, start)) for _ in range(4)]
    for one in threads: one.start()
    for one in threads: one.join()
"""


def test_threads_may_be_the_first_to_read_a_payload_at_once() -> None:
    # In a process of its own: where it goes wrong, the process is gone.
    child = subprocess.run([sys.executable, "-c", _LEARN_AT_ONCE], check=False)  # noqa: S603 - our own text
    assert child.returncode == 0
