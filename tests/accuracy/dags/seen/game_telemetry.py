"""Telemetry of a mobile game: sessionise, aggregate, train the churn model and start the campaign DAG."""

import json
from datetime import datetime

from airflow import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.python import PythonOperator
    from airflow.operators.trigger_dagrun import TriggerDagRunOperator

GPU = {"accelerator": "l4"}
SESSIONS = "sessionise"
TITLES = [("puzzle", 1), ("racer", 2)]

JOB = {
    "input": "{{ ti.xcom_pull(task_ids='sessionise')['path'] }}",
    "partitions": "{{ ti.xcom_pull(task_ids='sessionise')['partitions'] | tojson }}",
    "model": {"kind": "survival", "seed": 7},
}
FEATURES = json.dumps(
    {
        "job": JOB,
        "players": "{{ ti.xcom_pull('" + SESSIONS + "')['players'] }}",
        "window": ["{{ ds }}", "{{ ti.xcom_pull('aggregate_puzzle')['until'] }}"],
    },
    indent=2,
    sort_keys=True,
)


def players_of(ti, title, **_):
    found = ti.xcom_pull(task_ids="aggregate_" + title)
    return found["players"]


with DAG(
    dag_id="game_telemetry",
    start_date=datetime(2024, 10, 1),
    schedule="15 * * * *",
    catchup=False,
) as dag:
    sessions = KubernetesPodOperator(
        task_id=SESSIONS,
        name="sessionise",
        image="registry.local/game/spark:3.5",
        cmds=["spark-submit"],
        arguments=["--date", "{{ ds }}"],
        do_xcom_push=True,
    )
    release = PythonOperator(task_id="release", python_callable=lambda: {"image": "churn", "tag": "1.4", "pool": "gpu"})

    aggregates = {}
    for title, store in TITLES:
        aggregates[title] = KubernetesPodOperator(
            task_id=f"aggregate_{title}",
            name="aggregate-" + title,
            image="registry.local/game/agg:{{ ti.xcom_pull('release')['tag'] }}",
            cmds=[
                "python",
                "-m",
                "agg",
                "--store=%d" % store,
                "{{ ti.xcom_pull(task_ids='" + SESSIONS + "', key='return_value')['by_title']['" + title + "'] }}",
            ],
            do_xcom_push=True,
        )

    train = KubernetesPodOperator(
        task_id="train_churn",
        name="train-churn-{{ ti.xcom_pull('release').tag | replace('.', '-') }}",
        image="registry.local/game/{{ ti.xcom_pull('release')['image'] }}:{{ ti.xcom_pull('release')['tag'] }}",
        arguments=["--config", FEATURES],
        env_vars={"JOB": json.dumps(JOB), "TITLES": json.dumps([t for t, _ in TITLES])},
        node_selector={**GPU, "pool": "{{ ti.xcom_pull(task_ids='release')['pool'] }}"},
        annotations={"game/sessions": "{{ ti.xcom_pull('sessionise')['run'] }}"},
        labels={t: "{{ ti.xcom_pull('aggregate_%s')['hash'] }}" % t for t, _ in TITLES},
        do_xcom_push=True,
    )

    counts = [
        PythonOperator(
            task_id=f"players_{title}",
            python_callable=players_of,
            op_kwargs={"title": title},
        )
        for title, _ in TITLES
    ]

    campaign = TriggerDagRunOperator(
        task_id="start_campaign",
        trigger_dag_id="game_campaign",
        trigger_run_id="churn__{{ ti.xcom_pull('train_churn')['version'] }}",
        conf={
            "model": "{{ ti.xcom_pull(task_ids='train_churn')['uri'] }}",
            "segments": [
                {"title": title, "players": "{{ ti.xcom_pull('players_" + title + "') }}", "raw": task.output}
                for (title, _), task in zip(TITLES, counts)
            ],
            "limits": {"cpu": "{{ (ti.xcom_pull('release') or {}).get('cpu', '2') }}"},
        },
    )

    sessions >> list(aggregates.values()) >> train >> campaign
    for title in aggregates:
        aggregates[title] >> counts[[t for t, _ in TITLES].index(title)] >> campaign
    release >> list(aggregates.values())
