"""
### Appointment reminders

TaskFlow version of the old cron job. One run per evening.
"""
from __future__ import annotations

import pendulum
from airflow.decorators import dag, task
from airflow.operators.email import EmailOperator


@dag(
    schedule="0 18 * * *",
    start_date=pendulum.datetime(2024, 1, 1, tz="Europe/Lisbon"),
    catchup=False,
    doc_md=__doc__,
    tags=["clinic"],
)
def clinic_appointments():
    @task
    def read_calendar(day: str) -> list[dict]:
        return [{"patient": 17, "at": "08:30", "day": day}]

    @task(multiple_outputs=True)
    def split(appointments: list[dict]) -> dict:
        sms = [a for a in appointments if a.get("phone")]
        mail = [a for a in appointments if not a.get("phone")]
        return {"sms": sms, "mail": mail, "total": len(appointments)}

    @task
    def send_sms(batch: list[dict]) -> int:
        return len(batch)

    @task
    def send_mail(batch: list[dict], sender: str = "noreply") -> int:
        return len(batch)

    @task
    def log_totals(expected: int, *sent: int):
        if expected != sum(sent):
            raise ValueError(f"{expected} appointments, {sum(sent)} reminders")

    @task(trigger_rule="all_done")
    def audit(ti=None):
        sent = ti.xcom_pull(task_ids="send_sms")
        mailed = ti.xcom_pull(task_ids="send_mail")
        total = ti.xcom_pull(task_ids="split", key="total")
        print(f"{sent} + {mailed} of {total}")

    calendar = read_calendar("{{ data_interval_end | ds }}")
    parts = split(calendar)
    by_sms = send_sms(parts["sms"])
    by_mail = send_mail(parts["mail"], sender="reminder")
    totals = log_totals(parts["total"], by_sms, by_mail)

    report = EmailOperator(
        task_id="report",
        to="frontdesk@clinic.example",
        subject="Reminders {{ ds }}: {{ ti.xcom_pull(task_ids='split', key='total') }}",
        html_content="""
        <h3>Reminders</h3>
        <ul>
          <li>SMS: {{ ti.xcom_pull(task_ids='send_sms') }}</li>
          <li>Mail: {{ ti.xcom_pull(task_ids='send_mail') | int }}</li>
        </ul>
        """,
    )
    totals >> [audit(), report]


clinic_appointments()
