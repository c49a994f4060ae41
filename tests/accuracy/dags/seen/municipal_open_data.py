"""Open data portal of a city: datasets are harvested, cleaned and published.

Some sources are switched by the environment of the deployment.

unresolvable: harvest_legacy.arguments*
unresolvable: publish_*.env_vars.EDITION
unresolvable: mirror.bash_command
"""

import os
from datetime import datetime

from airflow import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:
    from airflow.operators.bash import BashOperator

try:
    from city_portal.settings import LEGACY_TASK
except ImportError:
    LEGACY_TASK = os.environ.get("LEGACY_TASK", "legacy_dump")

DATASETS = {
    "trees": dict(fmt="csv", geo=True),
    "parking": dict(fmt="json", geo=True, realtime=True),
    "budget": dict(fmt="xlsx", geo=False),
}
STAGING = os.environ.get("DEPLOYMENT") == "staging"
MAX_STEPS = 3
IMAGE = "registry.local/opendata:8"


def clean_arguments(name, spec):
    arguments = ["clean", "--in"]
    if spec["fmt"] == "json":
        arguments.append("{{ ti.xcom_pull('harvest_" + name + "')['jsonl'] }}")
    elif spec["fmt"] in ("csv", "tsv"):
        arguments.append("{{ ti.xcom_pull('harvest_" + name + "')['csv'] }}")
    else:
        arguments.append("{{ ti.xcom_pull('harvest_" + name + "')['sheets'][0] }}")
    if spec.get("geo"):
        arguments += ["--crs", "{{ ti.xcom_pull(task_ids='harvest_%s')['crs'] }}" % name]
    if not spec.get("realtime", False):
        arguments.extend(["--as-of", "{{ ti.xcom_pull(task_ids='calendar')['as_of'] }}"])
    return arguments


with DAG("municipal_open_data", start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False) as dag:
    calendar = BashOperator(task_id="calendar", bash_command="opendata calendar")

    for name, spec in DATASETS.items():
        harvest = KubernetesPodOperator(
            task_id=f"harvest_{name}", name=f"harvest-{name}", image=IMAGE, arguments=["harvest", name]
        )
        clean = KubernetesPodOperator(
            task_id=f"clean_{name}", name=f"clean-{name}", image=IMAGE, arguments=clean_arguments(name, spec)
        )
        last = clean
        step = 1
        while step <= MAX_STEPS:
            if step == 2 and not spec["geo"]:
                step += 1
                continue
            check = BashOperator(
                task_id=f"check_{name}_{step}",
                bash_command="opendata check {{ ti.xcom_pull('" + last.task_id + "')['path'] }}",
            )
            last >> check
            last = check
            if step == MAX_STEPS:
                break
            step += 1

        env = {"ROWS": "{{ ti.xcom_pull('clean_%s')['rows'] }}" % name}
        try:
            env["LICENCE"] = "{{ ti.xcom_pull('harvest_" + name + "')['" + spec["licence"] + "'] }}"
        except KeyError:
            env["LICENCE"] = "{{ ti.xcom_pull('calendar')['licence'] }}"
        if STAGING:
            env["EDITION"] = "{{ ti.xcom_pull('calendar')['draft'] }}"
        else:
            env["EDITION"] = "{{ ti.xcom_pull('calendar')['edition'] }}"
        publish = KubernetesPodOperator(
            task_id=f"publish_{name}",
            name=f"publish-{name}",
            image=IMAGE,
            env_vars=env,
            arguments=["publish", "{{ ti.xcom_pull('%s')['path'] }}" % clean.task_id],
        )
        calendar >> harvest >> clean
        check >> publish

    legacy = KubernetesPodOperator(
        task_id="harvest_legacy",
        name="harvest-legacy",
        image=IMAGE,
        arguments=["legacy", "{{ ti.xcom_pull('" + LEGACY_TASK + "')['path'] }}"],
        env_vars={"DAY": "{{ ti.xcom_pull('calendar')['day'] }}"},
    )
    mirror = BashOperator(
        task_id="mirror",
        bash_command="mirror {{ ti.xcom_pull(task_ids=var.value.mirror_task)['url'] }}"
        if os.path.exists("/etc/opendata/mirror")
        else "mirror {{ ti.xcom_pull(task_ids='publish_trees')['url'] }}",
    )
    legacy >> mirror
