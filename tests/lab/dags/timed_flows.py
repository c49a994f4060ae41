"""What comes too late, twice or from elsewhere: retries, other DAGs, earlier runs."""

from datetime import timedelta

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.sensors.external_task import ExternalTaskSensor
from airflow.sdk import DAG

POD = {"image": "registry.local/show:1.0", "startup_check_interval_seconds": 0.3}
TRIED = (
    'printf \'{"try": "try-%s-{{ run_id }}"}\' "$TRY" > /airflow/xcom/return.json; [ "$TRY" = 2 ]'
)

with DAG("timed_flows", schedule=None, default_args=POD, tags=["lab", "flows"]):
    tried = KubernetesPodOperator(
        task_id="tried",
        image="registry.local/lab:1.0",
        cmds=["sh", "-c"],
        arguments=[TRIED],
        env_vars={"TRY": "{{ ti.try_number }}"},
        do_xcom_push=True,
        retries=1,
        retry_delay=timedelta(seconds=1),
    )
    retrying = KubernetesPodOperator(
        task_id="retrying",
        cmds=["sh", "-c", '[ "$TRY" = 2 ]'],
        arguments=["--seen={{ ti.xcom_pull('tried')['try'] }}", "{{ ti.try_number }}"],
        env_vars={"TRY": "{{ ti.try_number }}"},
        retries=1,
        retry_delay=timedelta(seconds=1),
    )
    early = KubernetesPodOperator(
        task_id="early",
        arguments=[
            "late-{{ run_id }}",
            "{{ ti.xcom_pull('late') }}",
            "{{ ti.xcom_pull('late', key='pod_name') }}",
        ],
    )
    late = KubernetesPodOperator(
        task_id="late",
        image="registry.local/give:1.0",
        arguments=['"late-{{ run_id }}"'],
        do_xcom_push=True,
    )
    elsewhere = ExternalTaskSensor(
        task_id="elsewhere",
        external_dag_id="ambiguous_flows",
        external_task_id="first",
        poke_interval=1,
        timeout=300,
    )
    crossing = KubernetesPodOperator(
        task_id="crossing",
        arguments=[
            "{{ ti.xcom_pull(dag_id='ambiguous_flows', task_ids='first')['path'] }}",
            (
                "{{ ti.xcom_pull(dag_id='ambiguous_flows', task_ids='first', map_indexes=-1,"
                " include_prior_dates=True)['folder'] }}"
            ),
            "{{ ti.xcom_pull('tried', include_prior_dates=True, map_indexes=-1)['try'] }}",
        ],
    )

    tried >> retrying
    early >> late
    [tried, elsewhere] >> crossing
