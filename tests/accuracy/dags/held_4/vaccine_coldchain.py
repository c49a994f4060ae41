"""Cold chain of the vaccine stock: temperature excursions per depot and vaccine."""
from datetime import datetime

from airflow import DAG
from airflow.models.param import Param
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.utils.task_group import TaskGroup
from kubernetes.client import models as k8s

DEPOTS = {
    "lisbon": dict(vaccines=("mmr", "hpv"), zone="south"),
    "coimbra": dict(vaccines=("mmr",), zone="centre"),
}
READ = "read_loggers"
FROM = "{{{{ ti.xcom_pull(task_ids='{task}')['{what}'] }}}}"

default_args = {"namespace": "coldchain", "image": "coldchain:3", "do_xcom_push": True}


def env_vars(**values):
    return [k8s.V1EnvVar(name=name, value=value) for name, value in values.items()]


def worst(ti, tasks):
    found = [ti.xcom_pull(task_ids=t) for t in tasks]
    return max(f["degrees"] for f in found)


with DAG(
    dag_id="vaccine_coldchain",
    start_date=datetime(2024, 2, 1),
    schedule="0 * * * *",
    catchup=False,
    default_args=default_args,
    params={"source": "read_loggers", "limit": Param(8, type="integer")},
) as dag:
    read = KubernetesPodOperator(task_id=READ, arguments=["read", "--since", "{{ data_interval_start }}"])

    excursions = []
    for depot, settings in DEPOTS.items():
        with TaskGroup(depot, prefix_group_id=False):
            excursions += [
                KubernetesPodOperator(
                    task_id=f"excursion_{depot}_{vaccine}",
                    arguments=[
                        "excursion",
                        "--vaccine=" + vaccine,
                        FROM.format(task=READ, what=depot),
                        "--limit={{ params.limit }}",
                    ],
                    env_vars=env_vars(
                        ZONE=settings["zone"],
                        CALIBRATION="{{ ti.xcom_pull(task_ids=params.source)['calibration'] }}",
                    ),
                )
                for vaccine in settings["vaccines"]
            ]

    ids = [task.task_id for task in excursions]
    worst_case = PythonOperator(
        task_id="worst_case",
        python_callable=worst,
        op_kwargs={"tasks": ids},
    )

    arguments = ["report", "--worst", worst_case.output]
    for task in excursions:
        arguments.extend(["--in", task.output])
    report = KubernetesPodOperator(
        task_id="report",
        arguments=arguments,
        env_vars=env_vars(LOGGERS="{{ ti.xcom_pull(task_ids='read_loggers')['count'] or 0 }}"),
    )

    discard = KubernetesPodOperator(
        task_id="discard",
        arguments=["discard"] + ["{{ ti.xcom_pull(task_ids='%s').get('lots', []) | tojson }}" % i for i in ids if "mmr" in i],
    )

    read >> excursions >> worst_case >> [report, discard]
