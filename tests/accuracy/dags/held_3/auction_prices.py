from datetime import datetime

from airflow.decorators import dag, task
from airflow.models.xcom_arg import XComArg
from airflow.operators.python import PythonOperator
from airflow.providers.common.sql.operators.sql import BranchSQLOperator, SQLExecuteQueryOperator
from airflow.operators.empty import EmptyOperator

HOUSES = ["christies", "sothebys", "bonhams"]


def scrape(house: str, ti):
    lots = [{"lot": 1, "price": 1000}]
    ti.xcom_push(key="currency", value="GBP" if house != "bonhams" else "USD")
    return lots


def convert(lots, currency, rates):
    return [{**lot, "eur": lot["price"] * rates[currency]} for lot in lots]


@task
def exchange_rates() -> dict:
    return {"GBP": 1.17, "USD": 0.92}


@task
def merge(*converted):
    return [lot for lots in converted for lot in lots]


@task
def top(lots, n=10):
    return sorted(lots, key=lambda lot: -lot["eur"])[:n]


@task
def history(day: str, ti=None):
    yesterday = ti.xcom_pull(task_ids="merge", include_prior_dates=True)
    rates = ti.xcom_pull(task_ids="exchange_rates")
    return {"day": day, "before": len(yesterday or []), "gbp": rates["GBP"]}


@dag("auction_prices", start_date=datetime(2023, 1, 1), schedule="@daily", catchup=False)
def auction_prices():
    rates = exchange_rates()
    converted = []
    for house in HOUSES:
        scraped = PythonOperator(
            task_id=f"scrape_{house}", python_callable=scrape, op_kwargs={"house": house}
        )
        in_euro = PythonOperator(
            task_id=f"convert_{house}",
            python_callable=convert,
            op_kwargs={
                "lots": scraped.output,
                "currency": XComArg(scraped, key="currency"),
                "rates": rates,
            },
        )
        converted.append(in_euro.output)

    merged = merge(*converted)
    best = top(merged, n=20)

    is_new = BranchSQLOperator(
        task_id="is_new",
        conn_id="art_db",
        sql="SELECT max(eur) < {{ ti.xcom_pull(task_ids='top')[0]['eur'] }} FROM records",
        follow_task_ids_if_true="store",
        follow_task_ids_if_false="nothing",
    )
    store = SQLExecuteQueryOperator(
        task_id="store",
        conn_id="art_db",
        sql="INSERT INTO records SELECT * FROM json_each('{{ ti.xcom_pull(task_ids='top')|tojson }}')",
        parameters=[best, "{{ ti.xcom_pull(task_ids='history')['gbp'] }}"],
    )
    nothing = EmptyOperator(task_id="nothing")

    history("{{ ds }}") >> is_new
    best >> is_new >> [store, nothing]


auction_prices()
