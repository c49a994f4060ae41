"""Of the fields around a value: what is wrong with them, and what they showed."""

from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from sqlalchemy import select

from app.model.findings import KnownFlow, Problem
from app.model.ids import TaskInstanceKey
from app.model.leaves import LeafAddress
from app.model.values import Json
from app.store import tables as t
from app.store.numbers import named_run_rows
from app.store.problems import is_open_of_few, problem_from
from app.store.session import ReadSession

#: The rendered fields of tries, by deployment, task instance and number.
Rendered: TypeAlias = dict[tuple[str, TaskInstanceKey, int], Mapping[str, Json]]


def read_open_problems(
    session: ReadSession, at: LeafAddress, fields: Collection[str]
) -> tuple[tuple[int, Problem], ...]:
    """The open problems that the task instance of the place has in these fields, with numbers."""
    c, run, dag, deployment = t.problem.c, t.dag_run.c, t.dag.c, t.deployment.c
    rows = session.execute(
        select(c.id, c.body)
        .join(t.dag_run, run.id == c.run_pk)
        .join(t.dag, dag.id == run.dag_pk)
        .join(t.deployment, deployment.id == dag.deployment_id)
        .where(deployment.name == at.deployment, dag.dag_id == at.instance.dag_id)
        .where(run.run_id == at.instance.run_id, c.task_id == at.instance.task_id)
        .where(c.map_index == at.instance.map_index, c.field.in_(fields))
        .where(is_open_of_few(c.status))
        .order_by(c.id)
    )
    return tuple((row.id, problem_from(row.body)) for row in rows)


def read_rendered_of(session: ReadSession, flows: Iterable[KnownFlow]) -> Rendered:
    """The fields of the tries that got these, where they were seen."""
    readers = {(one.deployment, one.flow.consumer.instance) for one in flows}
    runs = named_run_rows(session, {(name, at.run) for name, at in readers})
    named = {row.id: run for run, row in runs.items()}
    instance, one_try = t.task_instance.c, t.task_try.c
    rows = session.execute(
        select(
            instance.run_pk,
            instance.task_id,
            instance.map_index,
            one_try.try_number,
            one_try.rendered,
        )
        .join(t.task_try, one_try.task_instance_pk == instance.id)
        .where(
            instance.run_pk.in_(named),
            instance.task_id.in_({at.task_id for _, at in readers}),
            instance.map_index.in_({at.map_index for _, at in readers}),
            one_try.rendered.is_not(None),
        )
    )
    found: Rendered = {}
    for row in rows:
        deployment, run = named[row.run_pk]
        at = TaskInstanceKey(run.dag_id, run.run_id, row.task_id, row.map_index)
        found[deployment, at, row.try_number] = row.rendered or {}
    return found
