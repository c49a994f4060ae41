"""Card fraud: score the day's transactions with the champion and the challenger."""
from __future__ import annotations

import pendulum
from airflow.sdk import DAG, TaskGroup, get_current_context, task, task_group

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

MODELS = {"champion": "v12", "challenger": "v13"}
THRESHOLDS: dict[str, float] = {"block": 0.97, "review": 0.8}

with DAG(
    dag_id="fraud_scoring",
    start_date=pendulum.datetime(2025, 1, 1),
    schedule="@hourly",
    catchup=False,
    tags={"fraud"},
):

    @task
    def window(start: str = "{{ data_interval_start }}") -> dict:
        return {"start": start, "table": "tx.hourly", "parts": [1, 2]}

    @task.kubernetes(image="fraud/features:9", namespace="fraud", name="features", do_xcom_push=True)
    def features(win: dict):
        return {"uri": "s3://fraud/features", "n": 1000}

    win = window()
    feats = features(win)

    scores = {}
    with TaskGroup("score"):
        for name, version in MODELS.items():
            scores[name] = KubernetesPodOperator(
                task_id=name,
                name=f"score-{name}",
                namespace="fraud",
                image=f"fraud/model:{version}",
                arguments=[
                    "--features", "{{ ti.xcom_pull(task_ids='features')['uri'] }}",
                    "--rows", f"{feats}",
                    "--table", win["table"],
                ],
                do_xcom_push=True,
            )

    @task_group
    def act(champion, threshold_name: str):
        @task
        def select(scored, threshold):
            return [s for s in scored["items"] if s["p"] > threshold]

        @task
        def execute(items, action):
            ti = get_current_context()["ti"]
            selected_before = ti.xcom_pull(task_ids=f"{action}.select")
            n = ti.xcom_pull(task_ids="features")["n"]
            return {"action": action, "count": len(items), "of": n, "again": selected_before}

        return execute(select(champion, THRESHOLDS[threshold_name]), action=threshold_name)

    results = [
        act.override(group_id=name)(champion=scores["champion"].output, threshold_name=name) for name in THRESHOLDS
    ]

    @task
    def compare(champion, challenger, *actions):
        return {"champion": champion, "challenger": challenger, "actions": actions}

    compare(*[scores[m].output for m in MODELS], *results)
