"""Offline evaluation of ranking experiments.

Reads the judgments of another DAG (``relevance_judgments``) and the production model of ``ranking_training``.
"""
from contextlib import contextmanager
from datetime import datetime, timedelta

from airflow import DAG
from airflow.decorators import task
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.sensors.external_task import ExternalTaskSensor
from airflow.utils.task_group import TaskGroup

UPSTREAM = {
    "judgments": ("relevance_judgments", "export"),
    "model": ("ranking_training", "register.promote"),
}
METRICS = ["ndcg", "mrr"]


def remote(name, suffix="", **pull_args):
    dag_id, task_id = UPSTREAM[name]
    extra = "".join(f", {k}={v!r}" for k, v in pull_args.items())
    return f"{{{{ ti.xcom_pull(dag_id='{dag_id}', task_ids='{task_id}'{extra}){suffix} }}}}"


@contextmanager
def stage(name, after=None):
    """A group whose tasks come after another task."""
    with TaskGroup(name, tooltip=name.title()) as group:
        yield group
    if after is not None:
        after >> group


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

    with stage("latency", after=run) as latency:
        probes = []
        for pct in (50, 95):
            probe = BashOperator(
                task_id=f"p{pct}",
                bash_command=f"latency --pct {pct} {{{{ ti.xcom_pull(task_ids='{run.task_id}') }}}}",
            )
            probes.append(probe)
        with stage("slo", after=probes[-1]) as slo:
            BashOperator(
                task_id="check",
                bash_command="slo {{ ti.xcom_pull(task_ids='latency.p95') }} {{ ti.xcom_pull(task_ids='"
                + probes[0].task_id.removesuffix("50") + "95', key='return_value') | float > 200 }}",
            )
            PythonOperator(
                task_id="budget",
                python_callable=lambda p50, ti: p50 < ti.xcom_pull(task_ids=f"{latency.group_id}.slo.check"),
                op_args=[probes[0].output],
            )

    promote = BashOperator(task_id="promote", bash_command="promote {{ ti.xcom_pull(task_ids='decide') }}")
    reject = BashOperator(task_id="reject", bash_command=f"reject {diff.output}")

    sensors >> sample >> index >> run >> metrics >> diff
    decide(diff.output) >> [promote, reject]
