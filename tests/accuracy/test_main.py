"""What is printed of a measurement."""

import json
from pathlib import Path

from tests.accuracy.__main__ import Measured, lines, numbers
from tests.accuracy.score import Pull, score
from tests.accuracy.truth import Truth

PULL = Pull("d", "consumer_x", "image", "jinja", "d", "producer_x", "return_value", ())


def measurement(*, errors: tuple[str, ...] = ()) -> Measured:
    truth = Truth(Path("file_x.py"), {PULL: None}, {"d": ("consumer_x",)}, errors, ())
    return Measured("3", truth, None if errors else score(truth.pulls, [], ""))


def test_what_is_missed_is_named_with_its_file() -> None:
    text = "\n".join(lines([measurement()], totals=False))
    assert "file_x.py (Airflow 3): recall 0.0% (0/1), precision - (0/0)" in text
    assert "missed d.consumer_x image <- jinja d.producer_x" in text


def test_a_file_that_airflow_cannot_import_is_told_and_not_counted() -> None:
    text = "\n".join(lines([measurement(), measurement(errors=("KeyError: 'x'",))], totals=False))
    assert "not imported: KeyError: 'x'" in text
    assert "Airflow 3: 1 files, 1 not imported" in text


def test_totals_name_no_file_and_no_pull() -> None:
    found = [measurement(), measurement(errors=("KeyError: 'x'",))]
    text = "\n".join(lines(found, totals=True)) + json.dumps(numbers(found, totals=True))
    assert "recall" in text
    assert "_x" not in text
    assert "KeyError" not in text
