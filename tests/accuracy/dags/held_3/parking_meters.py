"""City parking: meter events to the open data portal."""
import json
from datetime import datetime, timedelta

from airflow.models import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.providers.common.sql.operators.sql import SQLCheckOperator, SQLExecuteQueryOperator
from airflow.sensors.python import PythonSensor

ZONES = range(1, 5)


def _files_of_zone(zone):
    return [f"/sftp/zone{zone}/events.csv"]


def _ready(zone, ti):
    ti.xcom_push("files", _files_of_zone(zone))
    return True


def _merge(ti):
    merged = []
    for zone in ZONES:
        files = ti.xcom_pull(task_ids="wait_zone_" + str(zone), key="files")
        merged.extend(files)
    return json.dumps(merged)


def _upload(merged, rows, portal="https://data.city.example"):
    print(portal, merged, rows)


dag = DAG(
    "parking_meters",
    start_date=datetime(2024, 1, 1),
    schedule=timedelta(hours=6),
    catchup=False,
)

merge = PythonOperator(task_id="merge", python_callable=_merge, dag=dag)

for zone in ZONES:
    wait = PythonSensor(
        task_id="wait_zone_{}".format(zone),
        python_callable=_ready,
        op_kwargs={"zone": zone},
        poke_interval=60,
        timeout=3600,
        mode="reschedule",
        dag=dag,
    )
    wait >> merge

load = BashOperator(
    task_id="load",
    bash_command="load_events --files '{{ ti.xcom_pull(task_ids='merge') }}' && echo 1200",
    dag=dag,
)

check = SQLCheckOperator(
    task_id="check",
    conn_id="city_pg",
    sql="SELECT count(*) = {{ ti.xcom_pull(task_ids='load') | int }} FROM parking.events WHERE day = '{{ ds }}'",
    dag=dag,
)

aggregate = SQLExecuteQueryOperator(
    task_id="aggregate",
    conn_id="city_pg",
    sql=[
        "DELETE FROM parking.daily WHERE day = '{{ ds }}'",
        "INSERT INTO parking.daily SELECT * FROM parking.events WHERE batch = '{{ ti.xcom_pull(task_ids=\"load\") }}'",
    ],
    dag=dag,
)

upload = PythonOperator(
    task_id="upload",
    python_callable=_upload,
    op_args=[merge.output, "{{ ti.xcom_pull(task_ids='load') }}"],
    dag=dag,
)

compare = PythonOperator(
    task_id="compare",
    python_callable=lambda rows, ti, **_: int(rows) - int(ti.xcom_pull(task_ids="load", include_prior_dates=True)),
    op_kwargs={"rows": load.output, "merged": merge.output},
    dag=dag,
)

load >> compare
merge >> load >> check >> aggregate >> upload
