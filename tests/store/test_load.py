from datetime import timedelta

from app.store.deployments import read_deployment
from app.store.load import note_allowed, note_requests
from app.store.session import Store
from tests.build import after


def test_requests_of_the_last_hour_are_added_up_by_the_minute(
    store: Store, deployment_pk: int
) -> None:
    first, second = after(0), after(60)
    with store.writing() as session:
        note_allowed(session, deployment_pk=deployment_pk, a_minute=600)
        for minutes in ({first: 7}, {first: 2, second: 5}, {}):
            note_requests(session, deployment_pk=deployment_pk, by_minute=minutes, at=second)
    with store.writing() as session:
        state = read_deployment(session, deployment_pk=deployment_pk)
        assert state.requests_by_minute == {first.isoformat(): 9, second.isoformat(): 5}
        assert state.requests_allowed == 600
        later = first + timedelta(hours=1)
        note_requests(session, deployment_pk=deployment_pk, by_minute={later: 1}, at=later)
        state = read_deployment(session, deployment_pk=deployment_pk)
    assert state.requests_by_minute == {second.isoformat(): 5, later.isoformat(): 1}
