from datetime import datetime
from typing import Any, Dict, List

from airflow.decorators import dag, task, task_group
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.http.operators.http import HttpOperator


def to_rows(response: str, lang: str) -> List[Dict[str, Any]]:
    return [{"id": 1, "title": "Aniki-Bóbó", "lang": lang}]


@dag(
    dag_id="movie_metadata",
    schedule="@daily",
    start_date=datetime(2024, 5, 1),
    catchup=False,
    default_args={"owner": "catalog", "retries": 2},
    tags=["movies"],
)
def movie_metadata():
    """Daily refresh of the movie catalogue."""

    changed = HttpOperator(
        task_id="changed_movies",
        http_conn_id="tmdb",
        endpoint="3/movie/changes",
        method="GET",
    )

    details = HttpOperator(
        task_id="details",
        http_conn_id="tmdb",
        endpoint="3/movie/{{ ti.xcom_pull(task_ids='changed_movies')['results'][0]['id'] }}",
        method="GET",
        headers={"If-None-Match": "{{ ti.xcom_pull(task_ids='changed_movies')['etag'] }}"},
    )

    rows = PythonOperator(
        task_id="to_rows",
        python_callable=to_rows,
        op_kwargs={"response": details.output, "lang": "pt"},
    )

    @task
    def clean(rows: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
        return [r for r in rows if r["title"]]

    @task
    def add_ratings(movies, changes) -> Dict[str, Any]:
        return {"movies": movies, "file": "/tmp/movies.json", "n": len(movies)}

    @task
    def pick_poster(enriched: Dict[str, Any], size: str) -> str:
        return f"https://images.example/{size}/{enriched['n']}.jpg"

    @task_group(group_id="posters")
    def posters(enriched):
        small = pick_poster.override(task_id="small")(enriched, "w185")
        large = pick_poster.override(task_id="large")(enriched, size="w780")

        @task
        def contact_sheet(urls):
            return len(urls)

        contact_sheet([small, large])
        return large

    cleaned = clean(rows.output)
    enriched = add_ratings(cleaned, changed.output)
    large = posters(enriched)

    store = SQLExecuteQueryOperator(
        task_id="store",
        conn_id="catalog",
        sql="copy movies from '{{ ti.xcom_pull(task_ids='add_ratings')['file'] }}'",
    )

    preview = BashOperator(
        task_id="preview",
        bash_command="open '" + str(large) + "'",
    )

    site = TriggerDagRunOperator(
        task_id="rebuild_site",
        trigger_dag_id="movie_site",
        conf={"poster": large, "count": "{{ ti.xcom_pull(task_ids='add_ratings')['n'] | int }}"},
    )

    @task
    def verify(day: str, **context):
        ti = context["ti"]
        movies = ti.xcom_pull(task_ids="clean")
        enriched = ti.xcom_pull(task_ids="add_ratings")
        poster = ti.xcom_pull(task_ids="posters.large")
        if len(movies) != enriched["n"]:
            raise ValueError(f"{day}: {poster}")

    enriched >> store >> [preview, site] >> verify("{{ ds }}")


movie_metadata_dag = movie_metadata()
