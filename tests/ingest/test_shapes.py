"""What is a secret by its own shape alone, and what only looks a little like one."""

import pytest

from app.ingest.shapes import without_shapes
from app.model.masks import MASK

MASKED = {
    "AKIAIOSFODNN7EXAMPLE": "***",
    "\\nASIAIOSFODNN7EXAMPLE\\n": "\\n***\\n",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_9, next": "***, next",
    "\\neyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc": "\\n***",
    "sk-proj-abcdefghij1234567890": "***",
    "https://me@example.com/x": "https://me@example.com/x",
    "https://me:pw@example.com/x": "https://me:***@example.com/x",
    "https://abcdefghij0123456789@example.com": "https://***@example.com",
    "x?a=1&sig=abcdef%3D&b=2": "x?a=1&sig=***&b=2",
    "a;AccountKey=abcd==;b": "a;AccountKey=***;b",
    "Cookie: a=b; c=d\nnext": "Cookie: a=***\nnext",
    "curl -u me:pw1 x": "curl -u me:*** x",
    "['-u', 'me:pw1', 'x']": "['-u', 'me:***', 'x']",
}

KEPT = [
    "eyJhbGciOiJIUzI1NiJ9",
    "Signature: yes; design=abcdefgh",
    "PWD=/tmp OLDPWD=/",
    "task-sk-with-a-long-name-and-more-of-it-2026",
    "-----BEGIN CERTIFICATE-----\nMIIE",
    "accept the cookie: yes, thanks",
    "ls -u a b",
    "s3://bucket/a@b:c",
    "image@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "",
]


@pytest.mark.parametrize(("text", "result"), MASKED.items())
def test_what_has_the_shape_of_a_secret_is_masked(text: str, result: str) -> None:
    assert without_shapes(text, lambda _: MASK) == result


@pytest.mark.parametrize("text", KEPT)
def test_what_has_not_stays(text: str) -> None:
    assert without_shapes(text, lambda _: MASK) == text
