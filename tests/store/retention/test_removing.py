import pytest

from app.model.retention import Retention
from app.store.retention.choosing import doomed
from app.store.retention.giving_up import give_up
from app.store.retention.removing import remove_some
from tests.store.retention.runs import OF_RUNS, Past, day

EVERYTHING = Retention(days=0)


def give_up_all(past: Past) -> int:
    with past.store.writing() as session:
        runs = doomed(
            session, deployment_pk=past.deployment_pk, keep=EVERYTHING, now=day(99), most=99
        )
        return len(give_up(session, deployment_pk=past.deployment_pk, runs=runs, at=day(99)))


@pytest.mark.parametrize("most", [1, 3, 1000])
def test_rows_go_so_many_at_a_time_until_none_is_left(past: Past, most: int) -> None:
    for number in range(3):
        past.run(number)
    rows = sum(past.rows().values()) - past.rows("problem")["problem"]
    assert give_up_all(past) == 3
    removed = []
    while True:
        with past.store.writing() as session:
            removed.append(remove_some(session, most=most))
        if not removed[-1]:
            break
    assert max(removed) <= most
    assert sum(removed) == rows
    assert past.rows() == dict.fromkeys(OF_RUNS, 0)


def test_runs_that_were_not_given_up_keep_their_rows(past: Past) -> None:
    past.run(1)
    before = past.kept()
    with past.store.writing() as session:
        assert remove_some(session, most=1000) == 0
    assert past.kept() == before
