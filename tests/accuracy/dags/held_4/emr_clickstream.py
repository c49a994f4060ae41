from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator
from airflow.providers.amazon.aws.operators.emr import (
    EmrAddStepsOperator,
    EmrCreateJobFlowOperator,
    EmrTerminateJobFlowOperator,
)
from airflow.providers.amazon.aws.sensors.emr import EmrStepSensor
from airflow.providers.amazon.aws.sensors.s3 import S3KeySensor

BUCKET = "acme-clickstream"
JOB_FLOW_OVERRIDES = {
    "Name": "clickstream",
    "ReleaseLabel": "emr-6.15.0",
    "Applications": [{"Name": "Spark"}],
}


def spark_step(name, script, *args):
    return {
        "Name": name,
        "ActionOnFailure": "CANCEL_AND_WAIT",
        "HadoopJarStep": {
            "Jar": "command-runner.jar",
            "Args": ["spark-submit", "--deploy-mode", "cluster", f"s3://{BUCKET}/jobs/{script}", *args],
        },
    }


STEPS = [
    spark_step("sessionize", "sessionize.py", "--date", "{{ ds }}"),
    spark_step("aggregate", "aggregate.py", "--input", "{{ ti.xcom_pull(task_ids='manifest')['sessions'] }}"),
]


def build_manifest(ds, **_):
    return {"sessions": f"s3://{BUCKET}/sessions/{ds}", "tables": ["pv", "uv"]}


def cluster_report(cluster_id, steps, **context):
    first = context["ti"].xcom_pull(task_ids="add_steps")[0]
    tables = context["ti"].xcom_pull(task_ids="manifest")["tables"]
    print(cluster_id, steps, first, tables)


def register_partitions(**context):
    manifest = context["task_instance"].xcom_pull(task_ids="manifest")
    cluster = context["task_instance"].xcom_pull(task_ids="create_cluster", key="return_value")
    for table in manifest["tables"]:
        print("adding partition", table, "from", cluster)


with DAG(
    dag_id="emr_clickstream",
    start_date=datetime(2024, 1, 15),
    schedule="@daily",
    catchup=False,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10)},
) as dag:
    wait = S3KeySensor(
        task_id="wait_for_logs",
        bucket_name=BUCKET,
        bucket_key="raw/{{ ds }}/_SUCCESS",
    )
    manifest = PythonOperator(task_id="manifest", python_callable=build_manifest)
    create = EmrCreateJobFlowOperator(
        task_id="create_cluster",
        job_flow_overrides=JOB_FLOW_OVERRIDES,
    )
    add = EmrAddStepsOperator(
        task_id="add_steps",
        job_flow_id="{{ task_instance.xcom_pull(task_ids='create_cluster', key='return_value') }}",
        steps=STEPS,
    )
    watch = EmrStepSensor(
        task_id="watch_last_step",
        job_flow_id="{{ task_instance.xcom_pull('create_cluster', key='return_value') }}",
        step_id="{{ task_instance.xcom_pull(task_ids='add_steps', key='return_value')[1] }}",
    )
    register = PythonOperator(task_id="register_partitions", python_callable=register_partitions)
    terminate = EmrTerminateJobFlowOperator(
        task_id="terminate_cluster",
        job_flow_id=create.output,
        trigger_rule="all_done",
    )
    report = PythonOperator(
        task_id="cluster_report",
        python_callable=cluster_report,
        op_kwargs={"cluster_id": create.output, "steps": add.output},
    )
    done = EmptyOperator(task_id="done")

    wait >> manifest >> create >> add >> watch >> [register, report, terminate] >> done
