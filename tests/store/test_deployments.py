from app.model.ids import RunKey
from app.store.changes import latest_change
from app.store.deployments import (
    DeploymentState,
    ensure_deployment,
    note_backfill,
    note_failure,
    note_pass,
    note_troubles,
    read_deployment,
    read_deployments,
)
from app.store.runs import mark_run_gone, write_runs
from app.store.session import Store
from tests.build import RUN, after, make_run


def _pass(store: Store, deployment_pk: int, *, at: float = 60) -> None:
    with store.writing() as session:
        note_pass(
            session,
            deployment_pk=deployment_pk,
            watermark=after(at - 5),
            at=after(at),
            seconds=1.5,
            requests=10,
            values=3,
            airflow_version="3.3.2",
        )


def _fail(store: Store, deployment_pk: int, error: str, *, at: float = 70) -> None:
    with store.writing() as session:
        note_failure(session, deployment_pk=deployment_pk, at=after(at), error=error, requests=1)


def _state(store: Store, deployment_pk: int) -> DeploymentState:
    with store.reading() as session:
        return read_deployment(session, deployment_pk=deployment_pk)


def test_a_deployment_keeps_its_number_when_its_url_changes(store: Store) -> None:
    with store.writing() as session:
        first = ensure_deployment(session, name="default", url="http://old.test")
        second = ensure_deployment(session, name="default", url="http://new.test")
        other = ensure_deployment(session, name="other", url="http://new.test")
    with store.reading() as session:
        states = read_deployments(session)
    assert first == second != other
    assert [(state.name, state.url) for state in states] == [
        ("default", "http://new.test"),
        ("other", "http://new.test"),
    ]


def test_passes_add_up_and_end_an_error(store: Store, deployment_pk: int) -> None:
    _fail(store, deployment_pk, "Airflow is away", at=10)
    _fail(store, deployment_pk, "Airflow is away", at=20)
    failed = _state(store, deployment_pk)
    _pass(store, deployment_pk, at=60)
    done = _state(store, deployment_pk)
    assert (failed.error, failed.failures, failed.last_try_at) == ("Airflow is away", 2, after(20))
    assert (failed.last_pass_at, failed.watermark, failed.requests) == (None, None, 2)
    assert (done.error, done.failures, done.last_try_at) == (None, 0, after(60))
    assert (done.last_pass_at, done.watermark, done.requests) == (after(60), after(55), 12)
    assert (done.values_fetched, done.airflow_version) == (3, "3.3.2")
    assert done.last_pass_seconds == 1.5


def test_a_failure_keeps_how_far_the_mirror_was(store: Store, deployment_pk: int) -> None:
    _pass(store, deployment_pk, at=60)
    _fail(store, deployment_pk, "Airflow is away", at=70)
    state = _state(store, deployment_pk)
    assert (state.last_pass_at, state.watermark, state.last_try_at) == (
        after(60),
        after(55),
        after(70),
    )


def test_pages_are_told_when_an_error_comes_changes_or_goes(
    store: Store, deployment_pk: int
) -> None:
    told = []
    for error in ("away", "away", "refused", None, None):
        if error is None:
            _pass(store, deployment_pk)
        else:
            _fail(store, deployment_pk, error)
        with store.reading() as session:
            told.append(latest_change(session))
    assert told == [1, 1, 2, 3, 3]


def test_the_back_fill_tells_how_far_it_is(store: Store, deployment_pk: int) -> None:
    with store.writing() as session:
        note_backfill(session, deployment_pk=deployment_pk, backfilled_to=after(0), done=True)
    state = _state(store, deployment_pk)
    assert (state.backfilled_to, state.backfill_done) == (after(0), True)


def test_a_state_counts_its_own_dags_and_runs(store: Store, deployment_pk: int) -> None:
    runs = [make_run(), make_run(RunKey("other", "1"), state="running"), make_run(RunKey("o", "2"))]
    with store.writing() as session:
        other = ensure_deployment(session, name="other", url="http://other.test")
        write_runs(session, deployment_pk=deployment_pk, runs=runs)
        mark_run_gone(session, deployment_pk=deployment_pk, run=RUN, at=after(0))
    state, nothing = _state(store, deployment_pk), _state(store, other)
    assert (state.dags, state.open_runs, state.sealed_runs) == (3, 1, 1)
    assert (nothing.dags, nothing.open_runs, nothing.sealed_runs) == (0, 0, 0)


def test_troubles_are_kept_and_pages_are_told_only_of_news(
    store: Store, deployment_pk: int
) -> None:
    lines = ("Airflow does not let us read the runs of private (403)",)
    numbers = []
    for _ in range(2):
        with store.writing() as session:
            note_troubles(session, deployment_pk=deployment_pk, troubles=lines)
        with store.reading() as session:
            numbers.append(latest_change(session))
    assert _state(store, deployment_pk).troubles == lines
    assert numbers[0] == numbers[1] > 0


def test_passes_and_what_failed_of_them_are_counted_for_good(
    store: Store, deployment_pk: int
) -> None:
    for at in (10, 20):
        _fail(store, deployment_pk, "Airflow is away", at=at)
    _pass(store, deployment_pk)
    state = _state(store, deployment_pk)
    assert (state.passes, state.failed_passes, state.failures) == (1, 2, 0)
