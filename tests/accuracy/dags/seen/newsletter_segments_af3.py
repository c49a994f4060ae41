"""Segments and mailings of a newsletter (Airflow 3).

unresolvable: send_vip.*
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, BaseOperator, Param, TaskGroup, Variable, setup, task, teardown

if TYPE_CHECKING:
    from airflow.sdk import Context

SEGMENTS = {"new": 7, "loyal": 365}


class SendOperator(BaseOperator):
    template_fields = ("recipients", "subject")

    def __init__(self, *, recipients, subject: str, **kwargs) -> None:
        super().__init__(**kwargs)
        self.recipients = recipients
        self.subject = subject

    def execute(self, context: Context):
        ti = context["ti"]
        already = ti.xcom_pull(task_ids=self.task_id, include_prior_dates=True)
        blocked = ti.xcom_pull(task_ids="blocklist")
        self.log.info("%s %s", already, blocked)
        return {"sent": 1}


def unsubscribe_rate(segment: str, **context: Context) -> float:
    ti = context["task_instance"]
    sent = ti.xcom_pull(task_ids=f"mail.send_{segment}")
    return 1 / sent["sent"]


with DAG(
    dag_id="newsletter_segments",
    schedule="@daily",
    start_date=pendulum.datetime(2025, 1, 1),
    catchup=False,
    params={"subject_task": Param("subjects", type="string"), "tone": "kind"},
):

    @setup
    def open_smtp():
        return {"session": "s-1"}

    @teardown
    def close_smtp(session):
        print(session)

    smtp = open_smtp()
    blocklist = BashOperator(task_id="blocklist", bash_command="blocklist")
    subjects = BashOperator(task_id="subjects", bash_command="subjects --tone {{ params.tone }}")

    with TaskGroup("segment") as segmenting:
        segments = {
            name: BashOperator(
                task_id=name,
                bash_command=f"segment --days {days} --not '{{{{ ti.xcom_pull(task_ids='blocklist') }}}}'",
            )
            for name, days in SEGMENTS.items()
        }

    with TaskGroup("mail") as mailing:
        for name in SEGMENTS:
            SendOperator(
                task_id=f"send_{name}",
                recipients=segments[name].output,
                subject="{{ ti.xcom_pull(task_ids=params.subject_task)[params.tone] }} " + name.title(),
            )

    vip = SendOperator(
        task_id="send_vip",
        recipients="{{ ti.xcom_pull(task_ids='" + Variable.get("vip_segment", default="segment.loyal") + "') }}",
        subject="{{ ti.xcom_pull('subjects')['" + Variable.get("vip_tone", default="kind") + "'] }}",
    )
    rates = [
        PythonOperator(task_id=f"rate_{s}", python_callable=unsubscribe_rate, op_kwargs={"segment": s}) for s in SEGMENTS
    ]

    smtp >> [blocklist, subjects] >> segmenting >> mailing >> rates
    close = close_smtp(smtp["session"])
    rates >> close
    segmenting >> vip >> close
