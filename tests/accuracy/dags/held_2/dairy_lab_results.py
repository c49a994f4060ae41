import json
from datetime import datetime

from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.providers.smtp.operators.smtp import EmailOperator


def read_results(day):
    with open(f"/data/lab/{day}.json") as f:
        return json.load(f)


def split_by_farm(results):
    farms = {}
    for row in results:
        farms.setdefault(row["farm"], []).append(row)
    return farms


def grade(farms, limits):
    graded = {}
    for farm, rows in farms.items():
        worst = max(row["cells"] for row in rows)
        graded[farm] = "A" if worst < limits["cells"] else "B"
    return {"grades": graded, "rejected": [f for f, g in graded.items() if g == "B"]}


def fetch_limits():
    return {"cells": 400, "bacteria": 100}


def post_to_association(grades, farms_count, **context):
    raw = context["ti"].xcom_pull(task_ids="read_results")
    rejected = context["ti"].xcom_pull("grade")["rejected"]
    print(f"{len(raw)} samples of {farms_count} farms: {grades}, {len(rejected)} rejected")


with DAG(
    dag_id="dairy_lab_results",
    start_date=datetime(2024, 1, 8),
    schedule="0 14 * * 1-6",
    catchup=False,
    render_template_as_native_obj=True,
) as dag:
    read = PythonOperator(
        task_id="read_results",
        python_callable=read_results,
        op_kwargs={"day": "{{ ds }}"},
    )
    limits = PythonOperator(task_id="fetch_limits", python_callable=fetch_limits)

    split = PythonOperator(
        task_id="split_by_farm",
        python_callable=split_by_farm,
        op_args=["{{ ti.xcom_pull('read_results') }}"],
    )

    grading = PythonOperator(
        task_id="grade",
        python_callable=grade,
        op_kwargs={
            "farms": "{{ ti.xcom_pull('split_by_farm') }}",
            "limits": limits.output,
        },
    )

    post = PythonOperator(
        task_id="post_to_association",
        python_callable=post_to_association,
        op_kwargs={
            "grades": "{{ ti.xcom_pull('grade')['grades'] }}",
            "farms_count": "{{ ti.xcom_pull('split_by_farm') | length }}",
        },
    )

    mail = EmailOperator(
        task_id="mail_advisers",
        to="advisers@dairy.example.org",
        from_email="lab@dairy.example.org",
        subject="Rejected milk on {{ ds }}",
        html_content="""
        <p>Limit: {{ ti.xcom_pull('fetch_limits').cells }}</p>
        <p>Rejected: {{ ti.xcom_pull(task_ids='grade', key='return_value')['rejected'] | join(', ') }}</p>
        """,
    )

    read >> split >> grading >> [post, mail]
    limits >> grading
