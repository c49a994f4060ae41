"""Day-ahead forecast of the solar parks."""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from kubernetes.client import models as k8s

IMAGE = "energy/forecast:2024.6"
NAMESPACE = "forecast"

resources = k8s.V1ResourceRequirements(
    requests={"cpu": "500m", "memory": "1Gi"},
    limits={"cpu": "2", "memory": "4Gi"},
)


def pod(task_id: str, command: str, env: list[k8s.V1EnvVar] | None = None, **kwargs) -> KubernetesPodOperator:
    """A forecast pod with our usual resources and secrets."""
    return KubernetesPodOperator(
        task_id=task_id,
        name=task_id.replace("_", "-"),
        namespace=NAMESPACE,
        image=IMAGE,
        cmds=["python", "-m", f"forecast.{command}"],
        env_vars=[k8s.V1EnvVar(name="TZ", value="UTC"), *(env or [])],
        container_resources=resources,
        do_xcom_push=True,
        get_logs=True,
        **kwargs,
    )


def book_capacity(**context):
    forecast = context["ti"].xcom_pull(task_ids="combine")
    megawatts = max(forecast["mw"])
    parks = context["ti"].xcom_pull(task_ids="list_parks")["parks"]
    print(f"{megawatts} MW in {len(parks)} parks")
    return megawatts


def compare_models(irradiance, clouds, **context):
    """Warns when the two models are far apart."""
    weather = context["ti"].xcom_pull(task_ids="weather")
    gap = abs(irradiance["mw"] - clouds["mw"])
    if gap > 50:
        print(f"{gap} MW between the models of {weather['grib_path']}")
    return gap


with DAG(
    dag_id="solar_forecast_pods",
    schedule="15 3,9,15,21 * * *",
    start_date=datetime(2024, 3, 1),
    catchup=False,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=2)},
) as dag:
    list_parks = pod("list_parks", "parks")

    weather = pod(
        "weather",
        "weather",
        env=[
            k8s.V1EnvVar(name="BBOX", value="{{ ti.xcom_pull(task_ids='list_parks')['bbox'] | join(',') }}"),
            k8s.V1EnvVar(name="MODEL", value="icon-d2"),
            k8s.V1EnvVar(
                name="API_KEY",
                value_from=k8s.V1EnvVarSource(
                    secret_key_ref=k8s.V1SecretKeySelector(name="weather", key="api-key")
                ),
            ),
        ],
    )

    irradiance = pod(
        "irradiance",
        "irradiance",
        env=[k8s.V1EnvVar(name="GRIB", value="{{ ti.xcom_pull(task_ids='weather')['grib_path'] }}")],
    )

    clouds = pod(
        "clouds",
        "clouds",
        env=[
            k8s.V1EnvVar(name="GRIB", value="{{ ti.xcom_pull(task_ids='weather')['grib_path'] }}"),
            k8s.V1EnvVar(name="STEP", value="{{ ti.xcom_pull(task_ids='weather')['steps'][0] }}"),
        ],
    )

    combine = pod(
        "combine",
        "combine",
        arguments=[
            "--parks={{ ti.xcom_pull(task_ids='list_parks')['parks'] | tojson }}",
            "--irradiance={{ ti.xcom_pull(task_ids='irradiance')['path'] }}",
            "--clouds={{ ti.xcom_pull(task_ids='clouds')['path'] }}",
        ],
    )

    book = PythonOperator(task_id="book_capacity", python_callable=book_capacity)

    compare = PythonOperator(
        task_id="compare_models",
        python_callable=compare_models,
        op_kwargs={"irradiance": irradiance.output, "clouds": clouds.output},
    )

    compare >> book
    list_parks >> weather >> [irradiance, clouds] >> combine >> book
