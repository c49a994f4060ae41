import logging
from datetime import timedelta

import pendulum
from airflow.decorators import dag, task, task_group
from airflow.models.param import Param
from airflow.operators.empty import EmptyOperator

logger = logging.getLogger(__name__)


@task
def list_branches() -> list[str]:
    return ["central", "north", "harbour"]


@task
def harvest(branch: str, since: str) -> dict:
    logger.info("harvest %s since %s", branch, since)
    return {"branch": branch, "file": f"/marc/{branch}.mrc"}


@task
def last_harvest(**context) -> str:
    return context["params"]["since"]


@task_group(group_id="clean")
def clean(record: dict):
    @task
    def fix_encoding(record: dict) -> dict:
        return record

    @task
    def drop_duplicates(record: dict) -> dict:
        return record

    return drop_duplicates(fix_encoding(record))


@task(retries=3, retry_delay=timedelta(minutes=1))
def merge(records) -> dict:
    files = [r["file"] for r in records]
    return {"files": files, "count": len(files)}


@task
def index(merged: dict, alias: str) -> str:
    return f"{alias}-{merged['count']}"


@task
def swap_alias(index_name, merged):
    logger.info("alias -> %s (%s)", index_name, merged["count"])


@task
def announce(ti=None, **kwargs):
    name = ti.xcom_pull(task_ids="index")
    cleaned = ti.xcom_pull(task_ids="clean.drop_duplicates")
    logger.info("%s holds %d branches", name, len(list(cleaned)))


@dag(
    dag_id="library_catalogue",
    schedule="@daily",
    start_date=pendulum.datetime(2024, 9, 1, tz="UTC"),
    catchup=False,
    params={"since": Param("2024-01-01", type="string", format="date")},
)
def library_catalogue():
    begin = EmptyOperator(task_id="begin")
    branches = list_branches()
    since = last_harvest()
    begin >> [branches, since]

    raw = harvest.partial(since=since).expand(branch=branches)
    cleaned = clean.expand(record=raw)
    merged = merge(cleaned)
    name = index(merged, alias="catalogue")
    swap_alias(name, merged) >> announce()


library_catalogue()
