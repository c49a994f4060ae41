import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.compare.own import Own, is_own, own_of
from tests.lineage.compare.given import BAD, GOOD, make_side

LEFT = own_of(make_side(GOOD).run).of(try_number=1, pods=["plan-x7k2p9"])
RIGHT = own_of(make_side(BAD).run).of(try_number=2, pods=["plan-q0w1e2"])
OURS = (LEFT, RIGHT)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        # The run's id, as it is and as labels, URLs and pod names spell it.
        (f"s3://a/{GOOD.run_id}/x", f"s3://a/{BAD.run_id}/x"),
        ("scheduled__2026-11-20T0600000000", "scheduled__2026-11-21T0600000000"),
        ("r=scheduled__2026-11-20T06%3A00%3A00%2B00%3A00",
         "r=scheduled__2026-11-21T06%3A00%3A00%2B00%3A00"),
        # Dates as far from the run's own.
        ("s3://a/2026-11-20/x", "s3://a/2026-11-21/x"),
        ("s3://a/20261119/x", "s3://a/20261120/x"),
        ("s3://a/2026/11/20/x", "s3://a/2026/11/21/x"),
        ("year=2026/month=11/day=20", "year=2026/month=11/day=21"),
        ("from 2026-01-01 to 2026-11-20", "from 2026-01-01 to 2026-11-21"),
        ("2026-11-20T06:00:00+00:00", "2026-11-21T06:00:00+00:00"),
        ("20261120T060000", "20261121T060000"),
        # Moments while the run was under way, however far from its start.
        ("at 2026-11-20T06:03:12.123Z", "at 2026-11-21T06:17:55Z"),
        ("at 1795154592", "at 1795241000.5"),
        # The try and the pod.
        ("s3://a/try-1/x", "s3://a/try-2/x"),
        ("attempt=1", "attempt=2"),
        ("log of plan-x7k2p9", "log of plan-q0w1e2"),
    ],
)  # fmt: skip
def test_words_of_the_run_itself_are_expected_to_differ(left: str, right: str) -> None:
    assert is_own(left, right, OURS) == (True, False)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        # The date of another day than its run's: a stale value.
        ("s3://a/2026-11-20/x", "s3://a/2026-11-20T/x"),
        ("s3://a/2026-11-20/x", "s3://a/2026-11-19/x"),
        ("s3://a/2026-11-20/x", "s3://b/2026-11-21/x"),
        ("2026-11-20T06:00:00Z", "2026-11-20T06:00:00Z "),
        ("at 2026-11-20T06:03:00Z", "at 2026-11-20T06:04:00Z"),
        ("zoom=1", "zoom=2"),
        ("try-1", "try-3"),
        ("rows=40", "rows=41"),
        ("s3://a/2026-11-20/x", ""),
        ("2026-99-20", "2026-99-21"),
        ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_all_else_is_news(left: str, right: str) -> None:
    assert is_own(left, right, OURS) == (False, False)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("0b1f9f5e-7a3c-4f0a-9d0e-1c2d3e4f5a6b", "9c8b7a6d-1111-4222-8333-444455556666"),
        ("sha256-9f86d081884c7d65", "sha256-2c26b46b68ffc68f"),
    ],
)
def test_hashes_are_told_apart_from_them(left: str, right: str) -> None:
    assert is_own(left, right, OURS) == (True, True)


def test_the_words_are_taken_out_of_a_text() -> None:
    assert LEFT.plain(f"{GOOD.run_id} 2026-11-20") == RIGHT.plain(f"{BAD.run_id} 2026-11-21")
    assert LEFT.plain("2026-11-20") != RIGHT.plain("2026-11-20")
    assert LEFT.plain("zoom=3") == "zoom=3"


def test_a_run_without_dates_has_its_id_alone() -> None:
    bare = Own((), (None, None, None), None, None)
    assert is_own("2026-11-20", "2026-11-21", (bare, bare)) == (False, False)
    assert is_own("at 1795154592", "at 1795154593", (bare, bare)) == (False, False)


@given(st.text(alphabet="0123456789-:TZ_/abcdef.+ try", max_size=80))
def test_no_text_differs_from_itself_or_breaks_it(text: str) -> None:
    assert is_own(text, text, (LEFT, LEFT)) == (True, False)
    assert "".join(token for _, token in LEFT.tokens(text)) == text
    LEFT.plain(text)


def test_a_long_text_takes_little_time() -> None:
    assert is_own("9" * 500_000, "8" * 500_000, OURS) == (False, False)
    assert is_own("a1-" * 30_000, "a2-" * 30_000, OURS) == (False, False)
