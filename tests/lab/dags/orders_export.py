"""Orders go to the warehouse; on a day without orders return.json is empty and all readers fail."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG

POD = {"namespace": "shop", "startup_check_interval_seconds": 0.3}


def announce(rows: str) -> str:
    return f"{rows} orders"


with DAG("orders_export", schedule=None, default_args=POD, tags=["showcase", "shop"]):
    list_shops = KubernetesPodOperator(
        task_id="list_shops",
        image="registry.shop/shops:1.2",
        env_vars={"DAY": "{{ ds }}"},
        do_xcom_push=True,
    )
    export_orders = KubernetesPodOperator(
        task_id="export_orders",
        image="registry.shop/exporter:5.0",
        arguments=["--since", "{{ ds }}"],
        env_vars={
            "DAY": "{{ ds }}",
            "TRY": "{{ ti.try_number }}",
            "SHOPS": "{{ ti.xcom_pull('list_shops')['shops_uri'] }}",
        },
        do_xcom_push=True,
    )
    load_orders = KubernetesPodOperator(
        task_id="load_orders",
        image="registry.shop/loader:5.0",
        env_vars={
            "DAY": "{{ ds }}",
            "SRC": "{{ ti.xcom_pull('export_orders')['path'] }}",
        },
        do_xcom_push=True,
    )
    load_archive = KubernetesPodOperator(
        task_id="load_archive",
        image="registry.shop/loader:5.0",
        arguments=["--archive", "{{ ti.xcom_pull('export_orders')['path'] }}"],
    )
    verify_checksum = KubernetesPodOperator(
        task_id="verify_checksum",
        image="registry.shop/loader:5.0",
        arguments=["--verify={{ ti.xcom_pull('export_orders')['checksum'] }}"],
    )
    tell_shops = PythonOperator(
        task_id="tell_shops",
        python_callable=announce,
        op_kwargs={"rows": "{{ ti.xcom_pull('export_orders')['rows'] }}"},
    )
    refresh_dashboard = KubernetesPodOperator(
        task_id="refresh_dashboard",
        image="registry.shop/loader:5.0",
        arguments=["--refresh", "{{ ti.xcom_pull('load_orders')['table'] }}"],
    )

    list_shops >> export_orders >> [load_orders, load_archive, verify_checksum, tell_shops]
    load_orders >> refresh_dashboard
