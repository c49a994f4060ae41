"""Fills a real Airflow with runs: `fill.py FINISHED OPEN`, in Airflow's environment.

Each task of a finished run, and half of those of an open one, has returned one value and has one
rendered field, as in `tests/bench/mirror/server.py`.
"""

import sys
from datetime import timedelta

from airflow.models.dag_version import DagVersion
from airflow.models.dagrun import DagRun
from airflow.models.renderedtifields import RenderedTaskInstanceFields
from airflow.models.serialized_dag import SerializedDagModel
from airflow.models.taskinstance import TaskInstance
from airflow.models.xcom import XComModel
from airflow.utils.session import create_session
from airflow.utils.timezone import utcnow

_LIST = [f"s3://lake/day=2026-11-26/part-{number:05}.parquet" for number in range(8)]

now = utcnow()
with create_session() as session:
    dag = SerializedDagModel.get_dag("etl", session=session)
    version = DagVersion.get_latest_version("etl", session=session)
    finished, still_open = map(int, sys.argv[1:])
    for number in range(finished + still_open):
        is_open = number >= finished
        at = now if is_open else now - timedelta(hours=number + 1)
        times = {"run_after": at, "start_date": at, "queued_at": at}
        state = "running" if is_open else "success"
        run = DagRun("etl", f"r{number:05}", run_type="manual", state=state, **times)
        run.end_date = None if is_open else at + timedelta(minutes=1)
        run.updated_at, run.created_dag_version_id = at, version.id
        session.add(run)
        session.flush()
        for place, task in enumerate(dag.tasks):
            is_done = not is_open or place < len(dag.tasks) // 2
            state = "success" if is_done else None
            one = TaskInstance(task, version.id, run_id=run.run_id, state=state)
            session.add(one)
            if not is_done:
                continue
            one.try_number, one.start_date, one.end_date = 1, at, at + timedelta(seconds=20)
            session.flush()
            shown = {"op_kwargs": {"n": number}}
            fields = RenderedTaskInstanceFields(one, render_templates=False, rendered_fields=shown)
            session.add(fields)
            value = {"rows": number, "files": _LIST, "task": task.task_id}
            where = {"dag_id": "etl", "task_id": task.task_id, "run_id": run.run_id}
            XComModel.set("return_value", value, **where, session=session)
