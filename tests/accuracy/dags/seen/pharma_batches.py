"""Batch records of a pharma plant. Operators of our own do the reading, inside execute() too."""

from __future__ import annotations

from datetime import datetime

from airflow import DAG
from airflow.models import BaseOperator

try:
    from airflow.sdk import BaseSensorOperator
except ImportError:
    from airflow.sensors.base import BaseSensorOperator

try:
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:
    from airflow.operators.bash import BashOperator

LINES = ("tablets", "ampoules")


class LimsMixin:
    limits_task = "fetch_limits"

    def pull_limits(self, context):
        return context["ti"].xcom_pull(task_ids=self.limits_task, key="limits")


class ReleaseBatchOperator(LimsMixin, BaseOperator):
    """Releases a batch when its assay lies within its limits."""

    template_fields = ("batch", "assay", "signers")
    template_fields_renderers = {"assay": "json"}
    ui_color = "#c3e6cb"

    def __init__(self, *, batch, assay, source, signers=(), strict=True, **kwargs):
        super().__init__(**kwargs)
        self.batch = batch
        self.assay = assay
        self.signers = signers
        self.source = source
        self.strict = strict

    def execute(self, context):
        limits = self.pull_limits(context)
        weights = context["ti"].xcom_pull(task_ids=self.source)
        if self.strict:
            deviations = context["ti"].xcom_pull(task_ids="review_deviations")
            self.log.info("%s", deviations)
        return {"limits": limits, "weights": weights}


class DoubleSignedRelease(ReleaseBatchOperator):
    limits_task = "fetch_limits_eu"

    def __init__(self, **kwargs):
        kwargs["signers"] = ["{{ ti.xcom_pull('roster')['qp'] }}", "{{ ti.xcom_pull('roster')['head'] }}"]
        super().__init__(strict=False, **kwargs)


class AssaySensor(BaseSensorOperator):
    template_fields = ("sample_id",)

    def __init__(self, sample_id: str, **kwargs):
        super().__init__(**kwargs)
        self.sample_id = sample_id

    def poke(self, context):
        return self.sample_id is not None


class ReportOperator(BashOperator):
    template_fields = [*BashOperator.template_fields, "report_format"]

    def __init__(self, batch_task, report_format="pdf", **kwargs):
        super().__init__(
            bash_command="report " + self.option("batch", batch_task) + self.option("assay", batch_task, "assay"),
            **kwargs,
        )
        self.report_format = report_format

    @staticmethod
    def option(name, task_id, key="batch"):
        return f"--{name} {{{{ ti.xcom_pull(task_ids='{task_id}')['{key}'] }}}} "


with DAG("pharma_batches", start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False) as dag:
    limits = BashOperator(task_id="fetch_limits", bash_command="lims limits")
    limits_eu = BashOperator(task_id="fetch_limits_eu", bash_command="lims limits --eu")
    roster = BashOperator(task_id="roster", bash_command="roster {{ ds }}")
    review = BashOperator(task_id="review_deviations", bash_command="review")

    for line in LINES:
        weigh = BashOperator(task_id=f"weigh_{line}", bash_command=f"scales {line}")
        assay = AssaySensor(
            task_id=f"assay_{line}",
            sample_id="{{ ti.xcom_pull('weigh_" + line + "')['sample'] }}",
            poke_interval=60,
            mode="reschedule",
        )
        operator = DoubleSignedRelease if line == "ampoules" else ReleaseBatchOperator
        release = operator(
            task_id=f"release_{line}",
            batch="{{ ti.xcom_pull(task_ids='weigh_%s')['batch'] }}" % line,
            assay={"value": assay.output, "unit": "{{ ti.xcom_pull('weigh_%s').unit }}" % line},
            source=weigh.task_id,
        )
        report = ReportOperator(
            task_id=f"report_{line}",
            batch_task=release.task_id,
            report_format="{{ 'pdf/a' if ti.xcom_pull('review_deviations') else 'pdf' }}",
        )
        [limits, limits_eu, roster, review] >> weigh >> assay >> release >> report
