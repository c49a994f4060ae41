"""Loans of the branch libraries, exported for the regional statistics office.

unresolvable: announce.python_callable
"""
import logging
from datetime import datetime, timedelta

from airflow import DAG
from airflow.models import Variable
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

LOGGER = logging.getLogger("airflow.task")

BRANCHES = {"main": "Hauptstelle", "east": "Ost", "bus": "Bücherbus"}
LAST_BRANCH = Variable.get("library_last_branch")


def _export(branch, **kwargs):
    target = f"/exports/{branch}/{kwargs['ds']}.csv"
    kwargs["ti"].xcom_push(key="target", value=target)
    return {"branch": branch, "loans": 0, "returns": 0}


def _anonymise(branch, ti):
    """Removes the card numbers from an export."""
    target = ti.xcom_pull(task_ids=f"export_{branch}", key="target")
    LOGGER.info("anonymising %s (%s)", target, BRANCHES[branch])
    return target.replace(".csv", ".anon.csv")


def _summary(ti):
    total = {"loans": 0, "returns": 0}
    for branch in BRANCHES:
        counted = ti.xcom_pull(task_ids=f"export_{branch}")
        for what in total:
            total[what] += counted[what]
    return total


def _archive(loans, ti):
    """Puts the anonymised exports into the archive, with the totals of the month."""
    for branch, label in BRANCHES.items():
        LOGGER.info("%s: %s", label, ti.xcom_pull(task_ids=f"anonymise_{branch}"))
    LOGGER.info("totals: %s", loans)


def _announce(ti):
    last = ti.xcom_pull(task_ids="anonymise_" + LAST_BRANCH)
    LOGGER.info("last file: %s", last)


with DAG(
    dag_id="library_loans_export",
    start_date=datetime(2023, 1, 1),
    schedule="@monthly",
    catchup=False,
    default_args={"owner": "statistik", "retries": 2, "retry_delay": timedelta(hours=1)},
) as dag:
    summary = PythonOperator(task_id="summary", python_callable=_summary)
    announce = PythonOperator(task_id="announce", python_callable=_announce)

    for branch in BRANCHES:
        export = PythonOperator(
            task_id=f"export_{branch}", python_callable=_export, op_kwargs={"branch": branch}
        )
        anonymise = PythonOperator(
            task_id=f"anonymise_{branch}", python_callable=_anonymise, op_kwargs={"branch": branch}
        )
        upload = BashOperator(
            task_id=f"upload_{branch}",
            bash_command=f"curl -T {{{{ ti.xcom_pull(task_ids='anonymise_{branch}') }}}} "
            f"ftp://stats.example.org/{branch}/",
        )
        export >> anonymise >> upload >> announce
        export >> summary

    archive = PythonOperator(
        task_id="archive", python_callable=_archive, op_kwargs={"loans": summary.output}
    )
    summary >> archive >> announce

    summary >> BashOperator(
        task_id="print_summary",
        bash_command="echo 'loans: {{ ti.xcom_pull(task_ids=\"summary\")[\"loans\"] }}, "
        "returns: {{ ti.xcom_pull(task_ids=\"summary\")[\"returns\"] }}'",
    )
