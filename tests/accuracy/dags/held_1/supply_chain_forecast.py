"""Demand forecast, hands its results over to the planning DAGs.

{{ ti.xcom_pull(task_ids='this_is_documentation')['x'] }} is how the planning DAGs read the conf.
"""
import json
from datetime import datetime
from string import Template

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator

HORIZONS = {"short": 14, "long": 180}
PLANTS = ["lyon", "gdansk"]

SPARK = Template(
    "spark-submit --name $name forecast.py --horizon $days "
    "--history {{ ti.xcom_pull(task_ids='history')['table'] }} "
    "--calendar {{ ti.xcom_pull(task_ids='$calendar', key='$calendar_key') }}"
)
EVENT = '{{"plant": "{plant}", "qty": "{{{{ ti.xcom_pull(task_ids=\'allocate_{plant}\')[\'qty\'] }}}}", "unit": "{unit}"}}'


def history(**context):
    return {"table": "dwh.sales_hist", "rows": 10}


def calendar(ti):
    ti.xcom_push(key="holidays", value=[])


def allocate(plant, forecasts, ti):
    short = ti.xcom_pull(task_ids="forecast_short")
    rows = ti.xcom_pull(task_ids="history")["rows"]
    return {"plant": plant, "qty": rows, "base": short, "forecasts": forecasts}


with DAG(
    dag_id="supply_chain_forecast",
    start_date=datetime(2024, 1, 7),
    schedule="@weekly",
    catchup=False,
    doc_md=__doc__,
) as dag:
    hist = PythonOperator(task_id="history", python_callable=history)
    cal = PythonOperator(task_id="calendar", python_callable=calendar)

    forecasts = []
    for name, days in HORIZONS.items():
        forecasts.append(
            BashOperator(
                task_id=f"forecast_{name}",
                bash_command=SPARK.substitute(name=name, days=days, calendar=cal.task_id, calendar_key="holidays"),
            )
        )
    [hist, cal] >> forecasts[0] >> forecasts[1]

    payload = {
        "source": dag.dag_id,
        "table": "{{ ti.xcom_pull(task_ids='history')['table'] }}",
        "forecast": {h: "{{ ti.xcom_pull(task_ids='forecast_" + h + "') }}" for h in HORIZONS},
    }

    for plant in PLANTS:
        alloc = PythonOperator(
            task_id=f"allocate_{plant}",
            python_callable=allocate,
            op_kwargs={"plant": plant, "forecasts": [f.output for f in forecasts]},
        )
        forecasts[-1] >> alloc
        TriggerDagRunOperator(
            task_id=f"plan_{plant}",
            trigger_dag_id=f"planning_{plant}",
            trigger_run_id="fc__{{ ts_nodash }}__{{ ti.xcom_pull(task_ids='allocate_" + plant + "').qty }}",
            conf={**payload, "plant": plant, "allocation": alloc.output},
            reset_dag_run=True,
        ) << alloc
        BashOperator(
            task_id=f"event_{plant}",
            bash_command="publish '" + EVENT.format(plant=plant, unit="pallet") + "'",
        ) << alloc

    def stock_out(allocations, plants, ti, **_):
        forecast = {h: ti.xcom_pull(task_ids=f"forecast_{h}") for h in HORIZONS}
        holidays = ti.xcom_pull(task_ids=cal.task_id, key="holidays")
        return {p: (a, forecast, holidays) for p, a in zip(plants, allocations)}

    PythonOperator(
        task_id="stock_out",
        python_callable=stock_out,
        op_kwargs={"allocations": [dag.get_task(f"allocate_{p}").output for p in PLANTS], "plants": PLANTS},
    )

    archive = BashOperator(
        task_id="archive",
        bash_command="echo $PAYLOAD | base64 > /archive/{{ ds }}",
        env={"PAYLOAD": json.dumps(payload, indent=1), "BROKEN": "{{ ti.xcom_pull(task_ids='history')['rows'] }}".format()},
    )
    forecasts >> archive
