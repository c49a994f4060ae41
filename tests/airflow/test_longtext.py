import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.airflow.longtext import read_text, readable, shown, value_in

BEFORE = b'{"key":"k","timestamp":"2026-11-20T06:00:00Z","value":'


@given(
    value=st.text(min_size=300),
    cuts=st.lists(st.integers(1, 200), min_size=1),
    spaces=st.sampled_from(["", " ", "\n"]),
)
def test_the_hash_is_of_the_values_own_text_however_it_arrives(
    value: str, cuts: list[int], spaces: str
) -> None:
    text = json.dumps({"value": value}).encode()
    answer = BEFORE + spaces.encode() + text + spaces.encode() + b"}" + spaces.encode()
    pieces: list[bytes] = []
    at = 0
    while at < len(answer):
        size = cuts[len(pieces) % len(cuts)]
        pieces.append(answer[at : at + size])
        at += size
    read = read_text(pieces, limit=200, length=None)
    assert read.is_long
    assert read.sha256 == sha256(text).hexdigest()
    assert text.startswith(value_in(read.head).rstrip(b"}\n ")) or len(text) < 4_000


def test_a_short_answer_is_read_whole_and_has_no_hash() -> None:
    read = read_text([BEFORE, b"1}"], limit=200, length=None)
    assert (read.head, read.is_long, read.sha256) == (BEFORE + b"1}", False, None)


@pytest.mark.parametrize(
    "answer",
    [
        b'{"value":"' + b"x" * 500 + b'","timestamp":"2026-11-20T06:00:00Z"}',
        b"x" * 500,
    ],
)
def test_where_the_value_ends_is_not_guessed(answer: bytes) -> None:
    read = read_text([answer[:250], answer[250:]], limit=200, length=None)
    assert (read.is_long, read.sha256) == (True, None)


def test_of_a_huge_one_the_size_is_what_the_headers_tell() -> None:
    pieces = [BEFORE + b'"', *[b"x" * 1_000_000] * 100]
    read = read_text(pieces, limit=200, length=100_000_100)
    assert (read.size, read.sha256) == (100_000_100, None)
    assert len(read.head) < 10_000


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (r'["ab\ud83d\ude00 \u0437\u0430", 1]', '["ab😀 за", 1]'),
        (
            r'"a\\ud83d \n \u0007 \u003c"',
            r'"a\\ud83d \n \u0007 \u003c"',
        ),  # Escapes that JSON needs.
        (r"\udc00 alone", r"\udc00 alone"),
        (r"ab\ud83d\ude0", "ab"),  # Cut in the second half of a pair, between them, in any other.
        (r"ab\ud83d\u", "ab"),
        (r"ab\ud83d", "ab"),
        (r"ab\u04", "ab"),
        ("ab\\", "ab"),
        (r"ab\\", r"ab\\"),
    ],
)
def test_letters_are_told_as_themselves_and_none_is_cut_in_two(text: str, told: str) -> None:
    assert readable(text) == told


def test_a_long_value_never_ends_in_half_a_letter() -> None:
    assert shown("ä😀".encode()[:-1], size=9, digest=None).value == "ä"
    assert shown(rb'"\u00e4\ud83d\ude', size=9, digest=None).value == '"ä'
