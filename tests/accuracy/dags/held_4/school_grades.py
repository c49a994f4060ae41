"""Grades of all schools to the ministry.

The schools are kept in a Variable, the SFTP part in our common package.

unresolvable: push_grades.op_kwargs.receipt
unresolvable: sign.bash_command
unresolvable: export_*.bash_command
"""
from datetime import datetime

from airflow import DAG
from airflow.models import Variable
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

from edu_common.sftp import RECEIPT_TASK, push_file

DAG_ID = "school_grades"
SIGNER = Variable.get("school_grades_signer_task", default_var="hsm_sign")
schools = Variable.get("schools", default_var=["s1"], deserialize_json=True)


def collect(ti, **context):
    grades = {"s1": [12, 15], "s2": [9]}
    ti.xcom_push(key="semester", value="2024-2")
    return grades


def validate(ti, **context):
    grades = ti.xcom_pull(task_ids="collect")
    semester = ti.xcom_pull(task_ids="collect", key="semester")
    bad = {s: [g for g in gs if g > 20] for s, gs in grades.items()}
    print("semester", semester)
    return {"bad": bad, "ok": not any(bad.values())}


def complain(ti, **context):
    result = ti.xcom_pull(task_ids="validate")
    if not result["ok"]:
        raise ValueError(result["bad"])


with DAG(DAG_ID, start_date=datetime(2024, 1, 8), schedule=None, catchup=False) as dag:
    t_collect = PythonOperator(task_id="collect", python_callable=collect)
    t_validate = PythonOperator(task_id="validate", python_callable=validate)
    t_complain = PythonOperator(task_id="complain", python_callable=complain)

    archive = BashOperator(
        task_id="archive",
        bash_command=(
            "tar czf /archive/{{ ti.xcom_pull(task_ids='collect', key='semester') }}.tgz /exports && "
            "echo /archive/{{ ti.xcom_pull(task_ids='collect', key='semester') }}.tgz"
        ),
    )
    sign = BashOperator(
        task_id="sign",
        bash_command="gpg --sign {{ ti.xcom_pull(task_ids='" + SIGNER + "') }}",
    )
    push = PythonOperator(
        task_id="push_grades",
        python_callable=push_file,
        op_kwargs={
            "path": archive.output,
            "valid": "{{ ti.xcom_pull(task_ids='validate')['ok'] }}",
            "receipt": "{{ ti.xcom_pull(task_ids='" + RECEIPT_TASK + "') }}",
        },
    )

    for school in schools:
        export = BashOperator(
            task_id=f"export_{school}",
            bash_command="export-grades {{ ti.xcom_pull(task_ids='collect')['%s'] }}" % school,
        )
        t_complain >> export >> archive

    t_collect >> t_validate >> t_complain
    archive >> sign >> push
