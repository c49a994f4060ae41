"""The current state of some task instances, for the marks beside their names."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, or_, select

from app.model.ids import RunKey, TaskInstanceKey
from app.store.session import ReadSession
from app.store.tables import dag, dag_run, deployment, task_instance, task_try
from app.store.tries import IS_CURRENT_TRY


def read_states(
    session: ReadSession, *, deployment_name: str, instances: Collection[TaskInstanceKey]
) -> dict[TaskInstanceKey, str | None]:
    """The state of each instance's current try; an instance that is not stored is left out."""
    wanted = frozenset(instances)
    if not wanted:
        return {}
    runs = {instance.run for instance in wanted}
    rows = session.execute(
        select(
            dag.c.dag_id,
            dag_run.c.run_id,
            task_instance.c.task_id,
            task_instance.c.map_index,
            task_try.c.state,
        )
        .join(dag_run, task_instance.c.run_pk == dag_run.c.id)
        .join(dag, dag_run.c.dag_pk == dag.c.id)
        .join(deployment, dag.c.deployment_id == deployment.c.id)
        .join(task_try, IS_CURRENT_TRY)
        .where(
            deployment.c.name == deployment_name,
            or_(*(_is(run) for run in sorted(runs))),
            task_instance.c.task_id.in_({instance.task_id for instance in wanted}),
        )
    )
    found = {TaskInstanceKey(*row[:4]): row.state for row in rows}
    return {instance: state for instance, state in found.items() if instance in wanted}


def _is(run: RunKey) -> ColumnElement[bool]:
    return and_(dag.c.dag_id == run.dag_id, dag_run.c.run_id == run.run_id)
