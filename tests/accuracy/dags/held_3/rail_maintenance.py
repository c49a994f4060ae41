import json
from datetime import datetime
from typing import Any, Sequence

from airflow import DAG
from airflow.models import BaseOperator
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator


class InspectionPod(KubernetesPodOperator):
    """A pod of the inspection image; `track` and `settings` are templated as well."""

    template_fields: Sequence[str] = (*KubernetesPodOperator.template_fields, "track", "settings")

    def __init__(self, *, track: str, settings: dict | None = None, source: str | None = None, **kwargs):
        kwargs.setdefault("image", "rail/inspection:9")
        kwargs.setdefault("do_xcom_push", True)
        if source:
            kwargs["arguments"] = [
                *kwargs.get("arguments", []),
                "--measurements",
                "{{ ti.xcom_pull(task_ids='" + source + "')['measurements'] }}",
            ]
        super().__init__(**kwargs)
        self.track = track
        self.settings = settings or {}


class WorkOrder(BaseOperator):
    template_fields = ("defects", "priority")

    def __init__(self, defects: str, priority="normal", notify_task: str = "dispatcher", **kwargs) -> None:
        super().__init__(**kwargs)
        self.defects = defects
        self.priority = priority
        self.notify_task = notify_task

    def execute(self, context: Any):
        ti = context["ti"]
        person = ti.xcom_pull(task_ids=self.notify_task)
        window = ti.xcom_pull(task_ids="possession", key="window")
        self.log.info("%s for %s in %s", self.defects, person, window)
        return {"order": 17, "person": person}


class UrgentWorkOrder(WorkOrder):
    def __init__(self, **kwargs):
        super().__init__(priority="{{ ti.xcom_pull(task_ids='classify')['level'] }}", **kwargs)


def possession(ti):
    ti.xcom_push(key="window", value=["01:00", "04:30"])


def classify(ti):
    found = ti.xcom_pull(task_ids="detect")
    return {"level": "urgent" if found["cracks"] else "normal", "cracks": found["cracks"]}


def close_out(order, urgent, ti):
    window = ti.xcom_pull(task_ids="possession", key="window")
    track = ti.xcom_pull(task_ids="measure")["track"]
    print(order, urgent, window, track)


with DAG(
    dag_id="rail_maintenance",
    start_date=datetime(2023, 12, 10),
    schedule="0 22 * * SUN",
    catchup=False,
    params={"line": "S1"},
) as dag:
    who = BashOperator(task_id="dispatcher", bash_command="roster --now")
    closed = PythonOperator(task_id="possession", python_callable=possession)
    measure = InspectionPod(task_id="measure", name="measure", track="{{ params.line }}", arguments=["measure"])
    detect = InspectionPod(
        task_id="detect",
        name="detect",
        track="{{ ti.xcom_pull(task_ids='measure')['track'] }}",
        settings={"speed": "{{ ti.xcom_pull(task_ids='possession', key='window')[0] }}", "mode": "fine"},
        arguments=["detect", "--line", "{{ params.line }}"],
        source="measure",
    )
    level = PythonOperator(task_id="classify", python_callable=classify)
    order = WorkOrder(task_id="order", defects="{{ ti.xcom_pull(task_ids='detect')['defects'] | tojson }}")
    urgent = UrgentWorkOrder(task_id="urgent_order", defects=level.output, notify_task="classify")
    book = BashOperator(
        task_id="book",
        bash_command="book '" + json.dumps({"order": "{{ ti.xcom_pull(task_ids='order')['order'] }}"}) + "'",
        env={"URGENT": urgent.output["order"]},
        append_env=True,
    )

    close_out = PythonOperator(
        task_id="close_out",
        python_callable=close_out,
        op_args=[order.output, urgent.output],
        trigger_rule="all_done",
    )
    book >> close_out

    [who, closed] >> measure >> detect >> level >> [order, urgent] >> book
