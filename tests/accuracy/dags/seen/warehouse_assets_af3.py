"""Stock of a warehouse as assets (Airflow 3)."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG, Asset, Metadata, asset, get_current_context, task

COUNTS = Asset("warehouse_counts")
RAW = "raw_stock"


@asset(schedule="@daily")
def raw_stock():
    return {"shelves": [], "taken": "2024-01-01"}


@asset(schedule=Asset(RAW))
def clean_stock(context):
    raw = context["ti"].xcom_pull(dag_id=RAW, task_ids=RAW, include_prior_dates=True)
    return {"shelves": raw["shelves"]}


@asset.multi(schedule=None, outlets=[Asset("stock_low"), Asset("stock_over")])
def levels():
    context = get_current_context()
    stock = context["ti"].xcom_pull(dag_id="clean_stock", task_ids=["clean_stock"], include_prior_dates=True)
    yield Metadata(Asset("stock_low"), {"n": len(stock)})


with DAG(dag_id="warehouse_counts", schedule=[Asset("clean_stock")], catchup=False) as dag:

    @task(outlets=[COUNTS])
    def count(ti=None):
        own_before = ti.xcom_pull(key="count", include_prior_dates=True)
        return {"count": 1, "before": own_before}

    counted = count()
    drone = KubernetesPodOperator(
        task_id="drone",
        name="drone",
        image="registry.local/wh/drone:1",
        arguments=[
            "--expected",
            "{{ ti.xcom_pull(dag_id='clean_stock', task_ids='clean_stock', include_prior_dates=True)['shelves'] | tojson }}",
            "--count={{ ti.xcom_pull(task_ids='count').count }}",
        ],
        env_vars={"OWN": "{{ ti.xcom_pull(key='pod_name', include_prior_dates=True) }}", "COUNT": counted["count"]},
        do_xcom_push=True,
    )
    counted >> drone
