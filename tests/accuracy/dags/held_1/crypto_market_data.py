"""
Candles from exchanges; indicators; alerts.

unresolvable: alert_custom.*
unresolvable: dump.op_kwargs.rows
"""
import json
import os
from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

EXCHANGES = {"binance": ["BTC", "ETH"], "kraken": ["BTC"]}
RULES = json.loads(
    """
    [
      {"name": "spike", "source": "indicators", "path": ["btc", "rsi"], "op": ">"},
      {"name": "gap",   "source": "candles_kraken", "path": ["gaps", "count"], "op": ">="}
    ]
    """
)
if os.getenv("CUSTOM_RULE"):
    RULES.append({"name": "custom", "source": os.environ["CUSTOM_RULE"], "path": [], "op": ">"})

default_args = {"owner": "quant", "retries": 5, "retry_delay": timedelta(seconds=10)}


def candles(exchange, symbols, **context):
    ti = context["ti"]
    ti.xcom_push(key="last_ts", value=0)
    previous = ti.xcom_pull(task_ids=f"candles_{exchange}", key="last_ts", include_prior_dates=True)
    return {"symbols": symbols, "since": previous, "gaps": {"count": 0}}


def indicators(**context):
    pull = context["ti"].xcom_pull
    binance = pull("candles_binance")
    kraken = pull(task_ids="candles_kraken")
    ts = pull(key="last_ts", task_ids=["candles_binance", "candles_kraken"])
    return {"btc": {"rsi": 50, "n": len(binance["symbols"]) + len(kraken["symbols"])}, "ts": ts}


def dump(ti, rows, where, fmt="csv"):
    data = ti.xcom_pull("indicators", key="return_value")
    own = ti.xcom_pull(key="fmt")
    return json.dumps(data), own


with DAG("crypto_market_data", default_args=default_args, start_date=datetime(2024, 1, 1), schedule="*/15 * * * *", catchup=False) as dag:
    sources = [
        PythonOperator(task_id="candles_" + name, python_callable=candles, op_args=(name,), op_kwargs={"symbols": symbols})
        for name, symbols in sorted(EXCHANGES.items(), reverse=True)
    ]
    ind = PythonOperator(task_id="indicators", python_callable=indicators)

    alerts = []
    for rule in RULES:
        expr = f"ti.xcom_pull('{rule['source']}')"
        expr += "".join(f".{p}" for p in rule["path"])
        alerts.append(
            BashOperator(
                task_id=f"alert_{rule['name']}",
                bash_command=f"[ {{{{ {expr} | default(0, true) | float | round(2) }}}} {rule['op']} 70 ] && ring || true",
                env={"TS": "{{ ti.xcom_pull('indicators', key='return_value')['ts'] | last }}", "Q": "{{ ti.xcom_pull('indicators')['btc']['n'] | string | urlencode }}"},
            )
        )
    lookback = int(os.getenv("QUANT_LOOKBACK", "7"))
    d = PythonOperator(
        task_id="dump",
        python_callable=dump,
        op_kwargs={
            "rows": "{{ ti.xcom_pull('indicators')['d%d'] }}" % lookback,
            "where": "s3://quant/{{ ti.xcom_pull('candles_binance', none, 'return_value').symbols | join('_') | lower }}/{{ ds }}",
            "fmt": "{{ (ti.xcom_pull('candles_kraken') or {}).get('fmt', 'csv') }}",
        },
    )
    sources >> ind >> alerts
    ind >> d
