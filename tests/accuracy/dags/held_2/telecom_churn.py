"""Churn scoring of the mobile customers."""
from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Callable

from airflow import DAG
from airflow.models import BaseOperator
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.utils.task_group import TaskGroup
from kubernetes.client import models as k8s


class Stage(enum.Enum):
    FEATURES = "features"
    TRAIN = "train"
    SCORE = "score"

    @property
    def pod(self) -> str:
        return f"run_{self.value}"


class Segment(str, enum.Enum):
    PREPAID = "prepaid"
    CONTRACT = "contract"


@dataclass
class Ref:
    """Where a value comes from."""

    task: str
    path: tuple = ()
    key: str | None = None
    filter: str = ""

    def __getitem__(self, step) -> Ref:
        return replace(self, path=(*self.path, step))

    def __or__(self, name: str) -> Ref:
        return replace(self, filter=f" | {name}")

    def __str__(self) -> str:
        key = f", key={self.key!r}" if self.key else ""
        steps = "".join(f"[{step!r}]" for step in self.path)
        return f"{{{{ ti.xcom_pull(task_ids={self.task!r}{key}){steps}{self.filter} }}}}"


@dataclass
class Model:
    segment: Segment
    horizon: int
    columns: list[str] = field(default_factory=list)


BUILDERS: dict[Stage, Callable[[Model, Ref], list[str]]] = {}


def builder(stage: Stage):
    def register(function):
        BUILDERS[stage] = function
        return function

    return register


@builder(Stage.FEATURES)
def features(model: Model, source: Ref) -> list[str]:
    args = ["features", "--days", str(model.horizon)]
    for column in model.columns:
        args += [f"--{column}", str(source["tables"][column])]
    return args


@builder(Stage.TRAIN)
def train(model: Model, source: Ref) -> list[str]:
    return ["train", "--matrix=" + str(source["matrix"]), f"--rows={source['rows'] | 'int'}"]


@builder(Stage.SCORE)
def score(model: Model, source: Ref) -> list[str]:
    args = ["score", str(source["models"][0])]
    if model.horizon > 30:
        args.append(f"--calibration={source['calibration']}")
    return args


def drift(ti, group: str) -> float:
    now = ti.xcom_pull(task_ids=f"{group}.{Stage.SCORE.pod}")
    trained = ti.xcom_pull(task_ids=f"{group}.{Stage.TRAIN.pod}")
    return abs(now["mean"] - trained["mean"])


def publish(scores, drifted, ti, group: str) -> None:
    matrix = ti.xcom_pull(task_ids=f"{group}.{Stage.FEATURES.pod}")["matrix"]
    print(f"{scores['path']} of {matrix}, drift {drifted:.3f}")


MODELS = [
    Model(Segment.PREPAID, 30, ["calls", "topups"]),
    Model(Segment.CONTRACT, 90, ["calls", "invoices", "tickets"]),
]

with DAG(
    "telecom_churn",
    schedule="0 5 * * 1",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=30)},
) as dag:
    extract = KubernetesPodOperator(task_id="extract", name="extract", arguments=["extract"], do_xcom_push=True)

    for model in MODELS:
        with TaskGroup(model.segment.value) as group:
            source: BaseOperator = extract
            for stage in Stage:
                pod = KubernetesPodOperator(
                    task_id=stage.pod,
                    name=stage.pod.replace("_", "-"),
                    image=f"churn/{stage.value}:1",
                    arguments=BUILDERS[stage](model, Ref(source.task_id)),
                    env_vars=[
                        k8s.V1EnvVar(name="SEGMENT", value=model.segment.value),
                        k8s.V1EnvVar(name="UPSTREAM_POD", value=str(Ref(source.task_id, key="pod_name"))),
                    ],
                    do_xcom_push=True,
                )
                source >> pod
                source = pod

            check = PythonOperator(
                task_id="drift", python_callable=drift, op_kwargs={"group": group.group_id}
            )
            published = PythonOperator(
                task_id="publish",
                python_callable=publish,
                op_args=[source.output, check.output],
                op_kwargs={"group": group.group_id},
            )
            source >> check >> published
