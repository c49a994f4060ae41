"""Nightly consumer price index: one scraper pod per shop, then normalise, index and publish."""

import os
from datetime import datetime, timedelta

from airflow import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:
    from airflow.operators.bash import BashOperator

REGISTRY = "registry.local/prices"
VERSION = "4.2.1"
IMAGE = "%s/%%s:%s" % (REGISTRY, VERSION)

SCRAPE = "scrape"
SCRAPE_PREFIX = SCRAPE + "_"
NORMALISE = "normalise"
KEY = "return_value"

SHOPS = {
    "aldimo": {"country": "de", "pages": 40, "result": "items"},
    "brico": {"country": "fr", "pages": 12, "result": "products"},
    "casita": {"country": "es", "pages": 25, "result": "items"},
}
COUNTRIES = sorted({cfg["country"] for cfg in SHOPS.values()})

COMMON_ENV = {
    "TZ": "UTC",
    "LOG_LEVEL": os.environ.get("PRICES_LOG_LEVEL", "INFO"),
    "DS": "{{ ds }}",
}

PULL = "ti.xcom_pull(task_ids='%s', key='" + KEY + "')"


def pull(task_id, *path):
    """A template that reads a step of what a task returned, e.g. {{ ti.xcom_pull('x')['y'] }}."""
    text = "{{ " + PULL % task_id
    for step in path:
        text += "['%s']" % step
    return text + " }}"


with DAG(
    "retail_price_index",
    start_date=datetime(2024, 3, 1),
    schedule="30 1 * * *",
    catchup=False,
    default_args={"owner": "prices", "retries": 2, "retry_delay": timedelta(minutes=3)},
    tags=["prices", "k8s"],
) as dag:
    scrapers = []
    for shop, cfg in SHOPS.items():
        scraper = KubernetesPodOperator(
            task_id=SCRAPE_PREFIX + shop,
            name=f"scrape-{shop}",
            image=IMAGE % "scraper",
            arguments=["--shop", shop, "--pages", str(cfg["pages"])],
            env_vars={**COMMON_ENV, "COUNTRY": cfg["country"].upper()},
            do_xcom_push=True,
        )
        normalise = KubernetesPodOperator(
            task_id=f"{NORMALISE}_{shop}",
            name=f"normalise-{shop}",
            image=IMAGE % "normaliser",
            arguments=[
                "--in",
                "{{ ti.xcom_pull('" + SCRAPE_PREFIX + shop + "')['" + cfg["result"] + "'] }}",
                "--currency={{ ti.xcom_pull(task_ids='%s%s')['meta']['currency'] }}"
                % (SCRAPE_PREFIX, shop),
            ],
            env_vars={
                **COMMON_ENV,
                "BATCH_ID": pull(SCRAPE_PREFIX + shop, "batch", "id"),
                "SOURCE_COUNT": "{{{{ ti.xcom_pull(task_ids='{0}{1}')['counts'][0] }}}}".format(
                    SCRAPE_PREFIX, shop
                ),
            },
            labels={"shop": shop, "batch": f"{{{{ ti.xcom_pull('{SCRAPE_PREFIX}{shop}')['batch'].id }}}}"},
            do_xcom_push=True,
        )
        scraper >> normalise
        scrapers.append(normalise)

    index = KubernetesPodOperator(
        task_id="build_index",
        name="build-index",
        image=IMAGE % "index",
        arguments=[f"--{shop}={pull(f'{NORMALISE}_{shop}', 'path')}" for shop in SHOPS],
        env_vars={f"ROWS_{s.upper()}": pull("_".join([NORMALISE, s]), "rows") for s in SHOPS},
        do_xcom_push=True,
    )
    scrapers >> index

    for country in COUNTRIES:
        index >> BashOperator(
            task_id="publish_%s" % country,
            bash_command=(
                "publish --country " + country + " "
                "--index " + pull(index.task_id, "by_country", country) + " "
                "--version {{ ti.xcom_pull(task_ids='build_index', key='return_value')['version'] | int }}"
            ),
        )
