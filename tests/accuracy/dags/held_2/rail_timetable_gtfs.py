# Nightly GTFS build. One pod per region, then a merge pod and the validator.
from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

NAMESPACE = "timetables"
IMAGE = "transit/gtfs-tools:4.2"
REGIONS = ["north", "centre", "coast"]
FETCH = "fetch_netex"

common = {
    "namespace": NAMESPACE,
    "image": IMAGE,
    "get_logs": True,
    "do_xcom_push": True,
    "on_finish_action": "delete_pod",
}



def compare_counts(report, **context):
    ti = context["ti"]
    trips = 0
    for region in REGIONS:
        trips += ti.xcom_pull(task_ids=f"convert_{region}")["trips"]
    merged = ti.xcom_pull(task_ids="merge_feeds")
    if merged["trips"] != trips:
        raise ValueError(f"{merged['trips']} of {trips} trips, see {report['report_url']}")
    return trips


def tell_operators(trips, feed):
    print(f"{trips} trips in {feed['path']}")


with DAG(
    "rail_timetable_gtfs",
    schedule="0 1 * * *",
    start_date=datetime(2023, 10, 1),
    catchup=False,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=15)},
    max_active_runs=1,
) as dag:
    fetch = KubernetesPodOperator(
        task_id=FETCH,
        name="fetch-netex",
        arguments=["fetch", "--date", "{{ ds }}"],
        **common,
    )

    merge = KubernetesPodOperator(
        task_id="merge_feeds",
        name="merge-feeds",
        arguments=["merge", "--out", "s3://gtfs/{{ ds_nodash }}.zip"]
        + ["{{ ti.xcom_pull(task_ids='convert_%s')['feed'] }}" % region for region in REGIONS],
        **common,
    )

    for region in REGIONS:
        convert = KubernetesPodOperator(
            task_id=f"convert_{region}",
            name=f"convert-{region}",
            arguments=[
                "convert",
                "--region",
                region,
                "--source",
                "{{ ti.xcom_pull(task_ids='" + FETCH + "')['files']['" + region + "'] }}",
            ],
            env_vars={
                "CALENDAR": "{{ ti.xcom_pull(task_ids='fetch_netex')['calendar'] }}",
                "LOG_LEVEL": "INFO",
            },
            **common,
        )
        fetch >> convert >> merge

    validate = KubernetesPodOperator(
        task_id="validate",
        name="validate",
        arguments=[
            "validate",
            "{{ ti.xcom_pull(task_ids='merge_feeds')['path'] }}",
            "--max-warnings={{ ti.xcom_pull(task_ids='merge_feeds')['warnings'] | int + 10 }}",
        ],
        **common,
    )

    publish = KubernetesPodOperator(
        task_id="publish",
        name="publish",
        cmds=["/bin/sh", "-c"],
        arguments=[
            "publish {{ task_instance.xcom_pull(task_ids='merge_feeds')['path'] }} "
            "--report {{ task_instance.xcom_pull(task_ids='validate')['report_url'] }}"
        ],
        **common,
    )

    compare = PythonOperator(
        task_id="compare_counts",
        python_callable=compare_counts,
        op_kwargs={"report": validate.output},
    )

    tell = PythonOperator(
        task_id="tell_operators",
        python_callable=tell_operators,
        op_args=[compare.output, merge.output],
    )

    merge >> validate >> compare >> publish >> tell
