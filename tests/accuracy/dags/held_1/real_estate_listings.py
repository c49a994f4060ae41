"""
Listings crawler -> dedupe -> geocode -> valuation.

Project constants come from our `plugins/listings_common.py`; the fallbacks are for local runs only.

unresolvable: geocode.bash_command
unresolvable: valuation.arguments[*
unresolvable: notify_agents.op_args*
unresolvable: load_portal_*.python_callable
"""
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from listings_common import CITIES, DEDUPE_TASK, geocode_args
except ImportError:
    DEDUPE_TASK = "dedupe_listings"
    CITIES = ["porto", "braga"]

    def geocode_args(field):
        return "{{ ti.xcom_pull(task_ids='" + DEDUPE_TASK + "')['" + field + "'] }}"


PORTALS = {"idealista": "id", "imovirtual": "ref"}


def crawl(portal, id_field, **context):
    context["ti"].xcom_push(key="crawl_stats", value={"portal": portal, "seen": 0})
    return f"/tmp/{portal}.json"


def dedupe(ti, portals):
    files = [ti.xcom_pull(task_ids=f"crawl.{p}") for p in portals]
    stats = ti.xcom_pull(task_ids="crawl.idealista", key="crawl_stats")
    return {"file": files[0], "seen": stats["seen"]}


def load_portal(portal, ti):
    deduped = ti.xcom_pull(task_ids=DEDUPE_TASK)
    return deduped["file"] + portal


def notify_agents(listing_count, ti):
    own = ti.xcom_pull(task_ids="crawl.imovirtual")
    print(listing_count, own)


with DAG("real_estate_listings", start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False) as dag:
    from airflow.utils.task_group import TaskGroup

    with TaskGroup("crawl") as crawling:
        for portal, id_field in PORTALS.items():
            PythonOperator(task_id=portal, python_callable=crawl, op_args=[portal, id_field])

    deduped = PythonOperator(task_id="dedupe_listings", python_callable=dedupe, op_kwargs={"portals": list(PORTALS)})
    geocode = BashOperator(task_id="geocode", bash_command="geocode " + geocode_args("file"))
    value = KubernetesPodOperator(
        task_id="valuation",
        name="valuation",
        namespace="ml",
        image="valuation:2",
        arguments=["--city={{ ti.xcom_pull(task_ids='geocode')['%s'] }}" % c for c in CITIES],
        env_vars={"SEEN": "{{ ti.xcom_pull(task_ids='dedupe_listings')['seen'] }}", "FILE": deduped.output},
    )
    crawling >> deduped >> geocode >> value
    for portal in PORTALS:
        PythonOperator(task_id=f"load_portal_{portal}", python_callable=load_portal, op_args=[portal]) << deduped
    notify = PythonOperator(
        task_id="notify_agents",
        python_callable=notify_agents,
        op_args=["{{ ti.xcom_pull(task_ids='%s')['seen'] }}" % DEDUPE_TASK],
    )
    value >> notify
