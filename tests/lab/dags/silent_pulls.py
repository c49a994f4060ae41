"""Green tasks that got something wrong: the text None, Python for JSON, raw templates."""

from typing import Any

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, TaskGroup, task

POD = {"image": "registry.local/show:1.0", "startup_check_interval_seconds": 0.3}


@task
def part(n: int, run_id: str) -> dict[str, str]:
    """One of several parts."""
    return {"uri": f"s3://lab/part-{n}-{run_id}"}


@task
def bucket(run_id: str) -> str:
    """Gives a text."""
    return f"bucket-{run_id}"


@task
def number() -> int:
    """Gives a number."""
    return 42


@task
def report(ti: Any, run_id: str) -> None:
    """Gives under a key of its own."""
    ti.xcom_push(key="report", value=f"s3://lab/report-{run_id}")


@task
def load(run_id: str) -> dict[str, str]:
    """Loads a table."""
    return {"table": f"raw.events-{run_id}"}


def keep(**given: object) -> int:
    """Counts what it got."""
    return len(given)


def reads_nothing(ti: Any) -> str:
    """Does not look at what it got."""
    found = ti.xcom_pull(task_ids="mkae")
    return f"read {found}"


with DAG("silent_pulls", schedule=None, default_args=POD, tags=["lab", "failing"]):
    make = KubernetesPodOperator(
        task_id="make",
        image="registry.local/give:1.0",
        arguments=['{"path": "s3://lab/made-{{ run_id }}", "rows": 42, "tags": ["a", "it\'s"]}'],
        do_xcom_push=True,
    )
    parts = part.expand(n=[1, 2])
    reported = report()
    with TaskGroup("ingest"):
        loaded = load()
    made = [make, bucket(), number()]

    in_text = KubernetesPodOperator(
        task_id="in_text",
        image="registry.local/give:1.0",
        arguments=['{"copy": "s3://lab/{{ ti.xcom_pull(\'bukcet\') }}/copy-{{ run_id }}"}'],
        do_xcom_push=True,
    )
    next_pod = KubernetesPodOperator(
        task_id="next_pod",
        arguments=["--copy={{ ti.xcom_pull('in_text')['copy'] }}"],
    )
    next_python = PythonOperator(
        task_id="next_python",
        python_callable=keep,
        op_kwargs={"copy": "{{ ti.xcom_pull('in_text')['copy'] }}"},
    )
    as_number = KubernetesPodOperator(
        task_id="as_number",
        env_vars={"ROWS": "{{ ti.xcom_pull(task_ids='nubmer') | int }}"},
    )
    in_list = KubernetesPodOperator(
        task_id="in_list",
        arguments=["{{ ti.xcom_pull(task_ids=['make', 'bukcet']) | tojson }}"],
    )
    no_prefix = BashOperator(
        task_id="no_prefix",
        bash_command="echo loading {{ ti.xcom_pull(task_ids='load') }}",
    )
    wrong_key = BashOperator(
        task_id="wrong_key",
        bash_command="true",
        env={"REPORT": "{{ ti.xcom_pull(task_ids='report', key='reprot') }}"},
    )
    wrong_dag = PythonOperator(
        task_id="wrong_dag",
        python_callable=keep,
        op_kwargs={"uri": "{{ ti.xcom_pull(dag_id='cross_sourec', task_ids='give') }}"},
    )
    no_task = PythonOperator(
        task_id="no_task",
        python_callable=keep,
        op_kwargs={"path": "{{ ti.xcom_pull(key='return_value') }}"},
    )
    key_is_inside = PythonOperator(
        task_id="key_is_inside",
        python_callable=keep,
        templates_dict={"path": "{{ ti.xcom_pull(task_ids='make', key='path') }}"},
    )
    output_in_text = KubernetesPodOperator(
        task_id="output_in_text",
        arguments=[f"--path={make.output['path']}"],
    )
    in_python = PythonOperator(task_id="in_python", python_callable=reads_nothing)
    python_repr = KubernetesPodOperator(
        task_id="python_repr",
        arguments=["--config={{ ti.xcom_pull(task_ids='make') }}"],
    )
    generator = KubernetesPodOperator(
        task_id="generator",
        env_vars={"PARTS": "{{ ti.xcom_pull('part') | map(attribute='uri') }}"},
    )
    braces_lost = KubernetesPodOperator(
        task_id="braces_lost",
        arguments=[f"--rows={{ ti.xcom_pull(task_ids='{make.task_id}')['rows'] }}"],
    )

    made >> in_text >> [next_pod, next_python]
    made >> as_number
    made >> in_list
    loaded >> no_prefix
    reported >> wrong_key
    make >> wrong_dag
    make >> no_task
    make >> key_is_inside
    make >> output_in_text
    make >> in_python
    make >> python_repr
    parts >> generator
    make >> braces_lost
