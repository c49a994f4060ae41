from datetime import UTC, datetime, timedelta

import pytest

from app.health import Health, health
from app.store.deployments import ensure_deployment, note_failure
from app.store.session import Store

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "ok"), [(10, True), (899, True), (901, False)])
def test_a_mirror_is_well_while_passes_are_tried(store: Store, seconds: int, *, ok: bool) -> None:
    with store.writing() as session:
        pk = ensure_deployment(session, name="default", url="http://airflow.test")
        note_failure(
            session, deployment_pk=pk, at=NOW - timedelta(seconds=seconds), error="Airflow is away"
        )
    assert health(store, now=NOW) == Health(ok=ok, line=f"the last pass ended {seconds} s ago")


def test_a_mirror_that_never_made_a_pass_is_not_well(store: Store) -> None:
    assert health(store, now=NOW) == Health(ok=False, line="no pass has been made yet")
