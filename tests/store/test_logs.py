import pytest

from app.model.facts import LogEvent, TryLog
from app.model.ids import TryKey
from app.store.facts import read_run_facts
from app.store.logs import note_missing_log, tries_without_log, write_log
from app.store.runs import write_runs
from app.store.session import Store
from app.store.tries import write_tries
from tests.build import RUN, after, make_log, make_run, make_try, make_try_key

FAILED = make_try_key("failed")
RETRIED = make_try_key("retried", map_index=2)


@pytest.fixture(autouse=True)
def _tries(store: Store, deployment_pk: int) -> None:
    tries = [
        make_try("failed", state="failed"),
        make_try("failed", try_number=2, state="running"),
        make_try("retried", state="up_for_retry", map_index=2),
        make_try("extract"),
        make_try("after", state="upstream_failed", try_number=0),
    ]
    with store.writing() as session:
        write_runs(session, deployment_pk=deployment_pk, runs=[make_run()])
        write_tries(session, deployment_pk=deployment_pk, tries=tries)


def _without(store: Store, deployment_pk: int) -> frozenset[TryKey]:
    with store.reading() as session:
        return tries_without_log(session, deployment_pk=deployment_pk, runs=[RUN])


def _write(store: Store, deployment_pk: int, log: TryLog) -> bool:
    with store.writing() as session:
        return write_log(session, deployment_pk=deployment_pk, log=log)


def _logs(store: Store, deployment_pk: int) -> tuple[TryLog, ...]:
    with store.reading() as session:
        return read_run_facts(session, deployment_pk=deployment_pk, run=RUN).logs


def test_logs_of_failed_tries_are_wanted(store: Store, deployment_pk: int) -> None:
    assert _without(store, deployment_pk) == {FAILED, RETRIED}


def test_a_log_that_was_read_is_wanted_no_more(store: Store, deployment_pk: int) -> None:
    assert _write(store, deployment_pk, make_log("boom", key=FAILED))
    assert not _write(store, deployment_pk, make_log("boom", key=FAILED))
    assert _without(store, deployment_pk) == {RETRIED}


def test_an_empty_log_was_read(store: Store, deployment_pk: int) -> None:
    assert _write(store, deployment_pk, TryLog(FAILED, ()))
    assert _without(store, deployment_pk) == {RETRIED}
    assert _logs(store, deployment_pk) == (TryLog(FAILED, ()),)


def test_a_log_that_airflow_does_not_have_is_wanted_no_more(
    store: Store, deployment_pk: int
) -> None:
    told = []
    for _ in range(2):
        with store.writing() as session:
            told.append(note_missing_log(session, deployment_pk=deployment_pk, key=RETRIED))
    assert told == [True, False]
    assert _without(store, deployment_pk) == {FAILED}
    assert _logs(store, deployment_pk) == ()


def test_a_log_comes_back_event_by_event(store: Store, deployment_pk: int) -> None:
    events = (
        LogEvent(after(1.25), "error", "task", "it broke\nhere", "KeyError", "'nokey'"),
        LogEvent(None, "info", "", ""),
    )
    _write(store, deployment_pk, TryLog(RETRIED, events))
    assert _logs(store, deployment_pk) == (TryLog(RETRIED, events),)
