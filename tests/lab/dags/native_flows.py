"""Templates that come out as Python objects, and values under keys of their own."""

from typing import Any

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, task

POD = {"image": "registry.local/show:1.0", "startup_check_interval_seconds": 0.3}


@task(multiple_outputs=True)
def make(ti: Any, run_id: str) -> dict[str, Any]:
    """Gives under many keys."""
    ti.xcom_push(key="report", value={"rows": [7, 8], "path": f"s3://lab/report-{run_id}"})
    ti.xcom_push(key="number", value=7)
    return {"n": 7, "text": f"text-{run_id}", "list": [7, "b1"], "map": {"n": 7, "flag": True}}


def keep(**given: Any) -> int:
    """Counts what it got."""
    return len(given)


with DAG(
    "native_flows",
    schedule=None,
    default_args=POD,
    render_template_as_native_obj=True,
    tags=["lab", "flows"],
):
    made = make()
    objects = PythonOperator(
        task_id="objects",
        python_callable=keep,
        op_kwargs={
            "n": "{{ ti.xcom_pull('make', key='n') }}",
            "seven": 7,
            "flag": "{{ ti.xcom_pull('make', key='map')['flag'] }}",
            "list": "{{ ti.xcom_pull('make', key='list') }}",
            "map": "{{ ti.xcom_pull('make')['map'] }}",
            "rows": "{{ ti.xcom_pull('make', key='report').rows }}",
            "more": "{{ ti.xcom_pull('make', key='number') + 1 }}",
            "both": "{{ ti.xcom_pull(key='number', task_ids='make') }}{{ ti.xcom_pull('make').n }}",
            "given": made["text"],
        },
    )
    texts = KubernetesPodOperator(
        task_id="texts",
        arguments=[
            "{{ ti.xcom_pull('make', key='text') }}",
            "--n={{ ti.xcom_pull('make', key='number') }}",
            "{{ ti.xcom_pull('make', key='report')['path'] }}",
        ],
        env_vars={"TEXT": made["text"], "N": "n{{ ti.xcom_pull('make')['n'] }}"},
    )
    made >> [objects, texts]
