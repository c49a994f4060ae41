import logging
from datetime import datetime, timedelta

from airflow.decorators import dag, task
from airflow.models.param import Param
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import get_current_context
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

from library_common.catalogue import CatalogueClient
from library_common.mail import send_reminder

logger = logging.getLogger(__name__)

default_args = dict(owner="library", retries=1, retry_delay=timedelta(minutes=1))


@dag(
    default_args=default_args,
    schedule="0 7 * * *",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    params={
        "grace_days": Param(3, type="integer", description="Days after the due date"),
        "source_task": Param("overdue_loans", type="string"),
    },
)
def library_loans():
    start = EmptyOperator(task_id="start")

    overdue = SQLExecuteQueryOperator(
        task_id="overdue_loans",
        conn_id="ils",
        sql="SELECT patron, title, due FROM loans WHERE due < current_date - {{ params.grace_days }}",
    )

    @task
    def group_by_patron(rows):
        patrons = {}
        for patron, title, due in rows:
            patrons.setdefault(patron, []).append(title)
        return [{"patron": p, "titles": t} for p, t in patrons.items()]

    @task(max_active_tis_per_dag=3)
    def remind(patron: str, titles: list, subject: str):
        logger.info("%s: %s", patron, titles)
        send_reminder(patron, subject, titles)
        return patron

    @task
    def subject_line(rows) -> str:
        return f"{len(rows)} overdue items"

    @task(multiple_outputs=True)
    def catalogue_state(branch):
        client = CatalogueClient(branch)
        return {"open": client.is_open(), "shelves": client.shelves()}

    @task
    def report(reminded, shelves):
        context = get_current_context()
        rows = context["ti"].xcom_pull(task_ids="overdue_loans")
        subject = context["ti"].xcom_pull(task_ids="subject_line")
        logger.info("%s of %s reminded (%s), shelves %s", len(reminded), len(rows), subject, shelves)

    patrons = group_by_patron(overdue.output)
    reminded = remind.partial(subject=subject_line(overdue.output)).expand_kwargs(patrons)
    state = catalogue_state("central")
    done = report(reminded, state["shelves"])

    archive = SQLExecuteQueryOperator(
        task_id="archive",
        conn_id="ils",
        sql="""
            INSERT INTO reminder_runs (day, subject, items, open)
            VALUES ('{{ ds }}',
                    '{{ ti.xcom_pull(task_ids="subject_line") }}',
                    {{ ti.xcom_pull(task_ids=params.source_task) | length }},
                    {{ ti.xcom_pull(task_ids='catalogue_state', key='open') }})
        """,
    )
    start >> overdue
    [done, state] >> archive


library_loans()
