"""Prints what Airflow's metadata database has of the recorded runs, as JSON.

Runs in Airflow's own environment, 2 or 3. What is told here did not go through the REST API.
"""

import hashlib
import json
import sys
from typing import Any

from airflow import __version__
from airflow.models import DagRun, TaskInstance
from airflow.models.renderedtifields import RenderedTaskInstanceFields
from airflow.utils.session import create_session

IS_3 = not __version__.startswith("2.")
if IS_3:
    from airflow.models.dag_version import DagVersion
    from airflow.models.dagcode import DagCode
    from airflow.models.taskinstancehistory import TaskInstanceHistory
    from airflow.models.xcom import XComModel as XCom
else:
    from airflow.models.dagcode import DagCode
    from airflow.models.xcom import XCom


def truth(session: Any) -> dict[str, Any]:
    """Every table that xcomtrace mirrors, row by row."""
    return {
        "version": __version__,
        "runs": [
            {"run": at(run), "state": run.state}
            for run in session.query(DagRun).order_by(DagRun.id)
        ],
        "tries": sorted(tries(session), key=lambda one: (one["at"], one["try"])),
        "rendered": sorted(
            (
                {"at": place(row), "fields": row.rendered_fields}
                for row in session.query(RenderedTaskInstanceFields)
            ),
            key=lambda one: one["at"],
        ),
        "xcoms": sorted(
            ({"at": [*place(row), row.key], "value": row.value} for row in session.query(XCom)),
            key=lambda one: one["at"],
        ),
        "sources": sorted(sources(session), key=lambda one: (one["dag_id"], one["number"] or 0)),
    }


def at(row: Any) -> list[str]:
    """The DAG's id and the run's."""
    return [row.dag_id, row.run_id]


def place(row: Any) -> list[Any]:
    """Run, task and map index."""
    return [*at(row), row.task_id, row.map_index]


def tries(session: Any) -> Any:
    """The latest try of each instance; with Airflow 3 the earlier ones too."""
    for row in session.query(TaskInstance):
        # The property adds one to what Airflow 2.9 stores.
        number = row.try_number if IS_3 else row._try_number
        yield {"at": place(row), "try": number, "state": row.state}
    for row in session.query(TaskInstanceHistory) if IS_3 else ():
        yield {"at": place(row), "try": row.try_number, "state": row.state}


def sources(session: Any) -> Any:
    """The source of every version; Airflow 2 has the present one only."""
    if not IS_3:
        for code in session.query(DagCode):
            dag_id = code.fileloc.rpartition("/")[2].removesuffix(".py")
            yield {"dag_id": dag_id, "number": None, "sha256": digest(code.source_code)}
        return
    for version in session.query(DagVersion):
        code = session.query(DagCode).filter(DagCode.dag_version_id == version.id).one()
        yield {
            "dag_id": version.dag_id,
            "number": version.version_number,
            "sha256": digest(code.source_code),
        }


def digest(text: str) -> str:
    """The text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()


with create_session() as session:
    sys.stdout.write(json.dumps(truth(session), default=str) + "\n")
