from datetime import datetime

from airflow import DAG
from airflow.models.param import Param
from airflow.operators.bash import BashOperator
from airflow.operators.python import BranchPythonOperator, PythonOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator

TOOLS = "/opt/ferry/bin"
WORK = "/data/ferry"

dag = DAG(
    dag_id="ferry_timetable",
    start_date=datetime(2023, 5, 1),
    schedule="@weekly",
    catchup=False,
    params={"season": Param("summer", type="string")},
    tags=["gtfs", "ferry"],
)

latest = BashOperator(
    task_id="latest_feed",
    bash_command=f"{TOOLS}/latest-feed --season {{{{ params.season }}}}",
    dag=dag,
)

download = BashOperator(
    task_id="download",
    bash_command=f"""
        set -e
        mkdir -p {WORK}/{{{{ ds }}}}
        curl -sSfL "{{{{ ti.xcom_pull(task_ids='latest_feed') }}}}" -o {WORK}/{{{{ ds }}}}/feed.zip
        echo {WORK}/{{{{ ds }}}}/feed.zip
    """,
    dag=dag,
)

validate = BashOperator(
    task_id="validate",
    bash_command=TOOLS + "/gtfs-check {{ task_instance.xcom_pull(task_ids='download') }} --json",
    dag=dag,
)


def _is_valid(ti, **_):
    report = ti.xcom_pull("validate")
    if "ERROR" in report:
        return "reject"
    return "publish"


decide = BranchPythonOperator(task_id="decide", python_callable=_is_valid, dag=dag)



def _publish(bucket, **context):
    feed = context["task_instance"].xcom_pull("download", key="return_value")
    source = context["task_instance"].xcom_pull("latest_feed")
    print(f"cp {feed} gs://{bucket}/ferry.zip # of {source}")
    return f"gs://{bucket}/ferry.zip"


publish = PythonOperator(
    task_id="publish", python_callable=_publish, op_args=["open-timetables"], dag=dag
)

reject = BashOperator(
    task_id="reject",
    bash_command="echo rejected; echo '{{ ti.xcom_pull(task_ids='validate') | truncate(200) }}' >&2; exit 1",
    dag=dag,
)

refresh = TriggerDagRunOperator(
    task_id="refresh_boards",
    trigger_dag_id="ferry_departure_boards",
    conf={
        "feed": download.output,
        "season": "{{ params.season }}",
        "source": {"url": "{{ ti.xcom_pull(task_ids='latest_feed') }}"},
    },
    dag=dag,
)

latest >> download >> validate >> decide
decide >> [publish, reject]
publish >> refresh
