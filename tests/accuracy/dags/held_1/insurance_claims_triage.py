"""Claims triage: score incoming claims, route them, settle the small ones automatically."""
from datetime import datetime
from typing import Any, Dict, List

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import BranchPythonOperator, PythonOperator, ShortCircuitOperator
from airflow.utils.edgemodifier import Label
from airflow.utils.trigger_rule import TriggerRule

SCORERS = ["rules", "fraud_model", "severity_model"]
SCORE_TASKS = [f"score_{s}" for s in SCORERS]
AUTO_LIMIT = 500


def ingest(**context) -> Dict[str, Any]:
    return {"claims": [{"id": 1, "amount": 99}], "batch": context["ds"]}


def has_claims(ti) -> bool:
    return bool(ti.xcom_pull(task_ids="ingest")["claims"])


def score(scorer: str, ti=None) -> List[float]:
    claims = ti.xcom_pull(task_ids="ingest", key="return_value").get("claims", [])
    return [1.0 / (i + len(scorer)) for i, _ in enumerate(claims)]


def _weighted(ti, weights: Dict[str, float]) -> float:
    scores = ti.xcom_pull(task_ids=SCORE_TASKS)
    return sum(weights[s] * max(v or [0]) for s, v in zip(SCORERS, scores))


def route(ti, **_):
    total = _weighted(ti, {"rules": 0.2, "fraud_model": 0.5, "severity_model": 0.3})
    claims = ti.xcom_pull(task_ids="ingest")["claims"]
    if total > 0.8:
        return "investigate"
    if all(c["amount"] < AUTO_LIMIT for c in claims):
        return ["settle", "letter"]
    return "adjuster_queue"


def settle(ti, **_):
    batch: Dict[str, Any] = ti.xcom_pull(task_ids="ingest")
    rules, *_rest = ti.xcom_pull(task_ids=["score_rules", "score_fraud_model"])
    return {"settled": [c["id"] for c in batch["claims"]], "rules": rules}


def letter(ti, template: str, **_):
    return template.format(ids=ti.xcom_pull(task_ids="ingest")["batch"])


def close(**context):
    ti = context["ti"]
    outcome = ti.xcom_pull(task_ids="route")
    settled = ti.xcom_pull(task_ids="settle") or {}
    print(outcome, settled.get("settled"))


with DAG(
    dag_id="insurance_claims_triage",
    start_date=datetime(2024, 1, 1),
    schedule="0 * * * *",
    catchup=False,
) as dag:
    ingest_task = PythonOperator(task_id="ingest", python_callable=ingest)
    gate = ShortCircuitOperator(task_id="has_claims", python_callable=has_claims)
    scoring = [
        PythonOperator(task_id=task_id, python_callable=score, op_args=[scorer])
        for scorer, task_id in zip(SCORERS, SCORE_TASKS)
    ]
    routing = BranchPythonOperator(task_id="route", python_callable=route)
    investigate = EmptyOperator(task_id="investigate")
    queue = EmptyOperator(task_id="adjuster_queue")
    settle_task = PythonOperator(task_id="settle", python_callable=settle)
    letter_task = PythonOperator(
        task_id="letter",
        python_callable=letter,
        # `template` is not Jinja, the braces are str.format's
        op_kwargs={"template": "Your claim {ids} was settled", "reference": "{{ ti.xcom_pull('settle')['settled'][0] }}"},
    )
    end = PythonOperator(task_id="close", python_callable=close, trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)

    first, second = SCORE_TASKS[:2]
    dossier = BashOperator(
        task_id="dossier",
        bash_command="dossier --fraud {{ ti.xcom_pull(task_ids=['score_rules', 'score_fraud_model'])[1][0] }}"
        f" --rules {{{{ ti.xcom_pull(task_ids={[first, second]})[0] | max }}}}"
        " --any {{ ti.xcom_pull(task_ids=" + str(SCORE_TASKS) + ") | flatten | first }}",
        env={"BATCH": "{{ ti.xcom_pull(task_ids=['ingest'])[0].batch }}"},
    )
    routing >> Label("dossier") >> dossier >> end
    ingest_task >> gate >> scoring >> routing
    routing >> Label("fraud") >> investigate >> end
    routing >> Label("small") >> settle_task >> letter_task >> end
    routing >> Label("else") >> queue >> end
