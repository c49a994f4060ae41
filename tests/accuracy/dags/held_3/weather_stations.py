from __future__ import annotations

import pendulum

from airflow.decorators import dag, task

STATIONS = [
    {"id": "OSL", "lat": 59.91, "lon": 10.75},
    {"id": "BGO", "lat": 60.39, "lon": 5.32},
    {"id": "TRD", "lat": 63.43, "lon": 10.39},
]


@dag(
    schedule="@hourly",
    start_date=pendulum.datetime(2024, 1, 1, tz="Europe/Oslo"),
    catchup=False,
    tags=["weather"],
)
def weather_stations():
    """Observations of our own stations, cleaned and compared with the forecast."""

    @task(retries=3)
    def read_station(station: dict) -> dict:
        return {"station": station["id"], "temperature": 4.2, "wind": 7.0}

    @task
    def combine(observations: list[dict]) -> dict:
        return {o["station"]: o for o in observations}

    @task(multiple_outputs=True)
    def statistics(combined: dict) -> dict:
        temperatures = [o["temperature"] for o in combined.values()]
        return {"mean": sum(temperatures) / len(temperatures), "count": len(temperatures), "rows": temperatures}

    @task
    def read_forecast(run_hour: str) -> dict:
        return {"hour": run_hour, "temperature": 3.9}

    @task
    def compare(mean: float, forecast: dict, tolerance: float = 1.5) -> bool:
        return abs(mean - forecast["temperature"]) < tolerance

    @task.branch
    def route(close_enough: bool) -> str:
        return "store" if close_enough else "warn"

    @task
    def store(rows: list, count: int) -> None:
        print(f"{count} rows: {rows}")

    @task(trigger_rule="all_done")
    def day_report(forecast: dict, combined: dict, ti=None) -> None:
        count = ti.xcom_pull(task_ids="statistics", key="count")
        close = ti.xcom_pull(task_ids="compare")
        print(forecast["hour"], sorted(combined), count, close)

    @task
    def warn(**context) -> None:
        ti = context["ti"]
        mean = ti.xcom_pull(task_ids="statistics", key="mean")
        forecast = ti.xcom_pull(task_ids="read_forecast")
        print(f"forecast {forecast['temperature']} but measured {mean}")

    observations = read_station.expand(station=STATIONS)
    combined = combine(observations)
    stats = statistics(combined)
    forecast = read_forecast("{{ data_interval_end.strftime('%Y-%m-%dT%H') }}")
    routed = route(compare(stats["mean"], forecast))
    routed >> [store(stats["rows"], count=stats["count"]), warn()] >> day_report(forecast, combined)


weather_stations()
