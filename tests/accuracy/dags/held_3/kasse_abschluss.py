"""Tagesabschluss der Kassen aller Filialen."""
from datetime import datetime
from decimal import Decimal

from airflow import DAG
from airflow.exceptions import AirflowSkipException
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.utils.task_group import TaskGroup

FILIALEN = ["mitte", "nord", "hafen"]
SCHRITTE = ("einlesen", "pruefen", "buchen")


def einlesen(filiale, ti):
    umsatz = Decimal("1200.50")
    ti.xcom_push(key="umsatz", value=str(umsatz))
    ti.xcom_push(key="belege", value=412)


def pruefen(filiale, ti):
    umsatz = ti.xcom_pull(task_ids=f"filiale_{filiale}.einlesen", key="umsatz")
    belege = ti.xcom_pull(task_ids=f"filiale_{filiale}.einlesen", key="belege")
    if not belege:
        raise AirflowSkipException("keine Belege")
    return {"umsatz": umsatz, "belege": belege, "ok": True}


def buchen(filiale, ti):
    pruefung = ti.xcom_pull(task_ids=f"filiale_{filiale}.pruefen")
    if pruefung["ok"]:
        print("gebucht", filiale)


CALLABLES = {"einlesen": einlesen, "pruefen": pruefen, "buchen": buchen}


def konzern(ti):
    ids = [f"filiale_{f}.pruefen" for f in FILIALEN]
    ergebnisse = ti.xcom_pull(task_ids=ids)
    return sum(Decimal(e["umsatz"]) for e in ergebnisse if e)


with DAG(
    dag_id="kasse_abschluss",
    start_date=datetime(2022, 1, 1),
    schedule="0 23 * * *",
    catchup=False,
    tags=["kasse"],
) as dag:
    summe = PythonOperator(task_id="konzern_summe", python_callable=konzern, trigger_rule="none_failed")

    for filiale in FILIALEN:
        with TaskGroup(f"filiale_{filiale}", tooltip=f"Filiale {filiale}") as gruppe:
            vorher = None
            for schritt in SCHRITTE:
                aktuell = PythonOperator(
                    task_id=schritt,
                    python_callable=CALLABLES[schritt],
                    op_kwargs={"filiale": filiale},
                )
                if vorher:
                    vorher >> aktuell
                vorher = aktuell
            bon = BashOperator(
                task_id="sicherung",
                bash_command=(
                    "sichere_belege --filiale {{ params.filiale }} "
                    f"--umsatz {{{{ ti.xcom_pull(task_ids='filiale_{filiale}.einlesen', key='umsatz') }}}} "
                    f"--belege {{{{ ti.xcom_pull(task_ids='filiale_{filiale}.pruefen')['belege'] }}}}"
                ),
                params={"filiale": filiale},
            )
            vorher >> bon
        gruppe >> summe

    meldung = BashOperator(
        task_id="meldung",
        bash_command='echo "Umsatz: {{ ti.xcom_pull(task_ids="konzern_summe") }}"',
    )
    summe >> meldung
