"""dbt projects of several teams. A small factory turns the specs below into DAGs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Callable

from airflow import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import PythonOperator

try:
    from airflow.sdk import TaskGroup
except ImportError:
    from airflow.utils.task_group import TaskGroup


@dataclass
class Node:
    kind: str
    needs: list[str] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)
    group: str | None = None


def compare(left, right, ti, **_):
    return ti.xcom_pull(task_ids=left) == ti.xcom_pull(task_ids=right)


CALLABLES: dict[str, Callable] = {"compare": compare}

SPECS = {
    "finance": {
        "seed": Node("dbt", config={"command": "seed"}),
        "run": Node("dbt", needs=["seed"], config={"command": "run", "vars": {"seed": "seed.manifest"}}),
        "test": Node("dbt", needs=["run"], config={"command": "test", "vars": {"m": "run.manifest", "n": "run.rows"}}),
        "publish": Node("bash", needs=["test"], config={"script": "publish", "pull": ("run", "docs")}),
    },
    "sales": {
        "snapshot": Node("dbt", config={"command": "snapshot"}, group="nightly"),
        "run": Node(
            "dbt",
            needs=["nightly.snapshot"],
            config={"command": "run", "vars": {"snap": "nightly.snapshot:state"}},
            group="nightly",
        ),
        "check": Node(
            "python",
            needs=["nightly.run"],
            config={"callable": "compare", "kwargs": {"left": "nightly.snapshot", "right": "nightly.run"}},
        ),
    },
}


def template(reference: str) -> str:
    """Turns ``task:step`` or ``task.step`` into a template."""
    if ":" in reference:
        task_id, _, step = reference.partition(":")
    else:
        task_id, step = reference.rsplit(".", 1)
    return f"{{{{ ti.xcom_pull(task_ids='{task_id}')['{step}'] }}}}"


def dbt(task_id, command, vars=None):
    arguments = ["dbt", command]
    for name, reference in (vars or {}).items():
        arguments += ["--vars", "%s: %s" % (name, template(reference))]
    return KubernetesPodOperator(
        task_id=task_id,
        name=f"dbt-{command}",
        image="registry.local/dbt:1.8",
        arguments=arguments,
        do_xcom_push=True,
    )


def bash(task_id, script, pull):
    source, key = pull
    return BashOperator(task_id=task_id, bash_command=f"{script} {template(f'{source}.{key}')}")


def python(task_id, callable, kwargs):
    return PythonOperator(task_id=task_id, python_callable=CALLABLES[callable], op_kwargs=kwargs)


BUILDERS = {"dbt": dbt, "bash": bash, "python": python}


def build(team: str, nodes: dict[str, Node]) -> DAG:
    dag = DAG(
        dag_id=f"dbt_{team}",
        start_date=datetime(2024, 1, 1),
        schedule="@daily",
        catchup=False,
        tags=["dbt", team],
    )
    with dag:
        groups: dict[str, TaskGroup] = {}
        built = {}
        for name, node in nodes.items():
            if node.group:
                if node.group not in groups:
                    groups[node.group] = TaskGroup(group_id=node.group)
                with groups[node.group]:
                    task = BUILDERS[node.kind](name, **node.config)
            else:
                task = BUILDERS[node.kind](name, **node.config)
            built[task.task_id] = task
            for need in node.needs:
                built[need] >> task
    return dag


dags = [build(team, nodes) for team, nodes in SPECS.items()]
dbt_finance, dbt_sales = dags
