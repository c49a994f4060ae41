"""What the cluster wrote down of a run's pods: the text in each of their fields."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.lab.lab import Lab

Json = dict[str, Any]


def texts_of_pods(lab: Lab, dag_id: str, run_id: str) -> dict[str, dict[str, str]]:
    """Task instance to field to the text that reached its pod, the last try's."""
    return {instance_of(pod): dict(fields(pod)) for pod in lab.pods(dag_id, run_id)}


def instance_of(pod: Json) -> str:
    index = pod["labels"].get("map_index", "-1")
    return instance({"task_id": pod["labels"]["task_id"], "map_index": int(index)})


def instance(side: Mapping[str, Any]) -> str:
    """`task`, or `task[0]` of a mapped one."""
    task_id: str = side["task_id"]
    index = side["map_index"]
    return task_id if index == -1 else f"{task_id}[{index}]"


def fields(pod: Json) -> Iterator[tuple[str, str]]:
    """Each text of a pod with the address it has among the operator's fields."""
    yield "image", pod["image"]
    for name, texts in (("arguments", pod["args"]), ("cmds", pod["cmds"])):
        for position, text in enumerate(texts):
            yield f"{name}[{position}]", text
    for variable in pod["env"]:
        yield f"env_vars.{variable['name']}", variable.get("value") or ""
    for name in ("labels", "annotations"):
        for key, text in pod[name].items():
            yield f"{name}.{key}", text
