"""No log is slow to read, whatever stands in it: each rule alone, and the whole way of one line."""

import json
import time
import tracemalloc
from collections.abc import Iterator

import pytest

from app.airflow.loglines import kept_lines
from app.lineage.explain.pushes import push_problem
from app.lineage.explain.rules import RULES, LogRule
from tests.build import make_try
from tests.masked import log_from

MEGABYTE = 1_000_000


def hostile(rule: LogRule, size: int) -> Iterator[str]:
    """Long texts of what the rule's repeats accept, and of its own beginning again and again."""
    for piece in ("a", " ", "9", "\\", '"', "'", "[", ".", "- ", "a.", "Pod ", "a:/-_", "\n"):
        yield piece * (size // len(piece))
    for share in (1.0, 0.75, 0.5, 0.25):
        piece = rule.sample[: max(1, int(len(rule.sample) * share))]
        yield piece * (size // len(piece))
        yield piece + "x" * size
        yield piece.rstrip(".)'\"") + " " + "x-" * (size // 2)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.kind.value} {rule.title[:40]}")
def test_no_pattern_takes_long_on_a_long_line(rule: LogRule) -> None:
    """25 texts of 100,000 characters: what were quadratic would take minutes."""
    began = time.process_time()
    for text in hostile(rule, MEGABYTE // 10):
        rule.pattern.search(text)
    assert time.process_time() - began < 3


def read(line: bytes) -> None:
    one = make_try("pod", state="failed")
    pieces = (line[at : at + 65_536] for at in range(0, len(line), 65_536))
    push_problem(one, log_from(one.key, kept_lines(pieces)))


WHOLE = [
    "a", "\\", '"', "password=", 'token: "', "'container_statuses': [{'name': 'base', ",
    '{"message": "', "failed quota: q: must specify limits.cpu for: base; ", "eyJ", "Pod a ",
    "minimum cpu usage per Container is 1, but request is 1m, ", "://a:",
    "-----BEGIN PRIVATE KEY-----",
    '"name": "A", "value": "', 'Invalid value: "', "allowed repos are [",
]  # fmt: skip


@pytest.mark.parametrize("piece", WHOLE)
@pytest.mark.parametrize("start", ["", "remote_pod: HTTP response body: "])
def test_a_line_of_ten_megabytes_is_read_in_time(start: str, piece: str) -> None:
    text = start + piece * (10 * MEGABYTE // len(piece))
    began = time.process_time()
    read(json.dumps({"event": text, "level": "error", "logger": "task"}).encode())
    assert time.process_time() - began < 2


def test_a_line_of_ten_megabytes_needs_no_more_memory_than_it_has() -> None:
    line = json.dumps({"event": "failed quota: " * 700_000, "level": "error"}).encode()
    tracemalloc.start()
    try:
        read(line)
        assert tracemalloc.get_traced_memory()[1] < 3 * len(line)
    finally:
        tracemalloc.stop()
