"""Flows that only the values tell; nothing short, common or ambiguous tells anything."""

import pytest

from app.lineage.infer import is_telling
from tests.lineage.scenario import Scenario, check

TELLING = "s3://lab/alpha-7/part-7"


def test_a_rare_value_is_recognised_where_the_source_is_silent() -> None:
    check(
        Scenario(
            gave={"make": {"k": TELLING}}, got={"use": {"arguments": [f"--in={TELLING}", "x"]}}
        ),
        flows="make['k'] -> use.arguments[0] [5:28] inferred",
    )


def test_a_value_that_two_places_gave_tells_nothing() -> None:
    check(Scenario(gave={"a": TELLING, "b": TELLING}, got={"use": {"arguments": [TELLING]}}))


def test_a_value_of_a_task_that_is_not_upstream_tells_nothing() -> None:
    check(Scenario(gave={"a": TELLING}, got={"use": {"arguments": [TELLING]}}, apart=("a",)))


def test_a_value_inside_a_longer_word_tells_nothing() -> None:
    check(Scenario(gave={"a": TELLING}, got={"use": {"arguments": [f"{TELLING}7"]}}))


def test_of_two_values_that_end_alike_the_longer_one_is_meant() -> None:
    check(
        Scenario(gave={"a": TELLING, "b": "alpha-7/part-7"}, got={"use": {"arguments": [TELLING]}}),
        flows="a -> use.arguments[0] [0:23] inferred",
    )


def test_a_field_of_which_the_source_speaks_is_left_to_it() -> None:
    source = f"""
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments=["{TELLING}"])
"""
    check(Scenario(source, gave={"make": {"k": TELLING}}, got={"use": {"arguments": [TELLING]}}))


@pytest.mark.parametrize(
    "text",
    [
        "42",
        "True",
        "",
        "default",
        "success",
        "2026-11-20",
        "aaaaaaaa-aaaa",
        "12345678901",
        "secret-***",
    ],
)
def test_a_common_value_tells_nothing(text: str) -> None:
    assert not is_telling(text)
    check(Scenario(gave={"make": text}, got={"use": {"arguments": [text]}}))


@pytest.mark.parametrize("text", [TELLING, "order-2291-b", "v2.18.0-rc1", "Zürich-東京-🎈"])
def test_a_rare_value_tells_something(text: str) -> None:
    assert is_telling(text)
