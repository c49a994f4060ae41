"""Call detail records: one little chain per switch, then a common rating step."""
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.utils.task_group import TaskGroup

SWITCHES = ["msc01", "msc02", "mgw07", "ims03"]
LANDING = "/landing/cdr"


def list_files(switch, day, ti):
    names = [f"{LANDING}/{switch}/{day}-{i:03}.asn1" for i in range(4)]
    ti.xcom_push(key="files", value=names)
    return len(names)


def decode(switch, expected, **context):
    ti = context["ti"]
    files = ti.xcom_pull(task_ids=f"{switch}.list_files", key="files")
    out = []
    for file in files:
        out.append(file.replace(".asn1", ".parquet"))
    assert len(out) == expected
    return out


def check_totals(**context):
    ti = context["ti"]
    counts = {}
    for switch in SWITCHES:
        counts[switch] = ti.xcom_pull(task_ids=f"{switch}.list_files")
    if not any(counts.values()):
        raise ValueError("no files at all")
    return counts


with DAG(
    "telecom_cdr",
    start_date=datetime(2022, 11, 1),
    schedule="30 * * * *",
    catchup=False,
    max_active_tasks=8,
) as dag:
    totals = PythonOperator(task_id="check_totals", python_callable=check_totals)

    rate = BashOperator(
        task_id="rate",
        bash_command="rating --switches {{ ti.xcom_pull(task_ids='check_totals').keys() | join(',') }}",
    )

    for switch in SWITCHES:
        with TaskGroup(group_id=switch) as group:
            ls = PythonOperator(
                task_id="list_files",
                python_callable=list_files,
                op_kwargs={"switch": switch, "day": "{{ ds_nodash }}"},
            )
            dec = PythonOperator(
                task_id="decode",
                python_callable=decode,
                op_args=[switch, ls.output],
            )
            load = BashOperator(
                task_id="load",
                bash_command=(
                    "cdrload --table cdr_" + switch + " "
                    f"--files '{{{{ ti.xcom_pull(task_ids=\"{switch}.decode\") | join(\" \") }}}}'"
                ),
            )
            ls >> dec >> load
        group >> totals

    totals >> rate
