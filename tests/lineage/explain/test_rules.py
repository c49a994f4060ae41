# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""Each rule of the log with a line it must know; the lines are failure-signatures.md's examples."""

import time

import pytest

from app.lineage.explain.rules import RULES, LogRule

LINES = [
    ('pods "xyz" is forbidden: failed quota: default: must specify requests.memory', "quota_needs_sidecar_resources"),
    ("Image cannot be pulled, unable to start: ErrImagePull", "image_pull"),
    ("JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)", "invalid_json"),
    ("JSONDecodeError: Expecting value: line 1 column 1 (char 0)", "invalid_json"),
    ("JSONDecodeError: Expecting value: line 2 column 1 (char 1)", "invalid_json"),
    ("JSONDecodeError: Extra data: line 2 column 1 (char 8)", "invalid_json"),
    ("JSONDecodeError: Unterminated string starting at: line 1 column 7 (char 6)", "invalid_json"),
    ("JSONDecodeError: Invalid control character at: line 1 column 8 (char 7)", "invalid_json"),
    ("Out of range float values are not JSON compliant: nan", "not_serializable"),
    ("ApiException: (422) Pod is invalid: a valid label must be an empty string or", "pod_failed"),
    ("Task failed with exception\nJSONDecodeError: Expecting value: line 1 column 1 (char 0)", "invalid_json"),
    ("Pod foo returned a failure.", "pod_failed"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "kind"), LINES)
def test_the_first_rule_that_knows_the_line_gives_its_kind(line: str, kind: str) -> None:
    assert next(rule.kind.value for rule in RULES if rule.pattern.search(line)) == kind


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind.value)
def test_no_pattern_takes_long_on_a_long_line(rule: LogRule) -> None:
    before = time.process_time()
    for text in (
        "a" * 200_000,
        "is forbidden: failed quota: " * 8_000,
        "JSONDecodeError: " * 12_000,
        "Pod " * 50_000,
    ):
        rule.pattern.search(text)
    assert time.process_time() - before < 2
