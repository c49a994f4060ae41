from __future__ import annotations

import logging
from datetime import timedelta

import pendulum

from airflow.decorators import dag, task
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

logger = logging.getLogger(__name__)

COMPETITORS = ["harbour_inn", "grand_plaza", "station_hotel"]


@dag(
    schedule="30 5 * * *",
    start_date=pendulum.datetime(2024, 2, 1, tz="Europe/Lisbon"),
    catchup=False,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=10)},
    tags=["revenue"],
)
def hotel_rate_shopping():
    """Compare tomorrow's rates with the neighbours and adjust ours."""

    @task
    def stay_dates(days: int = 30) -> list[str]:
        start = pendulum.today("Europe/Lisbon")
        return [start.add(days=n).to_date_string() for n in range(days)]

    @task(retries=4)
    def shop_rates(hotel: str, dates: list[str]) -> dict:
        import requests

        rates = {}
        for date in dates:
            answer = requests.get(f"https://rates.example.org/{hotel}", params={"date": date}, timeout=20)
            rates[date] = answer.json()["lowest"]
        return {"hotel": hotel, "rates": rates}

    @task(multiple_outputs=True)
    def our_position(shopped: list[dict], dates: list[str]) -> dict:
        median = {}
        for date in dates:
            prices = sorted(each["rates"][date] for each in shopped)
            median[date] = prices[len(prices) // 2]
        return {"median": median, "hotels": len(shopped), "valid_until": max(dates)}

    @task
    def propose(median: dict, valid_until: str) -> list[dict]:
        logger.info("proposal valid until %s", valid_until)
        return [{"date": date, "rate": round(price * 0.97, 2)} for date, price in median.items()]

    @task
    def notify(proposal: list[dict], hotels: int) -> None:
        print(f"{len(proposal)} nights priced against {hotels} hotels")

    dates = stay_dates()
    shopped = [shop_rates.override(task_id=f"shop_{hotel}")(hotel, dates) for hotel in COMPETITORS]
    position = our_position(shopped, dates)
    proposal = propose(position["median"], valid_until=position["valid_until"])

    store = SQLExecuteQueryOperator(
        task_id="store_proposal",
        conn_id="revenue_db",
        sql="CALL pricing.store_proposal(%(proposal)s, %(until)s)",
        parameters={"proposal": proposal, "until": position["valid_until"]},
    )

    store >> notify(proposal, hotels=position["hotels"])


hotel_rate_shopping()
