from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.ids import NOT_MAPPED
from app.web import text

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0.0 s"),
        (0.42, "0.4 s"),
        (18, "18 s"),
        (59.6, "1 m 00 s"),
        (246, "4 m 06 s"),
        (4320, "1 h 12 m"),
        (3599.9, "1 h 00 m"),
        (100_000, "1 d 3 h"),
    ],
)
def test_a_duration_has_two_units_at_most(seconds: float, words: str) -> None:
    assert text.duration(seconds) == words


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (4, "4 s ago"),
        (1320, "22 min ago"),
        (21_700, "6 h ago"),
        (200_000, "2 d ago"),
        (-90, "in 1 min"),
    ],
)
def test_a_moment_is_rough_to_read_and_exact_to_point_at(before: int, words: str) -> None:
    moment = text.ago(NOW - timedelta(seconds=before), NOW)
    assert moment is not None
    assert moment.text == words
    assert moment.exact.endswith(" UTC")


def test_no_moment_is_told_where_none_is_known() -> None:
    assert text.ago(None, NOW) is None
    assert text.clock(None) is None
    assert text.between(None, NOW) == ""


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 B"), (999, "999 B"), (2400, "2.4 kB"), (50_000_000, "50 MB"), (10**15, "1000 TB")],
)
def test_sizes_are_decimal(number: int, words: str) -> None:
    assert text.size(number) == words


def test_a_path_shows_its_telling_end_and_a_text_its_beginning() -> None:
    assert text.telling_end("s3://geo/tiles/2026/tiles.parquet", 16) == "…/tiles.parquet"
    assert text.telling_end("a very long sentence that goes on", 10) == "a very lo…"


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=8))
def test_a_preview_never_takes_more_room_than_it_has(value: object) -> None:
    shown = text.preview(value, room=20)  # type: ignore[arg-type]  # any JSON value
    assert len(shown.text) <= 20


def test_a_huge_value_is_carried_only_as_far_as_a_page_can() -> None:
    shown = text.preview("x" * 50_000)
    assert len(shown.whole) < 21_000
    assert "30\N{NARROW NO-BREAK SPACE}000 characters more" in shown.whole


def test_a_state_we_do_not_know_is_drawn_as_none_in_its_own_word() -> None:
    assert text.state_look("success").glyph == "success"
    assert text.state_look("deferred").glyph == "waiting"
    assert text.state_look(None).word == "no state yet"
    look = text.state_look('"><script>')
    assert (look.css, look.glyph, look.word) == ("none", "none", '"><script>')


def test_an_address_is_shown_without_its_password() -> None:
    assert text.address("https://me:secret@airflow.test:8080/x") == "https://airflow.test:8080/x"


def test_counts_read_as_people_say_them() -> None:
    assert text.count(0, "DAG") == "no DAGs"
    assert text.count(1, "pass", "passes") == "1 pass"
    assert text.count(1_284_930, "value") == "1\u202f284\u202f930 values"


def test_a_number_stands_beside_several_alone() -> None:
    assert [text.times(number) for number in (1, 3)] == ["", "\N{MULTIPLICATION SIGN}3"]


def test_a_map_index_stands_behind_mapped_tasks_alone() -> None:
    assert [text.mapped(index) for index in (NOT_MAPPED, 0)] == ["", " [0]"]
