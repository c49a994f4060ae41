"""Soil sensors of a farm cooperative: dynamic task mapping wherever it fits."""

from datetime import datetime

from airflow.decorators import dag, task, task_group
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import PythonOperator

IMAGE = "registry.local/farm/sensors:0.9"


@task
def list_fields():
    return ["north", "brook"]


@task
def pod_arguments(field):
    return ["--field", field]


@task
def pod_kwargs(fields, calibration):
    return [{"arguments": [f], "env_vars": {"CAL": calibration}} for f in fields]


@task(max_active_tis_per_dag=4)
def read(field, device, calibration=None):
    return {"field": field, "ph": 6.5}


def advise(moisture, crop, ti=None):
    plan = ti.xcom_pull(task_ids="plan")
    return plan, moisture, crop


@dag(dag_id="farm_sensors", start_date=datetime(2024, 4, 1), schedule="@daily", catchup=False)
def farm():
    fields = list_fields()
    calibration = BashOperator(task_id="calibration", bash_command="calibrate")

    readings = read.partial(calibration=calibration.output).expand(field=fields, device=["ph", "moist"])
    arguments = pod_arguments.expand(field=fields)

    sample = KubernetesPodOperator.partial(
        task_id="sample",
        name="sample",
        image=IMAGE,
        cmds=["sample", "{{ ti.xcom_pull('calibration')['unit'] }}"],
        do_xcom_push=True,
    ).expand(arguments=arguments)

    KubernetesPodOperator.partial(task_id="dig", name="dig", image=IMAGE).expand_kwargs(
        pod_kwargs(fields, calibration.output)
    )

    plan = KubernetesPodOperator(
        task_id="plan",
        name="plan",
        image=IMAGE,
        arguments=[
            "{{ ti.xcom_pull(task_ids='sample')[0]['depth'] }}",
            "{{ ti.xcom_pull(task_ids='read') | map(attribute='ph') | join(',') }}",
            "{{ ti.xcom_pull(task_ids='sample', map_indexes=[0, 1], key='pod_name') | list }}",
        ],
        do_xcom_push=True,
    )
    [sample, readings] >> plan

    PythonOperator.partial(
        task_id="advise",
        python_callable=advise,
        op_args=["{{ ti.xcom_pull('plan')['moisture'] }}"],
    ).expand(
        op_kwargs=[
            {"crop": "{{ ti.xcom_pull('plan')['crops']['%s'] }}" % field} for field in ("north", "brook")
        ]
    )

    BashOperator.partial(task_id="irrigate").expand(
        bash_command=["water {{ ti.xcom_pull('plan')['litres'] }}", "drain {{ ti.xcom_pull('plan')['drain'] }}", "true"],
        env=[{"VALVE": "{{ ti.xcom_pull('calibration')['valve'] }}"}],
    )

    @task_group
    def per_field(field, soil):
        @task
        def fertilise(f, s):
            return f, s

        @task
        def log_it(done):
            print(done)

        log_it(fertilise(field, soil))

    per_field.partial(soil=calibration.output).expand(field=fields)
    plan >> read.override(task_id="reread")("south", device="ph")


farm()
