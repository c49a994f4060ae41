"""
Claims OCR
==========

1. list the scanned letters of the night
2. OCR in a GPU pod, extraction of the amounts in a second one
3. registration in the claims system
"""
from __future__ import annotations

from datetime import datetime, timedelta

from airflow.decorators import dag, task
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from kubernetes.client import models as k8s

GPU = {"nvidia.com/gpu": "1"}


@dag(
    dag_id="insurance_claims_ocr",
    start_date=datetime(2024, 4, 15),
    schedule="0 2 * * *",
    catchup=False,
    default_args={"retries": 1, "execution_timeout": timedelta(hours=3)},
)
def insurance_claims_ocr():
    @task
    def list_letters(day: str) -> dict:
        return {"bucket": "letters", "prefix": f"in/{day}/", "count": 12}

    @task.kubernetes(
        image="claims/ocr:3",
        namespace="claims",
        name="ocr",
        do_xcom_push=True,
        container_resources=k8s.V1ResourceRequirements(limits=GPU),
        env_vars={"BATCH": "{{ ti.xcom_pull(task_ids='list_letters')['count'] }}", "LANG_HINT": "de"},
    )
    def ocr(letters: dict) -> dict:
        import json

        texts = {"prefix": letters["prefix"], "pages": 0}
        print(json.dumps(texts))
        return texts

    @task.kubernetes(image="claims/nlp:3", namespace="claims", do_xcom_push=True)
    def amounts(texts: dict, currency: str) -> list:
        return [{"claim": texts["prefix"], "amount": 0, "currency": currency}]

    @task.branch
    def route(found: list) -> str:
        return "manual_review" if any(c["amount"] > 10_000 for c in found) else "register"

    letters = list_letters("{{ ds }}")
    texts = ocr(letters)
    found = amounts(texts, currency="EUR")
    way = route(found)

    register = KubernetesPodOperator(
        task_id="register",
        name="register",
        namespace="claims",
        image="claims/register:1",
        arguments=["--claims", "{{ ti.xcom_pull(task_ids='amounts') | tojson }}", "--letters", letters["bucket"]],
        env_vars=[
            k8s.V1EnvVar(name="PREFIX", value="{{ ti.xcom_pull(task_ids='list_letters')['prefix'] }}"),
            k8s.V1EnvVar(name="FIRST_AMOUNT", value="{{ ti.xcom_pull(task_ids='amounts')[0]['amount'] }}"),
        ],
    )

    @task
    def manual_review(found: list, ti=None) -> int:
        pages = ti.xcom_pull(task_ids="ocr")["pages"]
        print(f"{len(found)} claims on {pages} pages")
        return len(found)

    review = manual_review(found)
    way >> [register, review]


dag = insurance_claims_ocr()
