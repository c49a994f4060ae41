import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.airflow.payloads import LogError, LogLine
from app.airflow.v1.logtext import kept_events
from app.model.errors import NotThere

LOOKED = b"""vm
 INFO - ::group::Log message source details
*** Found local files:
***   * /opt/airflow/logs/attempt=1.log
 INFO - ::endgroup::
"""
HEAD = b"[2026-11-22T09:17:42.786+0000] {taskinstance.py:1242} "
FRAME = b'  File "x.py", line 1, in run\n    raise ValueError("no")\n    ^^^^^\n'


def events(text: bytes) -> list[LogLine]:
    return list(kept_events([text[:40], text[40:]]))


def test_a_line_with_a_time_is_an_event_and_where_it_was_looked_for_is_none() -> None:
    assert events(LOOKED + HEAD + b"INFO - Starting attempt 1 of 1\n") == [
        LogLine(
            timestamp="2026-11-22T09:17:42.786+0000",
            event="Starting attempt 1 of 1",
            level="info",
            logger="taskinstance",
        )
    ]


def test_lines_without_a_time_belong_to_the_event_before_them() -> None:
    (line,) = events(HEAD + b"WARNING - first\nsecond\n  third\n")
    assert (line.event, line.level) == ("first\nsecond\n  third", "warning")


def test_a_traceback_is_the_events_exception() -> None:
    text = b"ERROR - Task failed\nTraceback (most recent call last):\n" + FRAME
    (line,) = events(
        HEAD + text + b"kubernetes.client.exceptions.ApiException: (403)\nReason: no\n"
    )
    assert line.event == "Task failed"
    assert line.error_detail == (
        LogError("kubernetes.client.exceptions.ApiException", "(403)\nReason: no"),
    )


def test_of_chained_exceptions_the_last_comes_first() -> None:
    begin = b"Traceback (most recent call last):\n" + FRAME
    between = b"\nDuring handling of the above exception, another exception occurred:\n\n"
    text = b"ERROR - x\n" + begin + b"KeyError: 'a'\n" + between + begin + b"a.b.Second\n"
    (line,) = events(HEAD + text)
    assert line.error_detail == (LogError("a.b.Second", ""), LogError("KeyError", "'a'"))


def test_what_a_pod_prints_is_told_by_the_pod_manager() -> None:
    (line,) = events(HEAD.replace(b"taskinstance.py", b"pod_manager.py") + b"INFO - [base] hi\n")
    assert line.logger == "pod_manager.PodManager"


@pytest.mark.parametrize("text", [b"", LOOKED, b"vm\n*** Could not read served logs: refused\n"])
def test_nothing_but_where_it_was_looked_for_is_no_log(text: bytes) -> None:
    with pytest.raises(NotThere):
        kept_events([text])


def test_a_log_in_a_format_of_its_own_is_kept_line_by_line() -> None:
    found = events(b"vm\n09:17 my own format: hello\n09:18 bye\n")
    assert [line.event for line in found] == ["09:17 my own format: hello", "09:18 bye"]


@given(st.binary())
def test_no_log_is_too_odd(text: bytes) -> None:
    try:
        kept_events([HEAD + b"ERROR - a\n" + text])
        kept_events([text])
    except NotThere:
        pass
