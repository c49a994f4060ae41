"""Masks, and what may be known of what they hide."""

import pytest

from app.model.masks import (
    COMMON,
    at_bare_masks,
    digest_length,
    has_bare_mask,
    is_mask,
    opened,
    plain,
    was_number,
    without_digests,
)

DIGEST = "***a1b2c3d4e5f6"


@pytest.mark.parametrize(
    "value", ["***", DIGEST, "***#a1b2c3d4e5f6", "***a1b2c3d4", "***" + "ab" * 8]
)
def test_a_mask_alone_is_one(value: str) -> None:
    assert is_mask(value)


@pytest.mark.parametrize(
    "value", [None, 3, "", "**", "a***", "***a1b2c3d4e5f", "***A1B2C3D4E5F6", "*** "]
)
def test_anything_else_is_none(value: str | int | None) -> None:
    assert not is_mask(value)


def test_behind_a_bare_mask_may_be_anything_and_a_digest_is_a_text() -> None:
    assert has_bare_mask(f"{DIGEST} ***")
    assert not has_bare_mask(DIGEST)
    assert opened(f"a ***, {DIGEST}", "?") == f"a ?, {DIGEST}"
    assert at_bare_masks(f"a ***, {DIGEST}***") == ["a ", "***", f", {DIGEST}", "***", ""]
    # What Airflow masked may stand before letters of its own.
    assert has_bare_mask("***a1b2c3d4e5f6789")


def test_a_digest_tells_of_a_number_and_how_rare_its_text_is() -> None:
    assert (was_number(DIGEST), was_number("***#a1b2c3d4"), was_number("***")) == (
        False,
        True,
        None,
    )
    assert digest_length(f"{DIGEST} ***a1b2c3d4") == COMMON
    assert digest_length("***") == 0
    assert plain("***#a1b2c3d4") == "***a1b2c3d4"
    assert without_digests(f"https://me:{DIGEST}@host") == "https://me: @host"
