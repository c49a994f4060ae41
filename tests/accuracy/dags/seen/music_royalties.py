"""Royalties of a record label: usage reports of the streaming services to statements of the artists."""

from datetime import datetime

from airflow import DAG

try:
    from airflow.providers.standard.operators.empty import EmptyOperator
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.empty import EmptyOperator
    from airflow.operators.python import PythonOperator

try:
    from airflow.sdk import TaskGroup
except ImportError:
    from airflow.utils.task_group import TaskGroup

SERVICES = {
    "spotify": {"currency": "EUR", "sheets": ["streams", "ads"]},
    "deezer": {"currency": "EUR", "sheets": ["streams"]},
    "tidal": {"currency": "USD", "sheets": ["streams", "video"]},
}


class Royalties:
    """The callables of this DAG, as static and class methods."""

    RATES = "rates"

    @staticmethod
    def fetch(service, ti, **_):
        for sheet in SERVICES[service]["sheets"]:
            ti.xcom_push(key=sheet, value=f"/reports/{service}/{sheet}.csv")

    @classmethod
    def convert(cls, service, **context):
        ti = context["ti"]
        usd = ti.xcom_pull(task_ids="rates", key=cls.RATES)["USD"]
        total = 0
        for sheet in SERVICES[service]["sheets"]:
            report = ti.xcom_pull(task_ids=f"{service}.fetch", key=sheet)
            total += len(report)
        return {"total": total * usd, "currency": "EUR"}

    @staticmethod
    def statements(totals, **context):
        ti = context["ti"]
        names = list(SERVICES)
        converted = ti.xcom_pull(task_ids=[n + ".convert" for n in names])
        for name, value in zip(names, converted):
            print(name, value["total"])
        return totals


with DAG("music_royalties", start_date=datetime(2024, 1, 1), schedule="@monthly", catchup=False):
    rates = PythonOperator(
        task_id="rates", python_callable=lambda ti: ti.xcom_push(key="rates", value={"USD": 0.92})
    )
    done = EmptyOperator(task_id="done")

    for service, config in SERVICES.items():
        with TaskGroup(service) as group:
            fetch = PythonOperator(
                task_id="fetch", python_callable=Royalties.fetch, op_kwargs={"service": service}
            )
            convert = PythonOperator(
                task_id="convert", python_callable=Royalties.convert, op_args=[service]
            )
            check = PythonOperator(
                task_id="check",
                python_callable=print,
                op_args=[
                    f"{{{{ ti.xcom_pull(task_ids='{service}.fetch', key='{sheet}') }}}}"
                    for sheet in config["sheets"]
                ]
                + ["{{ ti.xcom_pull('" + group.child_id("convert") + "')['total'] | round(2) }}"],
            )
            fetch >> convert >> check
        rates >> group

    statements = PythonOperator(
        task_id="statements",
        python_callable=Royalties.statements,
        op_kwargs={
            "totals": {
                service: "{{ ti.xcom_pull(task_ids='%s.convert')['total'] }}" % service for service in SERVICES
            }
        },
    )
    ledger = PythonOperator(
        task_id="ledger",
        python_callable=dict,
        op_kwargs={s: statements.dag.get_task(f"{s}.convert").output for s in SERVICES},
    )
    for service in SERVICES:
        statements.dag.get_task(f"{service}.convert") >> ledger
        statements.set_upstream(statements.dag.get_task(f"{service}.check"))
    statements >> done
