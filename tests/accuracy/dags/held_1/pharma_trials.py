"""Clinical trial data: EDC exports, coding, locking. GxP: every hand-over goes through XCom."""
from datetime import datetime, timedelta
import logging

from airflow import DAG
from airflow.exceptions import AirflowException
from airflow.models.baseoperator import BaseOperator
from airflow.operators.python import PythonOperator
from airflow.sensors.base import BaseSensorOperator

logger = logging.getLogger(__name__)
STUDIES = {"NX-101": {"sites": 3}, "NX-204": {"sites": 12}}


class XComReader:
    """Mixin: reads one value and insists on it."""

    def read(self, context, task_ids, key="return_value"):
        value = context["ti"].xcom_pull(task_ids=task_ids, key=key)
        if value is None:
            raise AirflowException(f"nothing from {task_ids}")
        return value


class EdcExport(BaseOperator):
    template_fields = ["study", "path"]
    template_ext = []

    def __init__(self, study, path="/edc/{{ ds }}", *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.study = study
        self.path = path

    def execute(self, context):
        ti = context["ti"]
        ti.xcom_push(key="rows", value=100)
        return {"path": self.path, "forms": ["AE", "CM"]}


class CodingOperator(XComReader, BaseOperator):
    template_fields = ["dictionary"]

    def __init__(self, export_task, dictionary, **kwargs):
        super().__init__(**kwargs)
        self.export_task = export_task
        self.dictionary = dictionary

    def execute(self, context):
        export = self.read(context, self.export_task)
        rows = context["task_instance"].xcom_pull(task_ids=self.export_task, key="rows")
        logger.info("coding %s rows of %s", rows, export["forms"])
        return rows


class LockSensor(BaseSensorOperator):
    template_fields = ["study"]

    def __init__(self, study, coding_task=None, **kwargs):
        super().__init__(**kwargs)
        self.study = study
        self.coding_task = coding_task

    def poke(self, context):
        coded = context["ti"].xcom_pull(task_ids=self.coding_task)
        exported = context["ti"].xcom_pull(task_ids=self.coding_task.replace("code_", "export_"), key="rows")
        return coded == exported


def alert(context):
    failed = context["task_instance"]
    versions = failed.xcom_pull(task_ids="dictionary_versions")
    logger.error("%s failed with dictionaries %s", failed.task_id, versions)


def dictionaries():
    return {"meddra": "27.0", "whodrug": "2024MAR"}


def statistics(ti, study_tasks, **context):
    frames = {}
    for study, task_id in study_tasks.items():
        frames[study] = ti.xcom_pull(task_ids=task_id)
    return frames


with DAG(
    "pharma_trials",
    start_date=datetime(2024, 1, 15),
    schedule=timedelta(hours=12),
    catchup=False,
) as dag:
    dicts = PythonOperator(task_id="dictionary_versions", python_callable=dictionaries)
    locks, exports = [], {}
    for study in STUDIES:
        slug = study.lower().replace("-", "")
        export = EdcExport(study=study, task_id="export_" + slug, on_failure_callback=alert)
        code = CodingOperator(
            export_task=export.task_id,
            dictionary="{{ ti.xcom_pull(task_ids='dictionary_versions')['meddra'] }}",
            task_id="code_" + slug,
        )
        lock = LockSensor(study=f"{study}/{code.output}", coding_task=code.task_id, task_id="lock_" + slug, mode="reschedule")
        dicts >> export >> code >> lock
        exports[study] = export.task_id
        locks.append(lock)

    stats = PythonOperator(
        task_id="statistics",
        python_callable=statistics,
        op_kwargs={"study_tasks": exports, "first": "{{ ti.xcom_pull(task_ids='export_nx101')['forms'][0] }}"},
    )
    locks >> stats
