"""e-Discovery: one DAG per matter, and one that collects their results.

unresolvable: redact.bash_command
"""
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

try:
    from ediscovery.config import REDACTION_SOURCE
except ModuleNotFoundError:
    REDACTION_SOURCE = "classify"

MATTERS = [
    dict(number="2024-017", custodians=3, privileged=True),
    dict(number="2024-032", custodians=8),
]
DAG_ID = "ediscovery_{}"


def collect(custodians, **_):
    return {"mailboxes": custodians, "store": "/evidence"}


def classify(ti, privileged=False, **kwargs):
    store = ti.xcom_pull(task_ids="collect")["store"]
    ti.xcom_push(key="privileged" if privileged else "responsive", value=store)
    return {"responsive": 10, "top": [{"doc": "a"}]}


def export_format(number):
    match number.split("-"):
        case ["2024", "017"]:
            return "edrm"
        case [year, *_] if int(year) >= 2024:
            return "concordance"
        case _:
            return "pdf"


def create_dag(number, custodians, privileged=False):
    dag_id = DAG_ID.format(number.replace("-", "_"))
    new = DAG(dag_id, start_date=datetime(2024, 6, 1), schedule=None, catchup=False, tags=["legal", number])
    with new:
        col = PythonOperator(task_id="collect", python_callable=collect, op_kwargs={"custodians": custodians})
        cla = PythonOperator(task_id="classify", python_callable=classify, op_args=[], op_kwargs={"privileged": privileged})
        review = BashOperator(
            task_id="review",
            bash_command="review --n {{ ti.xcom_pull(task_ids='classify')['responsive'] }} --first {{ ti.xcom_pull(task_ids='classify').top[0].doc }}",
            env={"MAILBOXES": str(col.output), "STORE": "{{ ti.xcom_pull(task_ids='collect', dag_id='" + dag_id + "')['store'] }}"},
        )
        col >> cla >> review
        if (fmt := export_format(number)) != "pdf":
            export = PythonOperator(
                task_id=f"export_{fmt}",
                python_callable=lambda store, ti: ti.xcom_pull(task_ids="classify")["top"] + [store],
                op_kwargs={"store": f"{{{{ ti.xcom_pull(task_ids='collect')['store'] }}}}/{fmt}"},
            )
            review >> export
        if privileged:
            log = BashOperator(
                task_id="privilege_log",
                bash_command="plog {{ ti.xcom_pull(task_ids='classify', key='privileged') }} {{ ti.xcom_pull(task_ids='" + review.task_id + "') }}",
            )
            red = BashOperator(
                task_id="redact", bash_command="redact {{ ti.xcom_pull(task_ids='%s')['responsive'] }}" % REDACTION_SOURCE
            )
            review >> log >> red
        else:
            production = PythonOperator(task_id="produce", python_callable=lambda docs, ti: (docs, ti.xcom_pull(task_ids="review")), op_args=[cla.output])
            review >> production
    return new


for matter in MATTERS:
    _dag = create_dag(**matter)
    globals()[_dag.dag_id] = _dag


def overview(ti, matters):
    rows = []
    for m in matters:
        rows.append(ti.xcom_pull(dag_id=DAG_ID.format(m), task_ids="classify", include_prior_dates=True))
    return rows


with DAG("ediscovery_overview", start_date=datetime(2024, 6, 1), schedule="@daily", catchup=False) as overview_dag:
    table = PythonOperator(
        task_id="overview", python_callable=overview, op_kwargs={"matters": [m["number"].replace("-", "_") for m in MATTERS]}
    )
    mail = BashOperator(
        task_id="mail",
        bash_command="mail -s matters partners@law.example <<< '{% for row in ti.xcom_pull(task_ids=\"overview\") %}{{ row.responsive }} {% endfor %}'"
        + "".join(
            " && echo {{ ti.xcom_pull(dag_id='%s', task_ids='review', include_prior_dates=True) }}" % DAG_ID.format(m["number"].replace("-", "_"))
            for m in MATTERS
            if not m.get("privileged")
        ),
    )
    table >> mail
