"""Call detail records: hourly load into the warehouse.

unresolvable: enrich.*
unresolvable: report.python_callable
"""
import pendulum

from airflow import DAG
from airflow.models import Variable
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.providers.amazon.aws.operators.emr import EmrAddStepsOperator, EmrCreateJobFlowOperator
from airflow.providers.amazon.aws.sensors.emr import EmrStepSensor

from telecom.settings import ENRICH_SOURCE, REPORT_KEYS

BUCKET = Variable.get("cdr_bucket", default_var="cdr-prod")

SPARK_STEPS = [
    {
        "Name": "parse",
        "ActionOnFailure": "CONTINUE",
        "HadoopJarStep": {
            "Jar": "command-runner.jar",
            "Args": ["spark-submit", "parse.py", "--files", "{{ ti.xcom_pull(task_ids='list_files')['path'] }}"],
        },
    }
]


def list_files(hour, **context):
    return {"path": f"s3://{BUCKET}/{hour}/", "count": 24}


def quality(ti, **_):
    files = ti.xcom_pull(task_ids="list_files")
    parsed = ti.xcom_pull(task_ids="count_parsed")
    return {"missing": files["count"] - int(parsed), "parsed": int(parsed)}


def throughput(files, parsed, ti=None, **_):
    cluster = ti.xcom_pull(task_ids="create_cluster")
    return {"cluster": cluster, "per_file": int(parsed) / files["count"]}


def report(ti, **_):
    for key in REPORT_KEYS:
        print(ti.xcom_pull(task_ids="quality", key=key))


with DAG(
    dag_id="telecom_cdr",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    schedule="@hourly",
    catchup=False,
) as dag:
    files = PythonOperator(
        task_id="list_files",
        python_callable=list_files,
        op_kwargs={"hour": "{{ logical_date.strftime('%Y%m%d%H') }}"},
    )
    create = EmrCreateJobFlowOperator(task_id="create_cluster", job_flow_overrides={"Name": "cdr"})
    steps = EmrAddStepsOperator(
        task_id="add_steps",
        job_flow_id="{{ task_instance.xcom_pull(task_ids='create_cluster', key='return_value') }}",
        steps=SPARK_STEPS,
    )
    wait = EmrStepSensor(
        task_id="wait_for_step",
        job_flow_id="{{ task_instance.xcom_pull('create_cluster', key='return_value') }}",
        step_id="{{ task_instance.xcom_pull(task_ids='add_steps', key='return_value')[0] }}",
    )
    count = BashOperator(
        task_id="count_parsed",
        bash_command="count {{ ti.xcom_pull(task_ids='list_files')['path'] }} "
        "--cluster {{ ti.xcom_pull(task_ids='create_cluster') }}",
    )
    check = PythonOperator(task_id="quality", python_callable=quality)
    enrich = BashOperator(
        task_id="enrich",
        bash_command="enrich {{ ti.xcom_pull(task_ids='" + ENRICH_SOURCE + "') }}",
    )
    tell = PythonOperator(task_id="report", python_callable=report)
    speed = PythonOperator(
        task_id="throughput",
        python_callable=throughput,
        op_kwargs={"files": files.output, "parsed": count.output},
    )
    clean = BashOperator(
        task_id="clean",
        bash_command="""
        {% if ti.xcom_pull(task_ids='quality')['missing'] == 0 %}
        aws s3 rm --recursive {{ ti.xcom_pull(task_ids='list_files')['path'] }}
        {% else %}
        echo "{{ ti.xcom_pull(task_ids='quality')['missing'] }} files missing, nothing removed"
        {% endif %}
        """,
    )

    files >> create >> steps >> wait >> count >> check >> [enrich, tell, speed] >> clean
