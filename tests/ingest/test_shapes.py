# a text is read best on one line
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
    "s3://lake-eu/cache-key-9f86d081884c7d659a2feaa0c55ad015/part-0001.parquet",
    f"registry.example.com/etl/job@sha256:{'9f86d081' * 8}",
    "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "commit da39a3ee5e6b4b0d3255bfef95601890afd80709",
    '{"ETag": "\\"d41d8cd98f00b204e9800998ecf8427e-12\\""}',
    '{"VersionId": "3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY"}',
    "123e4567-e89b-12d3-a456-426614174000",
    "scheduled__2026-11-21T02:00:00+00:00",
    "AAAAEAAAAAAA" + "A" * 200,
    "iVBORw0KGgogAAAAAAAAA" + "A" * 100,
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tMIIBszCCAVmgAwIBAgIUXJ",
    "price: $5, $6 and $2 for u+me; login as etl, no password needed",
    '{"auth": "kubernetes-service-account", "author": "me", "mode": "oauth"}',
    '{"auth": "none"}',
    "https://example.com:8443/a@b/c?sort=asc&key=part-7",
    "postgresql://etl@db.example.com:5432/geo",
    "arn:aws:iam::123456789012:role/EtlRunner",
    "geo-tiles-daily-extract-tiles-7h3k2b1x",
    "at 12345678:AB, 10:AA, 2026-11-21T06:13:27",
    "hooks/pre-commit and webhooks of the team",
    "npm_config_cache=/tmp/x pypi-mirror dapi-2.1",
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
