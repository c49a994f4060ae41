"""What no run needs any more: versions of DAGs, drawings, messages."""

from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import delete, exists, select

from app.store import tables as t
from app.store.messages import forget_messages
from app.store.session import ReadSession, Store

# A drawing is stored before the run that it is of says so.
_DRAWN_LATELY = timedelta(days=1)
_AT_ONCE = 100


def tidy(store: Store, *, deployment_pk: int, now: datetime) -> int:
    """How many rows were removed, some hundred at most: whoever wants all gone calls again."""
    with store.reading() as session:
        versions = _unused_versions(session, deployment_pk)[:_AT_ONCE]
        layouts = _unused_layouts(session, before=now - _DRAWN_LATELY)
    with store.writing() as session:
        session.execute(delete(t.task).where(t.task.c.dag_version_pk.in_(versions)))
        session.execute(delete(t.dag_version).where(t.dag_version.c.id.in_(versions)))
        session.execute(delete(t.layout).where(t.layout.c.structure_hash.in_(layouts)))
        messages = forget_messages(session, now=now)
    return len(versions) + len(layouts) + messages


def _unused_versions(session: ReadSession, deployment_pk: int) -> list[int]:
    """Versions of DAGs that no run has, nor a try of one; never the newest.

    A version that has tasks stays while the next one lends them from it.
    """
    version = t.dag_version.c
    ran = exists().where(
        t.dag_run.c.dag_pk == version.dag_pk, t.dag_run.c.version_number == version.version_number
    )
    other = t.dag_version.alias("other").c
    is_newest = ~exists().where(
        other.dag_pk == version.dag_pk, other.version_number > version.version_number
    )
    dags = session.execute(
        select(version.dag_pk)
        .join(t.dag, t.dag.c.id == version.dag_pk)
        .where(t.dag.c.deployment_id == deployment_pk, ~ran, ~is_newest)
        .distinct()
    )
    return [pk for dag_pk in dags.scalars().all() for pk in _unused_of(session, dag_pk)]


def _unused_of(session: ReadSession, dag_pk: int) -> list[int]:
    version = t.dag_version.c
    has_tasks = exists().where(t.task.c.dag_version_pk == version.id)
    rows = session.execute(
        select(version.id, version.version_number, has_tasks.label("has_tasks"))
        .where(version.dag_pk == dag_pk)
        .order_by(version.version_number)
    ).all()
    used = _used_versions(session, dag_pk)
    return [
        row.id
        for row, newer in pairwise(rows)
        if row.version_number not in used and (newer.has_tasks or not row.has_tasks)
    ]


def _used_versions(session: ReadSession, dag_pk: int) -> frozenset[int]:
    run, one = t.dag_run.c, t.task_try.c
    of_runs = select(run.version_number).where(run.dag_pk == dag_pk)
    of_tries = (
        select(one.version_number)
        .join(t.task_instance, one.task_instance_pk == t.task_instance.c.id)
        .join(t.dag_run, run.id == t.task_instance.c.run_pk)
        .where(run.dag_pk == dag_pk)
    )
    return frozenset(session.execute(of_runs.union(of_tries)).scalars())


def _unused_layouts(session: ReadSession, *, before: datetime) -> list[str]:
    used = select(t.dag_run.c.structure_hash).where(t.dag_run.c.structure_hash.is_not(None))
    rows = session.execute(
        select(t.layout.c.structure_hash)
        .where(t.layout.c.created_at < before, t.layout.c.structure_hash.not_in(used))
        .limit(_AT_ONCE)
    )
    return list(rows.scalars())
