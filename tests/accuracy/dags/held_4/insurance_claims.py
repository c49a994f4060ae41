"""Motor claims: intake, assessment, letters. Letters are rendered from longer templates."""
import textwrap
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.email import EmailOperator
from airflow.operators.python import PythonOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

LETTER = textwrap.dedent(
    """
    {% set claim = ti.xcom_pull(task_ids='intake') %}
    {% set assessed = ti.xcom_pull(task_ids='assess') %}
    Dear {{ claim.holder.name }},

    your claim {{ claim['number'] }} was
    {% if assessed['accepted'] -%}
    accepted. We will pay {{ assessed['amount'] }} EUR to {{ claim.holder['iban'] }}.
    {%- else -%}
    declined: {{ assessed.reason | default('no reason given') }}
    {%- endif %}

    {% for doc in ti.xcom_pull(task_ids='assess', key='documents') %}
    - {{ doc.title }}
    {% endfor %}
    """
)


def intake(**context):
    return {"number": "K-77", "holder": {"name": "N. N.", "iban": "PT50"}, "photos": []}


def assess(**context):
    claim = context["ti"].xcom_pull(task_ids="intake")
    context["ti"].xcom_push(key="documents", value=[{"title": "Expert opinion"}])
    return {"accepted": bool(claim["photos"]), "amount": 1200, "reason": "no photos"}


def reserve(claim, expert, **context):
    documents = context["ti"].xcom_pull(task_ids="assess", key="documents")
    print(claim["number"], expert["amount"], len(documents))


def on_letter_failure(context):
    claim = context["ti"].xcom_pull(task_ids="intake")
    print("letter for", claim["number"], "failed")


with DAG(
    dag_id="insurance_claims",
    start_date=datetime(2024, 7, 1),
    schedule=None,
    catchup=False,
) as dag:
    t_intake = PythonOperator(task_id="intake", python_callable=intake)
    t_assess = PythonOperator(task_id="assess", python_callable=assess)
    t_reserve = PythonOperator(
        task_id="reserve",
        python_callable=reserve,
        op_args=[t_intake.output, t_assess.output],
    )
    letter = EmailOperator(
        task_id="letter",
        to="{{ ti.xcom_pull(task_ids='intake').get('mail', 'desk@insurer.example') }}",
        subject="Claim {{ ti.xcom_pull(task_ids='intake')['number'] }}",
        html_content=LETTER,
        on_failure_callback=on_letter_failure,
    )
    book = SQLExecuteQueryOperator(
        task_id="book",
        conn_id="ledger",
        sql=[
            "delete from claims where number = '{{ ti.xcom_pull(task_ids='intake')['number'] }}'",
            """
            {% set a = ti.xcom_pull(task_ids='assess') %}
            insert into claims values (
              '{{ ti.xcom_pull(task_ids='intake')['number'] }}', {{ a['amount'] if a['accepted'] else 0 }}
            )
            """,
        ],
    )
    photos = BashOperator(
        task_id="store_photos",
        bash_command="""
        {% for photo in ti.xcom_pull(task_ids='intake')['photos'] %}
        cp {{ photo }} /archive/{{ ti.xcom_pull(task_ids='intake')['number'] }}/
        {% endfor %}
        """,
    )
    t_intake >> t_assess >> t_reserve >> letter >> [book, photos]
