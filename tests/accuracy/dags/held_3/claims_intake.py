from datetime import datetime

from airflow import DAG
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import BranchPythonOperator, PythonOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.utils.trigger_rule import TriggerRule

LINES = ("motor", "home", "travel")
THRESHOLDS = {"motor": 5000, "home": 12000, "travel": 800}


def read_claims(line, **context):
    claims = [{"id": "c1", "amount": 900}]
    context["ti"].xcom_push(key=f"{line}_claims", value=claims)
    return len(claims)


def score_claims(line, **context):
    ti = context["ti"]
    claims = ti.xcom_pull(task_ids=f"read_{line}", key=f"{line}_claims")
    limit = THRESHOLDS[line]
    return {"suspicious": [c["id"] for c in claims if c["amount"] > limit], "limit": limit}


def make_router(line):
    def route(ti):
        scored = ti.xcom_pull(task_ids=f"score_{line}")
        return f"investigate_{line}" if scored["suspicious"] else f"settle_{line}"

    return route


def totals(**context):
    pull = context["ti"].xcom_pull
    return sum(pull(task_ids=f"read_{line}") or 0 for line in LINES)


with DAG(
    dag_id="claims_intake",
    start_date=datetime(2024, 6, 1),
    schedule="15 * * * *",
    catchup=False,
    render_template_as_native_obj=True,
) as dag:
    start = EmptyOperator(task_id="start")
    total = PythonOperator(
        task_id="totals",
        python_callable=totals,
        trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS,
    )

    for line in LINES:
        read = PythonOperator(task_id=f"read_{line}", python_callable=read_claims, op_args=[line])
        score = PythonOperator(task_id=f"score_{line}", python_callable=score_claims, op_args=[line])
        route = BranchPythonOperator(task_id=f"route_{line}", python_callable=make_router(line))
        investigate = TriggerDagRunOperator(
            task_id=f"investigate_{line}",
            trigger_dag_id="claims_investigation",
            conf={
                "line": line,
                "claims": f"{{{{ ti.xcom_pull(task_ids='score_{line}')['suspicious'] }}}}",
                "limit": f"{{{{ ti.xcom_pull(task_ids='score_{line}')['limit'] }}}}",
            },
        )
        settle = PythonOperator(
            task_id=f"settle_{line}",
            python_callable=lambda count: print(count),
            op_kwargs={"count": read.output},
        )
        start >> read >> score >> route >> [investigate, settle] >> total
