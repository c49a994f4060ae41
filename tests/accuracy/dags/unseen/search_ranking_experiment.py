"""Offline evaluation of ranking experiments.

Reads the judgments of another DAG (``relevance_judgments``) and the production model of ``ranking_training``.
"""
from datetime import datetime, timedelta

from airflow import DAG
from airflow.decorators import task
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.sensors.external_task import ExternalTaskSensor

UPSTREAM = {
    "judgments": ("relevance_judgments", "export"),
    "model": ("ranking_training", "register.promote"),
}
METRICS = ["ndcg", "mrr"]


def remote(name, suffix="", **pull_args):
    dag_id, task_id = UPSTREAM[name]
    extra = "".join(f", {k}={v!r}" for k, v in pull_args.items())
    return f"{{{{ ti.xcom_pull(dag_id='{dag_id}', task_ids='{task_id}'{extra}){suffix} }}}}"


def sample_queries(ti, n=1000):
    export = ti.xcom_pull(dag_id="relevance_judgments", task_ids="export", include_prior_dates=True)
    return {"queries": export["queries"][:n], "seed": 7}


def compare(ti, **_):
    prod = ti.xcom_pull(task_ids="register.promote", dag_id=UPSTREAM["model"][0], key="metrics", include_prior_dates=True)
    cand = {m: ti.xcom_pull(task_ids=f"metric_{m}") for m in METRICS}
    return {m: cand[m] - prod[m] for m in METRICS}


with DAG(
    "search_ranking_experiment",
    start_date=datetime(2024, 7, 1),
    schedule="0 2 * * *",
    catchup=False,
    default_args={"retries": 1},
) as dag:
    sensors = [
        ExternalTaskSensor(
            task_id=f"wait_{name}",
            external_dag_id=dag_id,
            external_task_id=task_id,
            execution_delta=timedelta(hours=1),
            mode="reschedule",
        )
        for name, (dag_id, task_id) in UPSTREAM.items()
    ]
    sample = PythonOperator(task_id="sample_queries", python_callable=sample_queries, op_kwargs={"n": 500})
    index = BashOperator(
        task_id="index",
        bash_command="build-index --model " + remote("model", "['uri']", include_prior_dates=True)
        + " --judgments " + remote("judgments", ".get('path', '/none')"),
    )
    run = BashOperator(
        task_id="run",
        bash_command="run-queries '{{ ti.xcom_pull('sample_queries')['queries'] | tojson }}' --seed {{ ti.xcom_pull('sample_queries', 'search_ranking_experiment', 'return_value')['seed'] }}",
        env={"INDEX": index.output, "MODEL": remote("model", key="uri")},
    )

    @task
    def metric(name, run_output, judgments):
        return 0.5

    metrics = [
        metric.override(task_id=f"metric_{m}")(m, run.output, judgments=remote("judgments"))
        for m in METRICS
    ]
    diff = PythonOperator(task_id="compare", python_callable=compare)

    @task.branch
    def decide(delta):
        return "promote" if min(delta.values()) > 0 else "reject"

    promote = BashOperator(task_id="promote", bash_command="promote {{ ti.xcom_pull(task_ids='decide') }}")
    reject = BashOperator(task_id="reject", bash_command=f"reject {diff.output}")

    sensors >> sample >> index >> run >> metrics >> diff
    decide(diff.output) >> [promote, reject]
