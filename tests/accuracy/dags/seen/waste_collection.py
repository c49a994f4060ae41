"""Waste collection tours: setup and teardown, sensors and short circuits around the pods."""

from __future__ import annotations

import pendulum
from airflow.decorators import dag, setup, task, teardown
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.sdk import PokeReturnValue, get_current_context
except ImportError:
    from airflow.operators.python import get_current_context
    from airflow.sensors.base import PokeReturnValue

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.sensors.bash import BashSensor
except ImportError:
    from airflow.operators.bash import BashOperator
    from airflow.sensors.bash import BashSensor

DISTRICTS = {"mitte": 3, "nord": 2}
FRACTIONS = ["paper", "bio"]


def from_upstream(task_id, key=None):
    """What another task left, read in the running task."""
    ti = get_current_context()["ti"]
    if key is None:
        return ti.xcom_pull(task_ids=task_id)
    return ti.xcom_pull(task_ids=task_id, key=key)


@setup
def rent_cluster():
    return {"name": "waste-7", "nodes": 3}


@teardown
def return_cluster(cluster):
    print(cluster, from_upstream("tours"))


@task.sensor(poke_interval=30, timeout=600, mode="reschedule")
def fill_levels():
    return PokeReturnValue(is_done=True, xcom_value={"bins": []})


@task.short_circuit
def enough(levels, minimum: int = 5):
    return levels and from_upstream("bins", "minimum")


@task.kubernetes(image="registry.local/waste/cluster:1", do_xcom_push=True)
def cluster_bins(levels, k):
    return {"centres": [], "k": k}


@task
def tours(districts, **context):
    centres = context["ti"].xcom_pull(task_ids="cluster_bins")
    plans = {}
    for district, trucks in DISTRICTS.items():
        for number in range(1, trucks + 1):
            plans[district, number] = context["ti"].xcom_pull(task_ids=f"truck_{district}_{number}")
    return {"centres": centres, "plans": len(plans)}


@dag(schedule="0 4 * * *", start_date=pendulum.datetime(2024, 1, 1), catchup=False, render_template_as_native_obj=True)
def waste_collection():
    cluster = rent_cluster()
    bins = BashOperator(task_id="bins", bash_command="bins --list")
    levels = fill_levels()
    gate = enough(levels["bins"])
    centres = cluster_bins(levels, k=bins.output)

    ready = BashSensor(
        task_id="roads_open",
        bash_command="roads --ok {{ ti.xcom_pull(task_ids='fill_levels')['bins'][0]['street'] }}",
        env={"K": "{{ ti.xcom_pull('cluster_bins')['k'] }}"},
    )
    trucks = []
    for district, count in DISTRICTS.items():
        for number in range(count):
            truck = KubernetesPodOperator(
                task_id=f"truck_{district}_{number + 1}",
                name=f"truck-{district}-{number + 1}",
                image="registry.local/waste/router:2",
                cmds=["route", district],
                arguments=["{{ ti.xcom_pull(task_ids='cluster_bins')['centres'][" + str(number) + "] }}"]
                + [
                    f"--{fraction}={{{{ ti.xcom_pull('fill_levels')['bins'][{i}]['{fraction}'] }}}}"
                    for i, fraction in enumerate(FRACTIONS)
                ],
                node_selector={"cluster": cluster["name"]},
                do_xcom_push=True,
            )
            trucks.append(truck)
    planned = tours(districts=list(DISTRICTS))

    @task
    def weigh(tour, *, district: str, bins=None):
        return {"district": district, "tonnes": 1.0}

    @task
    def bill(weights: dict, rate):
        return {}

    weights = {t.task_id: weigh(t.output, district=t.task_id.split("_")[1], bins=levels["bins"]) for t in trucks}
    bill({name: weight["tonnes"] for name, weight in weights.items()}, rate=bins.output["rate"])
    back = return_cluster(cluster)

    cluster >> levels >> gate >> centres >> ready >> trucks >> planned >> back
    bins >> levels
    cluster >> back


waste_collection()
