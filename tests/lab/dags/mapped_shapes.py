"""Pods mapped by lists, dicts and groups, and TaskFlow between them."""

from typing import Any

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import dag, task, task_group

POD = {"startup_check_interval_seconds": 0.3}
GIVE = "registry.local/give:1.0"
SHOW = "registry.local/show:1.0"


@task
def plan(parts: list[str]) -> list[dict[str, Any]]:
    """The arguments of each pod of `handle`."""
    return [{"arguments": ["--part", part], "env_vars": {"PART": part}} for part in parts]


@task
def longest(parts: list[str], suffix: str) -> str:
    """A part with something behind it."""
    return max(parts, key=len) + suffix


@task.kubernetes(image="registry.local/python:3.12", namespace="default", do_xcom_push=True)
def measured(part: str) -> dict[str, Any]:
    """A pod that runs this function."""
    return {"part": part, "length": len(part)}


@task_group
def handled(part: str) -> None:
    """Each part, handled by two pods of its own."""
    give = KubernetesPodOperator(
        task_id="give",
        image=GIVE,
        arguments=['"done-{{ ti.map_index }}-{{ run_id }}"', part],
        do_xcom_push=True,
    )
    KubernetesPodOperator(
        task_id="show",
        image=SHOW,
        arguments=[
            "{{ ti.xcom_pull(task_ids='handled.give', map_indexes=ti.map_index) }}",
            give.output,
        ],
    )


@dag(schedule=None, default_args=POD, tags=["lab", "flows"])
def mapped_shapes() -> None:
    listing = KubernetesPodOperator(
        task_id="listing",
        image=GIVE,
        arguments=['["s3://lab/p1-{{ run_id }}", "s3://lab/p1-{{ run_id }}/p2"]'],
        do_xcom_push=True,
    )
    pods = KubernetesPodOperator.partial(
        task_id="handle",
        image=SHOW,
        annotations={"of": "{{ ti.xcom_pull('listing')[ti.map_index] }}"},
    ).expand_kwargs(plan(listing.output))
    spelled = KubernetesPodOperator.partial(task_id="spelled", image=SHOW).expand(
        arguments=[["{{ ti.xcom_pull('listing')[1] }}"], ["{{ ti.xcom_pull('listing')[0] }}", "p1"]]
    )
    listing >> spelled
    found = longest(listing.output, suffix="{{ ti.xcom_pull('listing')[0] }}")
    seen = measured(found)
    tell = KubernetesPodOperator(
        task_id="tell",
        image=SHOW,
        arguments=[found, "{{ ti.xcom_pull('measured')['length'] }}"],
        env_vars={"PART": "{{ ti.xcom_pull('measured').part }}"},
    )
    seen >> tell
    handled.expand(part=listing.output) >> pods


mapped_shapes()
