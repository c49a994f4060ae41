"""What stands where a secret stood: `***`, and behind it a keyed digest where there is a key.

`***a1b2c3d4e5f6` stood for the same text wherever it stands; of a bare `***`, which Airflow writes
too, nobody knows what it stood for. `***#…` was a number. The longer a digest, the less chance puts
the same text into two places.
"""

import re

from app.model.values import Json

MASK = "***"
#: Hexadecimal digits of a digest: of a text that is common, of a secret, of a text that is rare.
COMMON, SECRET, RARE = 8, 12, 16
_LENGTHS = "|".join(f"[0-9a-f]{{{length}}}" for length in (RARE, SECRET, COMMON))
_DIGEST = rf"(?P<number>#?)(?P<digest>{_LENGTHS})(?![0-9A-Za-z])"
_MASKED = re.compile(rf"\*\*\*(?:{_DIGEST})?")
_SEALED = re.compile(rf"\*\*\*{_DIGEST}")
_BARE = re.compile(rf"\*\*\*(?!{_DIGEST.replace('?P<number>', '').replace('?P<digest>', '')})")


def is_mask(value: Json) -> bool:
    """Whether the value is a mask and nothing else."""
    return isinstance(value, str) and _MASKED.fullmatch(value) is not None


def has_bare_mask(text: str) -> bool:
    """Whether a mask stands in the text behind which anything may have been."""
    return MASK in text and _BARE.search(text) is not None


def opened(text: str, anything: str) -> str:
    """The text with `anything` for each of its bare masks; a digest is a text like any other."""
    return _BARE.sub(anything, text) if MASK in text else text


def digest_length(text: str) -> int:
    """The digits of the shortest digest in the text; 0 when it has none."""
    return min((len(found["digest"]) for found in _SEALED.finditer(text)), default=0)


def was_number(value: str) -> bool | None:
    """Whether a number stood where the mask stands; None when the mask does not tell."""
    found = _SEALED.fullmatch(value)
    return None if found is None else bool(found["number"])


def plain(text: str) -> str:
    """The text as it would be had all that is masked in it been text: `14` and 14 are the same."""
    return text.replace("***#", MASK) if "***#" in text else text


def without_digests(text: str) -> str:
    """The text with blanks for its digests: what is left can be weighed."""
    return _SEALED.sub(" ", text)


def at_bare_masks(text: str) -> list[str]:
    """The text cut at its bare masks, these between the pieces."""
    pieces, done = [], 0
    for found in _BARE.finditer(text):
        pieces += [text[done : found.start()], MASK]
        done = found.end()
    return [*pieces, text[done:]]
