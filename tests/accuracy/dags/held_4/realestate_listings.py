"""One DAG per city, all alike."""
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

CITIES = {
    "porto": {"schedule": "0 5 * * *", "sources": ["idealista", "imovirtual"]},
    "braga": {"schedule": "0 6 * * *", "sources": ["imovirtual"]},
}


def scrape(city, source):
    return {"path": f"/tmp/{city}/{source}.jsonl", "rows": 10}


def count(scraped, unit="listings"):
    print(scraped["rows"], unit)


def merge(sources, **kwargs):
    ti = kwargs["ti"]
    paths = []
    for source in sources:
        scraped = ti.xcom_pull(task_ids="scrape_" + source)
        paths.append(scraped["path"])
    return paths


def report(ti, dag):
    merged = ti.xcom_pull(task_ids="merge")
    print(dag.dag_id, merged)


def create_dag(dag_id, city, schedule, sources):
    with DAG(
        dag_id=dag_id,
        start_date=datetime(2024, 1, 1),
        schedule=schedule,
        catchup=False,
        tags=["listings", city],
    ) as dag:
        merging = PythonOperator(
            task_id="merge",
            python_callable=merge,
            op_kwargs={"sources": sources},
        )
        for source in sources:
            scraping = PythonOperator(
                task_id=f"scrape_{source}",
                python_callable=scrape,
                op_kwargs={"city": city, "source": source},
            )
            PythonOperator(
                task_id=f"count_{source}",
                python_callable=count,
                op_kwargs={"scraped": scraping.output},
            )
            scraping >> merging

        geocode = BashOperator(
            task_id="geocode",
            bash_command="geocode --city " + city + " {{ ti.xcom_pull(task_ids='merge') | join(' ') }}",
        )
        reporting = PythonOperator(task_id="report", python_callable=report)
        merging >> geocode >> reporting
    return dag


for name, conf in CITIES.items():
    dag_id = f"listings_{name}"
    globals()[dag_id] = create_dag(dag_id, name, conf["schedule"], conf["sources"])

with DAG("listings_overview", start_date=datetime(2024, 1, 1), schedule="0 9 * * *", catchup=False) as overview:
    compare = BashOperator(
        task_id="compare",
        bash_command=" ".join(
            ["compare-cities"]
            + ["{{ ti.xcom_pull(dag_id='listings_%s', task_ids='merge', include_prior_dates=True)[0] }}" % c for c in CITIES]
        ),
    )
