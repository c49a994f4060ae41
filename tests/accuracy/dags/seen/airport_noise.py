"""Noise measurements around an airport, with branches and callbacks."""

from datetime import datetime

from airflow import DAG

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.empty import EmptyOperator
    from airflow.providers.standard.operators.python import BranchPythonOperator, PythonOperator
except ImportError:
    from airflow.operators.bash import BashOperator
    from airflow.operators.empty import EmptyOperator
    from airflow.operators.python import BranchPythonOperator, PythonOperator

RUNWAYS = {"07": "kloten", "25": "opfikon"}
LIMIT_DB = 55
MEASURE = "measure_{}"


def task_failed(context):
    ti = context["task_instance"]
    level = ti.xcom_pull(task_ids="peak", key="db")
    print("failed at", level)


def log_success(context):
    print(context["ti"].xcom_pull(task_ids=MEASURE.format("07")))


def peak(**context):
    ti = context["ti"]
    levels = []
    for runway, village in sorted(RUNWAYS.items()):
        sample = ti.xcom_pull(task_ids=MEASURE.format(runway))
        if sample:
            levels.append(sample)
        else:
            levels.append(ti.xcom_pull(task_ids="backup_" + village))
    ti.xcom_push(key="db", value=levels)


def decide(ti, **_):
    db = ti.xcom_pull(task_ids="peak", key="db")
    weather = ti.xcom_pull(task_ids="weather") or {}
    if weather and weather["wind"] == "east":
        return "file_complaint"
    elif db and max(db) > LIMIT_DB:
        return ["file_complaint", "phone_tower"]
    return "nothing"


with DAG(
    "airport_noise",
    start_date=datetime(2024, 1, 1),
    schedule="@hourly",
    catchup=False,
    default_args={"on_failure_callback": task_failed},
) as dag:
    weather = BashOperator(task_id="weather", bash_command="metar LSZH")
    peak_task = PythonOperator(task_id="peak", python_callable=peak, trigger_rule="all_done")
    for runway, village in RUNWAYS.items():
        measure = BashOperator(
            task_id=MEASURE.format(runway), bash_command=f"noise {runway}", on_success_callback=[log_success]
        )
        backup = BashOperator(
            task_id="backup_%s" % village,
            bash_command="noise-db %s --like '{{ ti.xcom_pull(task_ids='%s') }}'" % (village, measure.task_id),
            trigger_rule="all_failed",
        )
        measure >> backup >> peak_task
        measure >> peak_task

    branch = BranchPythonOperator(task_id="decide", python_callable=decide)
    complaint = BashOperator(
        task_id="file_complaint",
        bash_command="complain {{ ti.xcom_pull(task_ids='peak', key='db') }}"
        " {{ 'at night' if ti.xcom_pull('weather')['night'] else 'by day' }}"
        " {{ ti.xcom_pull('weather')['metar'] if ti.xcom_pull('weather')['valid'] == 'yes' else ti.xcom_pull('backup_kloten') }}",
    )
    phone = BashOperator(task_id="phone_tower", bash_command="phone {{ ti.xcom_pull('decide')[1] }}")
    levels = [dag.get_task(MEASURE.format(r)).output for r in RUNWAYS]
    chart = PythonOperator(
        task_id="chart",
        python_callable=max,
        op_args=[levels, peak_task.output["db"]],
        op_kwargs={"default": [weather.output, {"of": levels[-1]}]},
        trigger_rule="all_done",
    )
    peak_task >> chart
    weather >> peak_task >> branch >> [complaint, phone, EmptyOperator(task_id="nothing")]
