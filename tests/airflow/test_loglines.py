import json
from collections.abc import Iterator
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from app.airflow.loglines import FIRST, LAST, TELLING, kept_lines


def lines(*events: dict[str, object]) -> bytes:
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def plain(count: int) -> list[dict[str, object]]:
    return [{"event": f"line {number}", "level": "info"} for number in range(count)]


def test_a_short_log_is_kept_whole_and_in_order() -> None:
    kept = kept_lines([lines(*plain(250))])
    assert [line.event for line in kept] == [f"line {number}" for number in range(250)]


def test_of_a_long_log_the_ends_and_the_telling_lines_are_kept() -> None:
    events = plain(10_000)
    events[5_000] = {"event": "it broke", "level": "error"}
    events[6_000] = {"event": "xcom result file is empty.", "level": "info"}
    kept = [line.event for line in kept_lines([lines(*events)])]
    assert len(kept) == FIRST + 2 + LAST
    assert kept[FIRST : FIRST + 2] == ["it broke", "xcom result file is empty."]
    assert kept[-1] == "line 9999"


def test_ten_thousand_errors_do_not_fill_the_store() -> None:
    events: list[dict[str, object]] = [
        {"event": str(number), "level": "error"} for number in range(10_000)
    ]
    assert len(kept_lines([lines(*events)])) == FIRST + TELLING + LAST


def test_an_endless_log_is_read_to_a_bound() -> None:
    piece = lines({"event": "x" * 60_000, "level": "info"})
    read = []

    def pieces() -> Iterator[bytes]:
        while True:
            read.append(len(piece))
            yield piece

    kept_lines(pieces())
    assert sum(read) < 70_000_000


def test_a_line_without_end_is_cut() -> None:
    kept = kept_lines(islice(iter(lambda: b"x" * 65_536, None), 100))
    assert all(len(line.event or "") <= 1_000_000 for line in kept)


def test_what_is_not_json_is_kept_as_text() -> None:
    assert [line.event for line in kept_lines([b"plain\n[1]\n\n"])] == ["plain", "[1]"]


@given(st.lists(st.binary(max_size=50)))
def test_pieces_may_break_anywhere(pieces: list[bytes]) -> None:
    assert kept_lines(pieces) == kept_lines([b"".join(pieces)])
