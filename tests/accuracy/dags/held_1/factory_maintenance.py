"""Predictive maintenance of the presses and robots (plant 4)."""
from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace

from airflow import DAG
from airflow.decorators import task
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.utils.task_group import TaskGroup
from kubernetes.client import V1EnvVar

cfg = SimpleNamespace(namespace="plant4", registry="harbor.plant4", models=SimpleNamespace(default="xgb:3"))


@dataclass
class Sensor:
    name: str
    unit: str = "C"


@dataclass
class Machine:
    name: str
    kind: str
    sensors: list[Sensor] = field(default_factory=lambda: [Sensor("temperature")])
    model: str = cfg.models.default
    tasks: dict = field(default_factory=dict, repr=False)

    def __post_init__(self):
        self.group = f"{self.kind}_{self.name}"

    def path(self, step: str) -> str:
        return f"{self.group}.{step}"

    def ref(self, step: str, *fields: str) -> str:
        sel = "".join(f".{f}" for f in fields)
        return "{{ ti.xcom_pull(task_ids='%s')%s }}" % (self.path(step), sel)

    def add(self, step, factory, **kwargs):
        self.tasks[step] = factory(task_id=step, **kwargs)
        return self

    def chain(self, *steps):
        for a, b in zip(steps, steps[1:]):
            self.tasks[a] >> self.tasks[b]
        return self


def read(machine, sensors, **_):
    return {"file": f"/opc/{machine}.parquet", "sensors": sensors, "ok": True}


def pod(task_id, env, **kwargs):
    return KubernetesPodOperator(
        task_id=task_id,
        name=task_id.replace("_", "-"),
        namespace=cfg.namespace,
        env_vars=[V1EnvVar(name=k, value=v) for k, v in env.items()],
        do_xcom_push=True,
        **kwargs,
    )


MACHINES = [
    Machine("01", "press", [Sensor("temperature"), Sensor("pressure", unit="bar")]),
    Machine("07", "robot", model="lstm:1"),
]
MACHINES.append(dataclasses.replace(MACHINES[0], name="02", tasks={}))


def decide(ti, machines, **context):
    worst = None
    for group in machines:
        risk = ti.xcom_pull(task_ids=f"{group}.score")
        if worst is None or risk["p"] > worst["p"]:
            worst = {"machine": group, **risk}
    sensors = ti.xcom_pull(task_ids="press_01.read")["sensors"]
    return {"worst": worst, "sensors": sensors}


with DAG("factory_maintenance", start_date=datetime(2024, 1, 1), schedule="0 * * * *", catchup=False) as dag:
    decision = PythonOperator(
        task_id="decide", python_callable=decide, op_kwargs={"machines": [m.group for m in MACHINES]}
    )
    for m in MACHINES:
        with TaskGroup(m.group):
            (
                m.add("read", PythonOperator, python_callable=read, op_args=[m.name, [s.name for s in m.sensors]])
                .add(
                    "score",
                    pod,
                    env={
                        "FILE": m.ref("read", "file"),
                        "SENSORS": m.ref("read", "sensors"),
                        **{f"UNIT_{s.name.upper()}": s.unit for s in m.sensors},
                    },
                    image=f"{cfg.registry}/{m.model}",
                    arguments=["score", "--input", m.ref("read", "file")],
                )
                .add("log", BashOperator, bash_command=f"log {m.name} {m.ref('score', 'p')} {m.ref('score', 'explain', 'top')}")
                .chain("read", "score", "log")
            )
        m.tasks["log"] >> decision

    order = BashOperator(
        task_id="order",
        bash_command="sap-order '{{ ti.xcom_pull(task_ids='decide')['worst']['machine'] }}'",
        env={m.name: m.tasks["score"].output for m in MACHINES if m.kind == "press"},
        append_env=True,
    )
    decision >> order

    @task
    def shift_book(scores, decision, ti=None):
        reads = {m.group: ti.xcom_pull(task_ids=m.path("read")) for m in MACHINES}
        logged = ti.xcom_pull(task_ids=[f"{m.group}.log" for m in MACHINES if m.kind == "robot"])
        return scores, decision, reads, logged

    shift_book({m.group: m.tasks["score"].output for m in MACHINES}, decision=decision.output)
