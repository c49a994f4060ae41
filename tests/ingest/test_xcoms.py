from datetime import timedelta

from app.airflow.payloads import XComItem, XComValue
from app.ingest.xcoms import xcom_key
from app.model.facts import XCom, XComKey
from app.model.ids import TaskInstanceKey
from app.model.values import Json
from tests.build import START
from tests.masked import xcom_from

AT = XComKey(TaskInstanceKey("etl", "r1", "extract", 2), "return_value", START)


def test_a_row_of_the_index_is_an_address() -> None:
    item = XComItem("etl", "r1", "extract", 2, "return_value", START)
    assert xcom_key(item) == AT


def test_a_row_without_a_time_is_no_version() -> None:
    assert xcom_key(XComItem("etl", "r1", "extract", 2, "return_value")) is None


def test_a_value_is_masked_and_keeps_its_size() -> None:
    read = XComValue(START, {"password": "hunter2"}, size=23)
    assert xcom_from(AT, read) == XCom(AT, {"password": "***"}, size=23)


def test_a_value_pushed_again_meanwhile_is_the_newer_version() -> None:
    later = START + timedelta(seconds=1)
    assert xcom_from(AT, XComValue(later, 1, size=1)).at.timestamp == later


def test_a_value_without_a_time_of_its_own_has_that_of_the_index() -> None:
    assert xcom_from(AT, XComValue(None, 1, size=1)).at == AT


def test_a_value_nested_too_deeply_is_told_and_not_walked() -> None:
    value: Json = "bottom"
    for _ in range(900):
        value = [value]
    assert xcom_from(AT, XComValue(START, value, size=1806)) == XCom(
        AT, "(nested deeper than 100 levels: not kept)", size=1806, truncated=True
    )
