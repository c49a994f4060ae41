"""A problem seen in many runs is one thing to mend: its group, and whether it is still open.

A group is every stored problem of one DAG with one fingerprint. It is open while its problem stands
in some run and no later run has shown it mended: a run that succeeded, was analysed, and does not
have it. Victims of another pod's failed push are no groups of their own to count.
"""

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from app.store.session import ReadSession
from app.store.tables import dag_run, problem


def open_group_count(session: ReadSession) -> int:
    """How many open problems there are to mend."""
    groups = (
        select(dag_run.c.dag_pk, problem.c.fingerprint)
        .join(dag_run, dag_run.c.id == problem.c.run_pk)
        .where(is_open(), ~problem.c.is_victim, problem.c.severity != "info")
        .distinct()
        .subquery()
    )
    return session.execute(select(func.count()).select_from(groups)).scalar_one()


def is_open() -> ColumnElement[bool]:
    """For a `problem` joined with its `dag_run`: it stands, and no later run shows it mended."""
    return and_(problem.c.status == "open", dag_run.c.gone_at.is_(None), ~_mended_later())


def _mended_later() -> ColumnElement[bool]:
    later, again = dag_run.alias("later"), problem.alias("again")
    has_it_too = exists().where(
        again.c.run_pk == later.c.id,
        again.c.fingerprint == problem.c.fingerprint,
        again.c.status == "open",
    )
    is_later = or_(
        later.c.run_after > dag_run.c.run_after,
        and_(later.c.run_after == dag_run.c.run_after, later.c.id > dag_run.c.id),
    )
    return exists().where(
        later.c.dag_pk == dag_run.c.dag_pk,
        is_later,
        later.c.state == "success",
        later.c.analysed_by.is_not(None),
        ~has_it_too,
    )
