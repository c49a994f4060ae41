from __future__ import annotations

import pendulum
from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from kubernetes.client import models as k8s

IMAGE = "ghcr.io/gridco/forecast:1.18"
COMMON_ENV = {"TZ": "UTC", "LOG_LEVEL": "info"}


def env(name: str, value: str) -> k8s.V1EnvVar:
    return k8s.V1EnvVar(name=name, value=value)


SECRET_ENV = k8s.V1EnvVar(
    name="API_TOKEN",
    value_from=k8s.V1EnvVarSource(
        secret_key_ref=k8s.V1SecretKeySelector(name="grid", key="token")
    ),
)


def accept(**context):
    quality = context["ti"].xcom_pull(task_ids="evaluate")
    model = context["ti"].xcom_pull(task_ids="train", key="return_value")
    if quality["mape"] > 0.07:
        raise ValueError(f"model {model['uri']} is not good enough")


def archive(weather, model, keep_days=30):
    print("archive", weather["uri"], model["uri"], keep_days)


with DAG(
    dag_id="grid_forecast",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    schedule="15 */6 * * *",
    catchup=False,
) as dag:
    weather = KubernetesPodOperator(
        task_id="weather",
        image=IMAGE,
        cmds=["forecast", "weather"],
        env_vars={**COMMON_ENV, "RUN": "{{ ts_nodash }}"},
        do_xcom_push=True,
    )
    load = KubernetesPodOperator(
        task_id="load_history",
        image=IMAGE,
        cmds=["forecast", "history"],
        env_vars=[env("DAYS", "90"), SECRET_ENV],
        do_xcom_push=True,
    )
    train = KubernetesPodOperator(
        task_id="train",
        image=IMAGE,
        cmds=["forecast", "train"],
        env_vars=[
            k8s.V1EnvVar(name="WEATHER_URI", value="{{ ti.xcom_pull(task_ids='weather')['uri'] }}"),
            k8s.V1EnvVar(name="STATIONS", value="{{ ti.xcom_pull(task_ids='weather')['stations'] | length }}"),
            env("HISTORY_URI", "{{ task_instance.xcom_pull('load_history')['uri'] }}"),
            SECRET_ENV,
        ],
        do_xcom_push=True,
    )
    evaluate = KubernetesPodOperator(
        task_id="evaluate",
        image=IMAGE,
        cmds=["forecast", "evaluate"],
        env_vars={
            **COMMON_ENV,
            "MODEL": "{{ ti.xcom_pull(task_ids='train')['uri'] }}",
            "HOLDOUT": "{{ ti.xcom_pull(task_ids='load_history')['holdout'] }}",
            "SEED": "{{ ti.xcom_pull(task_ids='train').get('seed', 42) }}",
        },
        do_xcom_push=True,
    )
    gate = PythonOperator(task_id="gate", python_callable=accept)
    deploy = KubernetesPodOperator(
        task_id="deploy",
        image="ghcr.io/gridco/serve:{{ ti.xcom_pull(task_ids='train')['version'] }}",
        arguments=["--model", "{{ ti.xcom_pull(task_ids='train')['uri'] }}"],
        annotations={"gridco/mape": "{{ ti.xcom_pull(task_ids='evaluate')['mape'] }}"},
        labels={"app": "forecast"},
    )
    store = PythonOperator(
        task_id="archive_inputs",
        python_callable=archive,
        op_kwargs={"weather": weather.output, "model": train.output, "keep_days": 60},
    )
    evaluate >> store
    [weather, load] >> train >> evaluate >> gate >> deploy
