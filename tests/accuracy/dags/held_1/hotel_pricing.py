"""Dynamic prices for the hotels.

unresolvable: refresh_*.env.COMPETITOR
unresolvable: upload.op_kwargs.target
unresolvable: refresh_partner.*
"""
import os
from copy import deepcopy
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

HOTELS = {}
HOTELS["seaside"] = {"rooms": 80, "inputs": ["occupancy"]}
HOTELS["airport"] = {"rooms": 210, "inputs": ["occupancy", "events"]}
HOTELS.setdefault("castle", {}).update(rooms=12, inputs=[])
HOTELS["castle"]["inputs"].append("weddings")
del HOTELS["airport"]["inputs"][0]

if os.path.exists("/etc/hotels/partner"):
    HOTELS["partner"] = {"rooms": 1, "inputs": ["occupancy"]}

COMPETITOR_TASK = os.environ.get("COMPETITOR_TASK", "competitors")
ENV = {"CURRENCY": "EUR", "COMPETITOR": "{{ ti.xcom_pull(task_ids='" + COMPETITOR_TASK + "')['median'] }}"}
ENV_PER_HOTEL = {h: deepcopy(ENV) for h in HOTELS}
for h, conf in HOTELS.items():
    for i in conf["inputs"]:
        ENV_PER_HOTEL[h][i.upper()] = "{{ ti.xcom_pull(task_ids='collect', key='%s') }}" % i
ENV_PER_HOTEL["castle"].pop("CURRENCY")
ENV_PER_HOTEL["seaside"]["SEA_TEMP"] = ENV_PER_HOTEL["seaside"]["OCCUPANCY"].replace("occupancy", "sea_temp")


def collect(ti, **_):
    for k in ("occupancy", "events", "weddings", "sea_temp"):
        ti.xcom_push(key=k, value=1)


def competitors():
    return {"median": 99, "p90": 180}


def upload(target, ti, hotels=(), **_):
    prices = {}
    for hotel in hotels:
        prices[hotel] = ti.xcom_pull(task_ids="refresh_" + hotel)
    median = ti.xcom_pull(task_ids="competitors")["median"]
    events = ti.xcom_pull(task_ids="collect", key="events")
    return target, prices, median, events


with DAG("hotel_pricing", start_date=datetime(2024, 5, 5), schedule="@hourly", catchup=False) as dag:
    col = PythonOperator(task_id="collect", python_callable=collect)
    comp = PythonOperator(task_id="competitors", python_callable=competitors)
    up = PythonOperator(
        task_id="upload",
        python_callable=upload,
        op_kwargs={
            "target": "{{ ti.xcom_pull(task_ids='competitors')['" + os.getenv("BUCKET_FIELD", "p90") + "'] }}",
            "hotels": [*HOTELS],
        },
    )
    cmd = ["price.py"]
    for h in HOTELS:
        parts = cmd + ["--rooms", str(HOTELS[h]["rooms"])]
        if "events" in HOTELS[h]["inputs"]:
            parts.insert(1, "--boost={{ ti.xcom_pull(task_ids='collect', key='events') }}")
        refresh = BashOperator(task_id="refresh_" + h, bash_command=" ".join(parts), env=ENV_PER_HOTEL[h])
        [col, comp] >> refresh >> up

    def history(occupancy, prices, ti):
        return occupancy, prices, [ti.xcom_pull(task_ids="collect", key=i) for i in HOTELS["seaside"]["inputs"]]

    PythonOperator(
        task_id="history",
        python_callable=history,
        op_args=[col.output["occupancy"]],
        op_kwargs={"prices": {h: dag.get_task(f"refresh_{h}").output for h in ("castle", "seaside")}},
    ) << up
