import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from app import logs
from app.model.errors import StoreError

log = logging.getLogger("app.somewhere")


@pytest.fixture
def request_number() -> Iterator[str]:
    token = logs.request_id.set("r-17")
    yield "r-17"
    logs.request_id.reset(token)


def written(caught: pytest.CaptureFixture[str], style: logs.Style, *, verbose: bool = False) -> str:
    """The lines of an error that quotes a secret."""
    with logs.written():
        logs.write_as(style, verbose=verbose)
        try:
            try:
                int("hunter2")
            except ValueError as error:
                raise StoreError("the disk is full") from error
        except StoreError:
            log.exception("A pass over %s failed", "prod")
    return caught.readouterr().err


def as_json(line: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(line)
    return read


@pytest.mark.usefixtures("request_number")
def test_a_line_for_machines_tells_when_where_and_of_which_request(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = written(capsys, "json")
    assert line.count("\n") == 1
    told = as_json(line)
    assert told.pop("time")[10] == "T"
    assert told.pop("exception").endswith("StoreError: the disk is full")
    assert told == {
        "level": "error",
        "logger": "app.somewhere",
        "message": "A pass over prod failed",
        "request_id": "r-17",
    }


@pytest.mark.usefixtures("request_number")
def test_a_line_for_people_has_the_request_in_brackets(capsys: pytest.CaptureFixture[str]) -> None:
    assert "ERROR   [r-17] A pass over prod failed\n" in written(capsys, "text")


@pytest.mark.parametrize("style", ["text", "json"])
def test_what_an_unforeseen_error_quotes_is_told_only_when_asked_for(
    capsys: pytest.CaptureFixture[str], style: logs.Style
) -> None:
    told = written(capsys, style)
    assert "hunter2" not in told.replace('int("hunter2")', "").replace('int(\\"hunter2\\")', "")
    assert "ValueError: (what it says is left out" in told
    assert "test_logs.py" in told
    assert "invalid literal" in written(capsys, style, verbose=True)


def test_after_the_block_nothing_of_ours_is_left() -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    with logs.written(verbose=True):
        assert root.level == logging.DEBUG
    assert (root.level, list(root.handlers)) == before
