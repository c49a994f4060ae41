"""What no run needs any more goes; what one needs, or may need, stays."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.model.facts import DagVersion, Task
from app.store import tables as t
from app.store.dags import write_version
from app.store.layouts import read_layout, write_layout
from app.store.outbox import Draft, note_sent, read_due, write_messages
from app.store.retention.tidying import tidy
from tests.store.retention.runs import Past

NOW = datetime.now(UTC)


def version(number: int, *task_ids: str) -> DagVersion:
    tasks = tuple(Task(task_id, "KubernetesPodOperator") for task_id in task_ids)
    return DagVersion("d", number, source=f"# {number}", tasks=tasks)


def keep_versions(past: Past, *versions: DagVersion) -> None:
    with past.store.writing() as session:
        for one in versions:
            write_version(session, deployment_pk=past.deployment_pk, version=one)


def stored_versions(past: Past) -> list[int]:
    c = t.dag_version.c
    with past.store.reading() as session:
        return list(session.scalars(select(c.version_number).order_by(c.version_number)))


def tidied(past: Past, *, now: datetime = NOW) -> int:
    return tidy(past.store, deployment_pk=past.deployment_pk, now=now)


def test_versions_that_no_run_has_go_but_not_the_newest(past: Past) -> None:
    past.run(1, version_number=2)  # Of which the tries are of the first.
    keep_versions(past, *(version(number, "extract") for number in range(1, 6)))
    assert tidied(past) == 2
    assert stored_versions(past) == [1, 2, 5]
    assert tidied(past) == 0


def test_a_version_of_a_try_alone_stays(past: Past) -> None:
    past.run(1, version_number=3)
    with past.store.writing() as session:
        session.execute(t.task_try.update().values(version_number=1))
    keep_versions(past, *(version(number, "extract") for number in (1, 2, 3)))
    assert tidied(past) == 1
    assert stored_versions(past) == [1, 3]


def test_a_version_stays_while_a_later_one_takes_its_tasks_from_it(past: Past) -> None:
    """Airflow tells the tasks of the newest version alone."""
    past.run(1, version_number=2)
    keep_versions(past, version(1, "extract"), version(2), version(3, "extract"))
    assert tidied(past) == 0
    assert stored_versions(past) == [1, 2, 3]


def test_drawings_go_when_no_run_has_them_for_a_day(past: Past) -> None:
    past.run(1)
    with past.store.writing() as session:
        for name in ("used", "unused"):
            write_layout(session, name, {"cards": []})
        session.execute(t.dag_run.update().values(structure_hash="used"))
    assert tidied(past) == 0
    assert tidied(past, now=NOW + timedelta(days=2)) == 1
    with past.store.reading() as session:
        assert read_layout(session, "used") is not None
        assert read_layout(session, "unused") is None


def test_messages_go_a_week_after_they_came_to_an_end(past: Past) -> None:
    with past.store.writing() as session:
        write_messages(session, [Draft("sent", "a", {}), Draft("waits", "a", {})], at=NOW)
        first, _ = read_due(session, webhook="a", now=NOW, most=9)
        note_sent(session, first, at=NOW)
    assert tidied(past, now=NOW + timedelta(days=6)) == 0
    assert tidied(past, now=NOW + timedelta(days=8)) == 1
    with past.store.reading() as session:
        assert list(session.scalars(select(t.message.c.uid))) == ["waits"]
