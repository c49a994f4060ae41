from hypothesis import given
from hypothesis import strategies as st

from app.airflow.loglines import kept_lines
from app.airflow.payloads import LogError, LogLine
from app.model.facts import LogEvent
from tests.build import START, make_try_key
from tests.masked import events_from, log_from


def test_a_line_is_put_into_our_words_exception_by_exception() -> None:
    line = LogLine(
        timestamp="2026-11-20T06:00:00Z",
        event="Task failed with exception",
        level="ERROR",
        logger="task",
        error_detail=(LogError("jinja2.exceptions.UndefinedError", "why"), LogError("Cause", "x")),
    )
    assert events_from(line) == (
        LogEvent(START, "error", "task", "Task failed with exception", "UndefinedError", "why"),
        LogEvent(START, "error", "task", "Task failed with exception", "Cause", "x"),
    )


def test_an_empty_event_is_an_event() -> None:
    assert events_from(LogLine(timestamp="not a time")) == (LogEvent(None, "", "", ""),)


def test_a_time_without_a_zone_is_utc() -> None:
    (event,) = events_from(LogLine(timestamp="2026-11-20T06:00:00"))
    assert event.timestamp == START


def test_a_refused_pods_dump_is_masked() -> None:
    pod = (
        "Exception when attempting to create Namespaced Pod: "
        '{"spec": {"containers": [{"env": [{"name": "DB_PASSWORD", "value": "hunter2"}]}]}}'
    )
    line = LogLine(event=pod, error_detail=(LogError("E", "token=hunter2"),))
    (event,) = log_from(make_try_key(), (line,)).events
    assert "hunter2" not in event.text + event.error_text
    assert '"name": "DB_PASSWORD", "value": "***"' in event.text


def test_an_event_is_cut_and_what_is_cut_off_was_masked_before() -> None:
    line = LogLine(event="x" * 99_990 + " token=hunter2hunter2", logger="l" * 1_000)
    (event,) = events_from(line)
    assert len(event.text) <= 100_000
    assert "hunter" not in event.text
    assert len(event.logger) <= 300


@given(st.lists(st.binary(max_size=200)))
def test_any_bytes_are_a_log(pieces: list[bytes]) -> None:
    log_from(make_try_key(), kept_lines(pieces))


texts = st.none() | st.text()
errors = st.none() | st.lists(st.builds(LogError, texts, texts)).map(tuple)


@given(st.builds(LogLine, texts, texts, texts, texts, errors))
def test_any_line_is_put_into_our_words(line: LogLine) -> None:
    assert len(events_from(line)) == max(1, len(line.error_detail or ()))


def test_a_log_of_enormous_size_is_bounded_and_its_short_lines_stay_whole() -> None:
    long = LogLine(event="x" * 90_000, level="error")
    log = log_from(make_try_key(), (*[long] * 400, LogLine(event="why it failed", level="error")))
    assert sum(len(one.text) + len(one.error_text) for one in log.events) <= 1_000_000
    assert len(log.events) == 401
    assert log.events[-1].text == "why it failed"
