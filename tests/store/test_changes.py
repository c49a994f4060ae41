from app.store import touched
from app.store.changes import changes_after, latest_change
from app.store.session import Store


def _touch(store: Store, deployment_pk: int, *run_ids: str) -> None:
    with store.writing() as session:
        touched.note(session, [touched.Touched(deployment_pk, "d", run_id) for run_id in run_ids])


def test_there_is_no_change_at_first(store: Store) -> None:
    with store.reading() as session:
        assert latest_change(session) == 0
        assert changes_after(session, 0, 10) == ()


def test_changes_are_read_in_order_from_where_a_reader_was(
    store: Store, deployment_pk: int
) -> None:
    _touch(store, deployment_pk, "a", "b", "a")
    _touch(store, deployment_pk, "a")
    with store.reading() as session:
        first = changes_after(session, 0, 2)
        rest = changes_after(session, first[-1].number, 2)
        assert latest_change(session) == rest[-1].number
    assert [change.run_id for change in (*first, *rest)] == ["a", "b", "a"]
    assert {(change.deployment, change.dag_id) for change in first} == {("default", "d")}


def test_old_changes_are_forgotten_and_their_numbers_never_given_again(
    store: Store, deployment_pk: int
) -> None:
    _touch(store, deployment_pk, *(f"r{number}" for number in range(touched.KEPT_CHANGES)))
    _touch(store, deployment_pk, "x", "y")
    with store.reading() as session:
        kept = changes_after(session, 0, 20_000)
    assert len(kept) == touched.KEPT_CHANGES
    assert [change.run_id for change in (kept[0], *kept[-2:])] == ["r2", "x", "y"]
    assert kept[-1].number == touched.KEPT_CHANGES + 2
