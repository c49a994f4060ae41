"""Over-the-air updates of the device fleet, wave by wave.

unresolvable: wave_*.plan.op_kwargs.ring_key
"""
import os
from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import BaseOperator, BaseSensorOperator, Param, chain, dag, task, task_group

WAVES = [0.01, 0.1, 1]
RING_TASK = os.environ["OTA_RING_TASK"] if "OTA_RING_TASK" in os.environ else "rings"


class HealthSensor(BaseSensorOperator):
    template_fields = ("deployment", "limits")

    def __init__(self, *, deployment, limits=None, **kwargs):
        super().__init__(**kwargs)
        self.deployment = deployment
        self.limits = limits or {"errors": "{{ ti.xcom_pull(task_ids='release')['max_errors'] }}"}

    def poke(self, context):
        baseline = context["ti"].xcom_pull(task_ids="baseline", key="error_rate")
        return baseline is not None


class RolloutOperator(BaseOperator):
    template_fields = ("artifact", "devices")
    template_fields_renderers = {"devices": "json"}

    def __init__(self, *, artifact: str, devices, **kwargs):
        super().__init__(**kwargs)
        self.artifact = artifact
        self.devices = devices

    def execute(self, context):
        ti = context["ti"]
        release = ti.xcom_pull(task_ids="release")
        return {"id": f"{release['version']}-{len(self.devices)}", "failed": []}


def _baseline(ti, **_):
    ti.xcom_push(key="error_rate", value=0.01)


@dag(
    schedule=None,
    start_date=datetime(2025, 3, 1),
    params={"version": Param("1.2.3", type="string"), "channel": "stable"},
    default_args={"retries": 0, "execution_timeout": timedelta(hours=2)},
)
def iot_fleet_ota():
    baseline = PythonOperator(task_id="baseline", python_callable=_baseline)

    @task(multiple_outputs=True)
    def release(params=None):
        return {"version": params["version"], "artifact": "s3://ota/x.bin", "max_errors": 3}

    @task
    def rings(channel):
        return {"canary": [], "all": []}

    rel = release()
    ring = rings("{{ params.channel }}")

    waves = []
    for i, share in enumerate(WAVES):

        @task_group(group_id=f"wave_{i}", tooltip=f"{share:.0%}")
        def wave(devices, fraction):
            @task
            def plan(devices, fraction, ring_key=None):
                return devices[: int(len(devices) * fraction)]

            planned = plan(devices, fraction=fraction, ring_key="{{ ti.xcom_pull(task_ids='%s')['canary'] }}" % RING_TASK)
            rollout = RolloutOperator(task_id="rollout", artifact=rel["artifact"], devices=planned)
            healthy = HealthSensor(task_id="healthy", deployment=rollout.output["id"], poke_interval=30)
            BashOperator(
                task_id="log",
                bash_command=f"echo {rel['version']} {{{{ ti.xcom_pull(task_ids='wave_{i}.rollout')['id'] }}}} "
                + "{{ ti.xcom_pull(task_ids='%s').failed | length }}" % rollout.task_id,
            ) << healthy

        waves.append(wave(ring, share))

    chain(baseline, rel, *waves)


iot_fleet_ota()
