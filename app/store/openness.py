"""Whether a problem still stands, as SQL.

A problem stands until a later run has shown it mended: a run that succeeded, was analysed, and has
no problem of its cause. A problem of a DAG stands until a newer version of the DAG lacks it; that
also mends it in the runs of older versions.
"""

from sqlalchemy import ColumnElement, FromClause, and_, exists, false, func, or_, select

from app.store.problems import is_open_of_few
from app.store.tables import dag_run, problem


def problems_with_runs() -> FromClause:
    """`problem` joined with its `dag_run`, if any, and with what `is_open` needs to know."""
    return (
        problem.outerjoin(dag_run, dag_run.c.id == problem.c.run_pk)
        .outerjoin(_succeeded, _succeeded.c.dag_pk == problem.c.dag_pk)
        .outerjoin(
            _rewritten,
            and_(_rewritten.c.dag_pk == problem.c.dag_pk, _rewritten.c.cause == problem.c.cause),
        )
    )


def is_open() -> ColumnElement[bool]:
    """For `problems_with_runs`: it stands, whatever later problems of its cause say.

    An older run that succeeded without it proves nothing when a later one succeeded with it.
    """
    return or_(is_latest_open(), and_(_stands(), _has_it()))


def is_latest_open() -> ColumnElement[bool]:
    """Likewise, of no run before the last that succeeded: a cause with such a problem is open."""
    is_later = func.coalesce(dag_run.c.run_after >= _succeeded.c.run_after, True)
    return and_(_stands(), is_later)


def _stands() -> ColumnElement[bool]:
    is_rewritten = func.coalesce(_rewritten.c.version_number > dag_run.c.version_number, false())
    return and_(problem.c.status == "open", dag_run.c.gone_at.is_(None), ~is_rewritten)


# When each DAG last succeeded in a run that was analysed.
_succeeded = (
    select(dag_run.c.dag_pk, func.max(dag_run.c.run_after).label("run_after"))
    .where(dag_run.c.state == "success", dag_run.c.analysed_by.is_not(None))
    .group_by(dag_run.c.dag_pk)
    .subquery("succeeded")
)
# The newest version of each DAG that was seen to lack what an older one had.
_rewritten = (
    select(
        problem.c.dag_pk,
        problem.c.cause,
        func.max(problem.c.version_number).label("version_number"),
    )
    .where(problem.c.run_pk.is_(None), problem.c.status == "gone")
    .group_by(problem.c.dag_pk, problem.c.cause)
    .subquery("rewritten")
)


def _has_it() -> ColumnElement[bool]:
    later, again = dag_run.alias("later"), problem.alias("again")
    return exists().where(
        later.c.dag_pk == dag_run.c.dag_pk,
        later.c.run_after == _succeeded.c.run_after,
        later.c.state == "success",
        again.c.run_pk == later.c.id,
        again.c.cause == problem.c.cause,
        is_open_of_few(again.c.status),
    )
