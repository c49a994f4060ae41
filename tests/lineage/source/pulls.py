"""The pulls of a source in short, one line for each: `use.arguments[0] < make:key['k'] |tojson`."""

from textwrap import dedent
from typing import Any

from app.flows import claims
from app.lineage.source.declare import declare

HEAD = """\
import os
from airflow.models import Variable
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator as Pod
from airflow.providers.standard.operators.bash import BashOperator as Bash
from airflow.providers.standard.operators.empty import EmptyOperator as Empty
from airflow.providers.standard.operators.python import PythonOperator, get_current_context
from airflow.sdk import DAG, BaseOperator, Label, Param, TaskGroup, XComArg, dag, setup, task, task_group, teardown
from kubernetes.client import models as k8s
"""  # noqa: E501  # one import, one line


def check_pulls(source: str, expected: str) -> None:
    """Asserts the pulls that the source declares, one on each line, in any order.

    `~` begins the reason of candidates, `!` that of what is unresolvable.
    """
    text = HEAD + dedent(source)
    assert declare(text, "dags/etl.py").problem is None
    found = {short(one) for one in claims("dags/etl.py", text)}
    wanted = {line.strip() for line in dedent(expected).splitlines() if line.strip()}
    assert found == wanted, f"missing: {sorted(wanted - found)}, too many: {sorted(found - wanted)}"


def short(claim: dict[str, Any]) -> str:
    """A pull in short: the DAG is named where it is another one, the key where it is not usual."""
    producers = ", ".join(claim["producer_task_ids"]) or "*"
    producers = f"[{producers}]" if len(claim["producer_task_ids"]) > 1 else producers
    is_own = claim["producer_dag_id"] == claim["dag_id"]
    dag = "" if is_own else f"{claim['producer_dag_id']}/"
    key = "" if claim["xcom_key"] == "return_value" else f":{claim['xcom_key']}"
    path = "".join(f"[{step!r}]" for step in claim["path"])
    operations = f" {''.join(claim['operations'])}" if claim["operations"] else ""
    mark = {"resolved": "", "candidates": " ~ ", "unresolvable": " ! "}[claim["status"]]
    reason = f"{mark}{claim['reason']}" if mark else ""
    place = f"{claim['consumer_task']}.{claim['field']}"
    return f"{place} < {dag}{producers}{key}{path}{operations}{reason}"
