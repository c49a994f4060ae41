"""OHLCV candles: one DAG per exchange, made in a loop."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.python import PythonOperator

EXCHANGES = {
    "kraken": {"pairs": ["btc_eur", "eth_eur"], "schedule": "*/5 * * * *"},
    "bitstamp": {"pairs": ["btc_usd"], "schedule": "@hourly"},
}
INTERVALS = [1, 60]


def merge(exchange, pairs, **context):
    candles = [context["ti"].xcom_pull(task_ids=f"fetch_{pair}_{i}m") for pair in pairs for i in INTERVALS]
    return {"exchange": exchange, "candles": candles}


def spread(bids, asks, **_):
    return [a - b for a, b in zip(asks, bids)]


def create_dag(exchange, config):
    dag_id = f"crypto_{exchange}"
    with DAG(
        dag_id,
        start_date=datetime(2024, 1, 1),
        schedule=config["schedule"],
        catchup=False,
        dagrun_timeout=timedelta(minutes=4),
    ) as dag:
        symbols = KubernetesPodOperator(
            task_id="symbols",
            name="symbols",
            image=f"registry.local/crypto/{exchange}:1",
            do_xcom_push=True,
        )
        fetches = [
            KubernetesPodOperator(
                task_id=f"fetch_{pair}_{i}m",
                name=f"fetch-{pair}-{i}m".replace("_", "-"),
                image=f"registry.local/crypto/{exchange}:1",
                arguments=["--symbol", "{{ ti.xcom_pull(task_ids='symbols')['" + pair + "'] }}", "--interval", str(i)],
                do_xcom_push=True,
            )
            for pair in config["pairs"]
            for i in INTERVALS
            if not (exchange == "bitstamp" and i > 60)
        ]
        merged = PythonOperator(
            task_id="merge",
            python_callable=merge,
            op_kwargs={"exchange": exchange, "pairs": config["pairs"]},
        )
        arbitrage = KubernetesPodOperator(
            task_id="arbitrage",
            name="arbitrage",
            image="registry.local/crypto/arbitrage:1",
            arguments=[
                "--own={{ ti.xcom_pull(task_ids='merge')['exchange'] }}",
                *[
                    f"--other={{{{ ti.xcom_pull(dag_id='crypto_{other}', task_ids='merge', include_prior_dates=True)['candles'] }}}}"
                    for other in EXCHANGES
                    if other != exchange
                ],
            ],
            env_vars={f"LAST_{f.task_id.upper()}": "{{ ti.xcom_pull('%s')['last']['close'] }}" % f.task_id for f in fetches},
        )
        for newer, older in zip(fetches[1:], fetches):
            PythonOperator(
                task_id=f"spread_{newer.task_id.removeprefix('fetch_')}",
                python_callable=spread,
                op_kwargs={"bids": newer.output, "asks": older.output, "pods": [newer.output["pod_name"]]},
            )
        symbols >> fetches >> merged >> arbitrage
    return dag


for exchange, config in EXCHANGES.items():
    globals()[f"crypto_{exchange}"] = create_dag(exchange, config)
