from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.leaves import Place
from app.query.scalars import moment, number, within
from app.query.terms import Within


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1000", 1000.0),
        ("-1.5e3", -1500.0),
        ("007", None),
        ("1_000", None),
        ("٣", None),
        ("1e400", None),
        ("nan", None),
        ("1 ", None),
        ("1" * 41, None),
        ("", None),
    ],
)
def test_a_number_is_what_json_writes(text: str, value: float | None) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T12:30", datetime(2026, 11, 1, 12, 30, tzinfo=UTC)),
        ("2026-11-01 12:30:05Z", datetime(2026, 11, 1, 12, 30, 5, tzinfo=UTC)),
        ("2026-11-01T12:30:05.25+02:00", datetime(2026, 11, 1, 10, 30, 5, 250_000, tzinfo=UTC)),
        ("2026-11-01T12:30+0200", datetime(2026, 11, 1, 10, 30, tzinfo=UTC)),
        ("2026-13-01", None),
        ("0001-01-01T00:00+23:00", None),
        ("20261101", None),
        ("2026-W45-1", None),
        ("on 2026-11-01", None),
    ],
)
def test_a_moment_is_a_date_or_a_datetime(text: str, value: datetime | None) -> None:
    assert moment(text) == value


@given(text=st.text(alphabet="0123456789-:T +.Ze_", max_size=45))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert number(text) is None or moment(text) is None


@pytest.mark.parametrize(
    ("place", "name", "expected"),
    [
        (Place.XCOM, "env_vars", Within.XCOM),
        (Place.FIELD, "env_vars", Within.ENV),
        (Place.FIELD, "env", Within.ENV),
        (Place.FIELD, "arguments", Within.ARGS),
    ],
)
def test_a_leaf_is_in_one_place(place: Place, name: str, expected: Within) -> None:
    assert within(place, name) is expected
