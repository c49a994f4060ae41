"""Pulls that name something which is not there, and fail: tasks, groups, DAGs, keys."""

from typing import Any

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, TaskGroup, task

POD = {"image": "registry.local/show:1.0", "startup_check_interval_seconds": 0.3}


@task
def load(run_id: str) -> dict[str, str]:
    """Loads a table."""
    return {"table": f"raw.events-{run_id}"}


@task
def count(run_id: str) -> dict[str, str]:
    """Counts a table."""
    return {"verdict": f"passed-{run_id}"}


@task
def report(ti: Any, run_id: str) -> None:
    """Gives under a key of its own."""
    ti.xcom_push(key="report", value={"uri": f"s3://lab/report-{run_id}"})


@task
def list_files(run_id: str) -> dict[str, str]:
    """Lists files."""
    return {"first": f"s3://lab/file-{run_id}"}


@task
def name(run_id: str) -> str:
    """Gives a text."""
    return f"s3://lab/name-{run_id}"


@task.kubernetes(image="registry.local/python:3.12", namespace="default", do_xcom_push=True)
def measured():  # noqa: ANN201 # Airflow would take a dict's annotation for multiple_outputs
    """A pod whose dict stays one value."""
    return {"length": 7}


@task
def keep(given: object) -> str:
    """Takes what it gets."""
    return str(given)


def subscripts_none(ti: Any) -> str:
    """Reads a task that is not there."""
    return str(ti.xcom_pull(task_ids="mkae")["path"])


with DAG("failing_names", schedule=None, default_args=POD, tags=["lab", "failing"]):
    make = KubernetesPodOperator(
        task_id="make",
        image="registry.local/give:1.0",
        arguments=['{"path": "s3://lab/made-{{ run_id }}", "rows": 42}'],
        do_xcom_push=True,
    )
    with TaskGroup("ingest") as ingest:
        loaded = load()
        with TaskGroup("checks"):
            loaded >> count()
    made = [make, ingest, report(), list_files(), name()]

    typo = KubernetesPodOperator(
        task_id="typo",
        arguments=["after", "{{ ti.xcom_pull(task_ids='mkae')['path'] }}"],
    )
    typo_attribute = KubernetesPodOperator(
        task_id="typo_attribute",
        env_vars={"PATH_IN": '--in={{ ti.xcom_pull("mkae").path }}'},
    )
    typo_method = KubernetesPodOperator(
        task_id="typo_method",
        arguments=["{{ ti.xcom_pull('mkae').get('path') }}"],
    )
    typo_added = KubernetesPodOperator(
        task_id="typo_added",
        arguments=["{{ 'in:' + ti.xcom_pull(task_ids='nmae') }}"],
    )
    typo_of_two = KubernetesPodOperator(
        task_id="typo_of_two",
        arguments=[
            "{{ ti.xcom_pull('make')['path'] }}?rows={{ ti.xcom_pull('mkae')['rows'] }}",
        ],
    )
    typo_in_python = PythonOperator(task_id="typo_in_python", python_callable=subscripts_none)
    other_case = KubernetesPodOperator(
        task_id="other_case",
        arguments=["{{ ti.xcom_pull(task_ids='Make')['path'] }}"],
    )
    hyphenated = KubernetesPodOperator(
        task_id="hyphenated",
        arguments=["{{ ti.xcom_pull(task_ids='list-files')['first'] }}"],
    )
    no_prefix = KubernetesPodOperator(
        task_id="no_prefix",
        arguments=["{{ ti.xcom_pull(task_ids='load')['table'] }}"],
    )
    half_prefix = KubernetesPodOperator(
        task_id="half_prefix",
        env_vars={"VERDICT": "{{ ti.xcom_pull(task_ids='ingest.count')['verdict'] }}"},
    )
    wrong_group = KubernetesPodOperator(
        task_id="wrong_group",
        arguments=["{{ ti.xcom_pull(task_ids='ingset.load')['table'] }}"],
    )
    moved_away = KubernetesPodOperator(
        task_id="moved_away",
        arguments=["{{ ti.xcom_pull(task_ids='score_batch')['scores'] }}"],
    )
    wrong_dag = KubernetesPodOperator(
        task_id="wrong_dag",
        arguments=["{{ ti.xcom_pull(dag_id='cross_sourec', task_ids='give')['uri'] }}"],
    )
    wrong_key = KubernetesPodOperator(
        task_id="wrong_key",
        arguments=["{{ ti.xcom_pull(task_ids='report', key='reprot')['uri'] }}"],
    )
    key_is_inside = KubernetesPodOperator(
        task_id="key_is_inside",
        arguments=["{{ ti.xcom_pull(task_ids='make', key='path').upper() }}"],
    )
    no_task = KubernetesPodOperator(
        task_id="no_task",
        arguments=["{{ ti.xcom_pull(key='return_value')['path'] }}"],
    )
    output_key = KubernetesPodOperator(task_id="output_key", arguments=[make.output["path"]])
    kept = keep(measured()["length"])

    made >> typo
    made >> typo_attribute
    made >> typo_method
    made >> typo_added
    made >> typo_of_two
    made >> typo_in_python
    made >> other_case
    made >> hyphenated
    made >> no_prefix
    made >> half_prefix
    made >> wrong_group
    made >> moved_away
    made >> wrong_dag
    made >> wrong_key
    made >> key_is_inside
    made >> no_task
