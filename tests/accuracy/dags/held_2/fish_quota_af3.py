"""Landings against quotas."""
from __future__ import annotations

from datetime import datetime

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import dag, get_current_context, task, task_group

SPECIES = ["cod", "herring", "plaice"]
HARBOURS = {"bergen": "NO", "esbjerg": "DK"}


@dag(schedule="30 23 * * *", start_date=datetime(2025, 6, 1), catchup=False, max_active_runs=1)
def fish_quota():
    @task
    def logbooks(harbour: str) -> list[dict]:
        return [{"species": "cod", "kg": 1200, "harbour": harbour}]

    @task
    def quota(species: str) -> dict:
        return {"species": species, "kg": 900_000}

    @task
    def landed(entries: list[dict], limit: dict) -> float:
        total = sum(e["kg"] for e in entries if e["species"] == limit["species"])
        return total / limit["kg"]

    @task
    def warn(pair) -> str:
        species, ratio = pair
        return f"{species}: {ratio:.0%}"

    @task
    def all_entries(books: dict[str, list[dict]]) -> list[dict]:
        return [entry for book in books.values() for entry in book]

    @task
    def close_day() -> dict:
        ti = get_current_context()["ti"]
        ratios = ti.xcom_pull(task_ids=[f"landed_{name}" for name in SPECIES])
        limits = [ti.xcom_pull(task_ids="quota_" + name) for name in SPECIES]
        return {"open": [q["species"] for q, r in zip(limits, ratios) if r < 0.95]}

    @task_group
    def notify(day, ratios):
        @task
        def letter(closed: dict, texts: list) -> str:
            previous = get_current_context()["ti"].xcom_pull(task_ids="close_day")
            return f"{closed} {len(texts)} {previous}"

        save = SQLExecuteQueryOperator(
            task_id="save",
            conn_id="fisheries",
            sql="INSERT INTO quota_day VALUES (%(open)s, %(ratios)s)",
            parameters={"open": day, "ratios": ratios},
        )
        text = letter(day, ratios)
        post = BashOperator(task_id="post", bash_command="post-letter", env={"TEXT": text}, append_env=True)
        save >> text
        return post

    books = {harbour: logbooks.override(task_id=f"logbooks_{harbour}")(harbour) for harbour in HARBOURS}
    entries = all_entries(books)
    ratios = []
    for name in SPECIES:
        limit = quota.override(task_id=f"quota_{name}")(name)
        ratios.append(landed.override(task_id=f"landed_{name}")(entries, limit=limit))

    species = task(task_id="species")(lambda: SPECIES)()

    @task
    def as_list(*values):
        return list(values)

    shares = as_list(*ratios)
    warnings = warn.expand(pair=species.zip(shares))
    day = close_day()
    ratios >> day
    posted = notify(day, warnings)

    posted >> TriggerDagRunOperator.partial(task_id="close_species", trigger_dag_id="quota_closure").expand(
        conf=warnings.map(lambda text: {"text": text})
    )


fish_quota()
