"""Load forecast of a grid operator. Houses its own operators on top of Airflow's."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Sequence

from airflow import DAG
from airflow.models import BaseOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:
    from airflow.operators.bash import BashOperator

ZONES = {"north": 110, "south": 380}


class ForecastPodOperator(KubernetesPodOperator):
    """A pod that runs one of the forecast models.

    ``inputs`` maps the model's option to a template, e.g. ``{"load": "{{ ti.xcom_pull('x')['y'] }}"}``.
    """

    template_fields: Sequence[str] = (*KubernetesPodOperator.template_fields, "inputs", "horizon")
    IMAGE = "registry.local/grid/forecast"

    def __init__(self, *, model: str, inputs: dict[str, str] | None = None, horizon="24", tag="stable", **kwargs):
        self.model = model
        self.inputs = inputs or {}
        self.horizon = horizon
        kwargs.setdefault("name", f"forecast-{model}")
        super().__init__(
            image=f"{self.IMAGE}:{tag}",
            cmds=["forecast", model],
            arguments=[f"--{option}={value}" for option, value in self.inputs.items()],
            do_xcom_push=True,
            **kwargs,
        )


class MeterSource:
    """Mixin: knows where the meter readings of a zone come from."""

    source = "meters"

    def reading(self, zone: str, item: str) -> str:
        return "{{ ti.xcom_pull(task_ids='%s_%s')['%s'] }}" % (self.source, zone, item)


class LoadForecast(MeterSource, ForecastPodOperator):
    def __init__(self, zone: str, **kwargs):
        super().__init__(
            task_id=f"load_{zone}",
            model="lgbm",
            inputs={"readings": self.reading(zone, "path"), "from": self.reading(zone, "first")},
            env_vars={"VOLTAGE": str(ZONES[zone]), "QUALITY": self.reading(zone, "quality")},
            **kwargs,
        )
        self.zone = zone


class PublishOperator(BaseOperator):
    template_fields = ("payload", "channel")
    template_ext = (".json",)

    def __init__(self, payload: dict[str, Any], channel: str, note: str = "", **kwargs):
        super().__init__(**kwargs)
        self.payload = payload
        self.channel = channel
        self.note = note  # not templated

    def execute(self, context):
        approved = context["ti"].xcom_pull(task_ids="approve")
        self.log.info("%s %s %s", self.channel, self.payload, approved)


class QuietPublish(PublishOperator):
    template_fields = PublishOperator.template_fields + ("title",)

    def __init__(self, *args, title="{{ ti.xcom_pull('balance')['title'] }}", **kwargs):
        self.title = title
        super().__init__(*args, channel="quiet", **kwargs)


with DAG(
    "energy_forecast",
    start_date=datetime(2024, 2, 1),
    schedule="@hourly",
    catchup=False,
    default_args={"owner": "grid", "pool": "forecast"},
) as dag:
    loads = []
    for zone in ZONES:
        meters = BashOperator(task_id=f"meters_{zone}", bash_command=f"meters pull {zone}")
        load = LoadForecast(zone=zone, horizon="{{ ti.xcom_pull('calendar')['horizon'] }}")
        meters >> load
        loads.append(load)

    calendar = BashOperator(task_id="calendar", bash_command="calendar {{ ds }}")
    calendar >> loads

    wind = ForecastPodOperator(
        task_id="wind",
        model="wind",
        tag="2.0-{{ ti.xcom_pull('calendar')['season'] }}",
        inputs={"gfs": "{{ ti.xcom_pull(task_ids='calendar')['gfs_run'] }}"},
    )
    balance = ForecastPodOperator(
        task_id="balance",
        model="balance",
        inputs={
            **{z: "{{ ti.xcom_pull('load_" + z + "')['forecast'] }}" for z in ZONES},
            "wind": wind.output,
        },
        env_vars={"ZONES": ",".join(ZONES)},
    )
    [*loads, wind] >> balance

    approve = BashOperator(task_id="approve", bash_command="approve {{ ti.xcom_pull(task_ids='balance')['id'] }}")
    publish = PublishOperator(
        task_id="publish",
        payload={
            "id": "{{ ti.xcom_pull('balance')['id'] }}",
            "zones": [{"zone": z, "peak": "{{ ti.xcom_pull('load_%s')['peak']['mw'] }}" % z} for z in ZONES],
        },
        channel="ops-{{ ti.xcom_pull('approve') }}",
        note="{{ ti.xcom_pull('wind')['note'] }}",
    )
    quiet = QuietPublish(payload={"total": loads[0].output["total"]}, task_id="publish_quietly")
    balance >> approve >> [publish, quiet]
