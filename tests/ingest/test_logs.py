from app.airflow.payloads import LogError, LogLine
from app.ingest.logs import events_from, log_from
from app.model.facts import LogEvent
from tests.build import START, make_try_key


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
