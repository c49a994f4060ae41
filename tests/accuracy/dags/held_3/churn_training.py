from __future__ import annotations

from datetime import datetime
from pathlib import Path

from airflow import DAG
from airflow.decorators import task, task_group
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

MODELS = ("logistic", "forest", "boosted")
BUCKET = "s3://ml-churn"
TRAINER = "acme/trainer:2.3"

common = dict(
    namespace="ml",
    image=TRAINER,
    get_logs=True,
    do_xcom_push=True,
)

with DAG(
    dag_id="churn_training",
    schedule="@weekly",
    start_date=datetime(2024, 2, 4),
    catchup=False,
    default_args={"owner": "ml-platform"},
) as dag:

    @task
    def snapshot(ds: str | None = None) -> dict:
        base = f"{BUCKET}/snapshots/{ds}"
        return {"train": f"{base}/train.parquet", "test": f"{base}/test.parquet", "features": ["age", "plan"]}

    @task_group(group_id="train")
    def train_all(data):
        pods = []
        for model in MODELS:
            pod = KubernetesPodOperator(
                task_id=model,
                name=f"train-{model}",
                arguments=["train", model, "--data", data["train"], "--features", "{{ ti.xcom_pull(task_ids='snapshot')['features'] | join(',') }}"],
                **common,
            )
            pods.append(pod)
        return pods

    @task
    def pick_best(scores: list[dict]) -> str:
        return max(scores, key=lambda s: s["auc"])["model"]

    @task
    def compare_with_current(best: str, ti=None):
        scores = ti.xcom_pull(task_ids=["train.logistic", "train.forest", "train.boosted"])
        current = ti.xcom_pull(dag_id="churn_serving", task_ids="current_model", key="score", include_prior_dates=True)
        return max(s["auc"] for s in scores) > (current or 0)

    @task.short_circuit
    def go_on(better: bool) -> bool:
        return better

    data = snapshot()
    pods = train_all(data)
    best = pick_best([pod.output for pod in pods])
    better = compare_with_current(best)

    evaluate = KubernetesPodOperator(
        task_id="evaluate",
        name="evaluate",
        arguments=["evaluate", "--model", best, "--data", "{{ ti.xcom_pull(task_ids='snapshot')['test'] }}"],
        **common,
    )
    deploy = KubernetesPodOperator(
        task_id="deploy",
        name="deploy",
        cmds=["/bin/sh", "-c"],
        arguments=["deploy {{ ti.xcom_pull(task_ids='pick_best') }} --threshold {{ ti.xcom_pull(task_ids='evaluate')['threshold'] | float }}"],
        env_vars={
            "MODEL": "{{ ti.xcom_pull(task_ids='pick_best') }}",
            "REPORT": "{{ ti.xcom_pull(task_ids='evaluate').report.url }}",
        },
        **common,
    )
    go_on(better) >> evaluate >> deploy
