"""Import declarations: collect, classify, declare."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from airflow import DAG
from airflow.models import BaseOperator
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator


class ClassifierOperator(KubernetesPodOperator):
    """A pod of our tariff classifier."""

    template_fields: Sequence[str] = (*KubernetesPodOperator.template_fields, "goods", "tariff")

    def __init__(self, *, goods: Any, tariff: str = "taric", min_score: float = 0.8, **kwargs):
        kwargs.setdefault("image", "customs/classifier:5")
        kwargs.setdefault("name", kwargs["task_id"].replace("_", "-"))
        kwargs.setdefault("do_xcom_push", True)
        kwargs["arguments"] = ["--goods", "/work/goods.json", "--min-score", str(min_score)]
        super().__init__(namespace="customs", **kwargs)
        self.goods = goods
        self.tariff = tariff


class DeclareOperator(BaseOperator):
    """Sends a declaration to the customs system."""

    template_fields = ("reference", "positions", "headers")
    ui_color = "#ffe4b5"

    def __init__(self, *, reference: str, positions: Any, headers: dict | None = None, office: str, **kwargs):
        super().__init__(**kwargs)
        self.reference = reference
        self.positions = positions
        self.headers = headers or {}
        self.office = office

    def execute(self, context):
        ti = context["ti"]
        consignee = ti.xcom_pull(task_ids="collect_invoices", key="consignee")
        self.log.info("declaring %s for %s at %s", self.reference, consignee, self.office)
        ti.xcom_push(key="mrn", value=f"24CH{self.reference}")
        return {"office": self.office, "accepted": True}


def collect_invoices(ti, ds_nodash):
    ti.xcom_push(key="consignee", value="ACME AG")
    return {"reference": ds_nodash, "goods": [{"text": "ball bearing", "kg": 12}]}


def check_duties(declared, goods, **context):
    ti = context["ti"]
    tariff = ti.xcom_pull(task_ids="classify")["nomenclature"]
    second = ti.xcom_pull(task_ids="second_opinion")
    return {"ok": declared["accepted"], "same": second == tariff, "positions": len(goods["goods"])}


def file_documents(**context):
    mrn = context["ti"].xcom_pull(task_ids="declare", key="mrn")
    accepted = context["ti"].xcom_pull(task_ids="declare")["accepted"]
    print(mrn, accepted)


with DAG(
    dag_id="customs_declarations",
    start_date=datetime(2024, 3, 1),
    schedule="0 */2 * * *",
    catchup=False,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5)},
) as dag:
    invoices = PythonOperator(task_id="collect_invoices", python_callable=collect_invoices)

    classify = ClassifierOperator(
        task_id="classify",
        goods="{{ ti.xcom_pull(task_ids='collect_invoices')['goods'] | tojson }}",
        env_vars={"REFERENCE": "{{ ti.xcom_pull(task_ids='collect_invoices')['reference'] }}"},
    )

    second_opinion = ClassifierOperator(
        task_id="second_opinion",
        goods=classify.output,
        tariff="{{ ti.xcom_pull(task_ids='classify')['nomenclature'] }}",
        min_score=0.95,
        image="customs/classifier:6-beta",
    )

    declare = DeclareOperator(
        task_id="declare",
        reference="{{ ti.xcom_pull(task_ids='collect_invoices')['reference'] }}",
        positions=second_opinion.output,
        headers={
            "X-Consignee": "{{ ti.xcom_pull(task_ids='collect_invoices', key='consignee') }}",
            "X-Score": "{{ ti.xcom_pull(task_ids='classify')['score'] }}",
        },
        office="{{ ti.xcom_pull(task_ids='collect_invoices')['office'] }}",
    )

    documents = PythonOperator(task_id="file_documents", python_callable=file_documents)

    duties = PythonOperator(
        task_id="check_duties",
        python_callable=check_duties,
        op_kwargs={"declared": declare.output, "goods": invoices.output},
    )
    duties >> documents

    invoices >> classify >> second_opinion >> declare >> documents
