"""Pods whose templates only an evaluator of Python finds: loops, factories, classes, fragments."""

from enum import StrEnum
from typing import Any, ClassVar

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG, TaskGroup
from kubernetes.client import models as k8s

POD = {"startup_check_interval_seconds": 0.3}
SHOW = "registry.local/show:1.0"


class Made(StrEnum):
    """The keys of what `make` gives."""

    ROADS = "roads"
    RIVERS = "rivers"


LAYERS = {
    "roads": {"key": Made.ROADS, "flags": ["--width", "{{ ti.xcom_pull('%s')['width'] }}"]},
    "rivers": {"key": Made.RIVERS, "flags": []},
}
OPENED = "{{ ti.xcom_pull(task_ids='make')['nested']"


class TaggedPod(KubernetesPodOperator):
    """Asks for a tag that is a template too."""

    template_fields = (*KubernetesPodOperator.template_fields, "tag")
    source: ClassVar[str] = "make"

    def __init__(self, *, tag: str, **kwargs: Any) -> None:
        kwargs.setdefault("image", SHOW)
        super().__init__(arguments=["--from", self.pull("rivers")], **kwargs)
        self.tag = tag

    @classmethod
    def pull(cls, key: str) -> str:
        """A template that pulls the key from the class's source."""
        return "{{ ti.xcom_pull('" + cls.source + "')['" + key + "'] }}"


def draw(layer: str, source: str, **more: Any) -> KubernetesPodOperator:
    """A pod that draws a layer."""
    settings = LAYERS[layer]
    arguments = ["draw", f"{{{{ ti.xcom_pull('{source}')['{settings['key']}'] }}}}"]
    for flag in settings["flags"]:
        filled = flag % source if "%s" in flag else flag
        arguments.append(filled)
    return KubernetesPodOperator(
        task_id=f"draw_{layer}", image=SHOW, arguments=arguments, env_vars=variables(layer), **more
    )


def variables(layer: str) -> list[k8s.V1EnvVar]:
    """What each drawing pod finds in its environment."""
    known = {"LAYER": layer, "OWNER": OPENED + "['owner'] }}"}
    known.update(FIRST=OPENED + "['rows'][0]" + ".id }}")
    return [k8s.V1EnvVar(name=name, value=value) for name, value in known.items()]


with DAG("evaluated_flows", schedule=None, default_args=POD, tags=["lab", "flows"]):
    make = KubernetesPodOperator(
        task_id="make",
        image="registry.local/give:1.0",
        arguments=[
            (
                '{"roads": "s3://lab/roads-{{ run_id }}", "rivers": "s3://lab/rivers-{{ run_id }}",'
                ' "width": 7, "nested": {"owner": "owner-{{ run_id }}",'
                ' "rows": [{"id": "row-{{ run_id }}"}]}}'
            ),
        ],
        do_xcom_push=True,
    )
    with TaskGroup("map") as drawing:
        drawn = [draw(layer, make.task_id) for layer in LAYERS]
    tagged = TaggedPod(
        task_id="tagged",
        tag="{{ ti.xcom_pull(task_ids='%(of)s')['%(key)s'] }}" % {"of": "make", "key": "roads"},  # noqa: UP031 # as people write it
        annotations={"all": f"{make.output}"},
    )
    counted = KubernetesPodOperator(
        task_id="counted",
        image=SHOW,
        params={"of": "make", "key": "width"},
        arguments=[
            "--width={{ ti.xcom_pull(params.of)[params.key] }}",
            "{% set made = ti.xcom_pull('make') %}{{ made.roads }},{{ made['rivers'] }}",
            *(f"--{key}={make.output}" for key in ("all",)),
        ],
    )

    make >> drawing >> tagged
    make >> counted
