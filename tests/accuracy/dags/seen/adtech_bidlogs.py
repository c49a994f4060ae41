"""Bid logs of the ad exchange: several producers per pull, other DAGs' XComs, older runs' XComs."""

from datetime import datetime

from airflow import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from kubernetes.client import models as k8s

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import PythonOperator
    from airflow.providers.standard.sensors.external_task import ExternalTaskSensor
except ImportError:
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import PythonOperator
    from airflow.sensors.external_task import ExternalTaskSensor

REGIONS = ["eu", "us", "apac"]
COLLECTORS = [f"collect_{r}" for r in REGIONS]
UPSTREAM_DAG = "adtech_campaigns"
CAMPAIGN_TASKS = ("active", "paused")


def check_volume(ti):
    volumes = ti.xcom_pull(task_ids=COLLECTORS, key="bytes")
    yesterday = ti.xcom_pull(task_ids="check_volume", include_prior_dates=True)
    campaigns = ti.xcom_pull(dag_id=UPSTREAM_DAG, task_ids=CAMPAIGN_TASKS[0])
    print(campaigns["path"], yesterday)
    return sum(volumes)


def backlog(**kwargs):
    ti = kwargs["ti"]
    files, manifest = ti.xcom_pull(task_ids=["merge", "collect_eu"])
    return [
        files["path"],
        manifest,
        # positional, as Airflow 1.10 taught us
        ti.xcom_pull("export", UPSTREAM_DAG, "budget"),
    ]


with DAG(
    dag_id="adtech_bidlogs",
    start_date=datetime(2024, 8, 1),
    schedule="@hourly",
    catchup=False,
    tags=["adtech"],
) as dag:
    wait = ExternalTaskSensor(task_id="wait_for_campaigns", external_dag_id=UPSTREAM_DAG)

    collectors = [
        KubernetesPodOperator(
            task_id=t,
            name=t.replace("_", "-"),
            image="registry.local/ads/collect:12",
            arguments=[
                "--campaigns",
                "{{ ti.xcom_pull(dag_id='adtech_campaigns', task_ids='active', include_prior_dates=True)['path'] }}",
                "--since",
                "{{ ti.xcom_pull(task_ids='" + t + "', include_prior_dates=True)['until'] }}",
            ],
            do_xcom_push=True,
        )
        for t in COLLECTORS
    ]

    merge = KubernetesPodOperator(
        task_id="merge",
        name="merge",
        image="registry.local/ads/merge:12",
        arguments=[
            "{{ ti.xcom_pull(task_ids=['collect_eu', 'collect_us'])[0]['path'] }}",
            "{{ ti.xcom_pull(task_ids=['collect_eu', 'collect_us'])[1].path }}",
            "{{ ti.xcom_pull(task_ids=%r)[-1]['path'] }}" % COLLECTORS,
            "{{ ti.xcom_pull(task_ids=['collect_us', 'collect_apac'], key='bytes') | sum }}",
            "{% for part in ti.xcom_pull(task_ids=('collect_eu', 'collect_apac')) %}{{ part['path'] }},{% endfor %}",
        ],
        env_vars=[
            k8s.V1EnvVar(
                name="BUDGET",
                value="{{ ti.xcom_pull(dag_id='%s', task_ids='%s', key='budget') }}" % (UPSTREAM_DAG, "export"),
            ),
            k8s.V1EnvVar(
                name="PAUSED",
                value=f"{{{{ task_instance.xcom_pull('{CAMPAIGN_TASKS[1]}', '{UPSTREAM_DAG}')['ids'] | join(',') }}}}",
            ),
            k8s.V1EnvVar(name="SHARD", value="{{ ti.xcom_pull(task_ids='shards', map_indexes=2)['name'] }}"),
            k8s.V1EnvVar(name="ALL", value="{{ ti.xcom_pull(task_ids='shards', map_indexes=[0, 1]) | list | length }}"),
            k8s.V1EnvVar(name="MODE", value="{{ ti.xcom_pull(task_ids='mode', default={'m': 'x'})['m'] }}"),
        ],
        do_xcom_push=True,
    )

    shards = BashOperator.partial(task_id="shards").expand(
        bash_command=[
            "shard {{ ti.xcom_pull(task_ids='%s')['path'] }}" % collector.task_id for collector in collectors
        ]
    )
    mode = BashOperator(
        task_id="mode",
        bash_command="mode --prev '{{ ti.xcom_pull(task_ids=\"mode\", include_prior_dates=True) or \"first\" }}'",
    )

    volume = PythonOperator(task_id="check_volume", python_callable=check_volume)
    backlog_task = PythonOperator(task_id="backlog", python_callable=backlog)

    cleanup = BashOperator(
        task_id="cleanup",
        bash_command="""
        {% set eu, us = ti.xcom_pull(task_ids=['collect_eu', 'collect_us']) %}
        rm -f {{ eu.tmp }} {{ us.tmp }}
        {% set all = ti.xcom_pull(task_ids=['merge', 'backlog']) -%}
        rm -f {{ all[0].tmp }} {{ all[1][0] }}
        """,
        trigger_rule="all_done",
    )

    wait >> collectors >> merge
    collectors >> shards
    collectors >> mode >> merge >> [volume, backlog_task] >> cleanup
