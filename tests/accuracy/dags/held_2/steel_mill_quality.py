"""Quality of the coils: a base class for our stations, one task group per line."""
from __future__ import annotations

import json
from datetime import datetime
from itertools import pairwise, product

from airflow import DAG
from airflow.decorators import task
from airflow.models import BaseOperator
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.utils.task_group import TaskGroup


class StationOperator(BaseOperator):
    """Reads a station's measurements; a station knows the one before it."""

    template_fields = ("query", "options")
    station = "none"

    def __init__(self, *, line: str, before: BaseOperator | None = None, options: dict | None = None, **kwargs):
        kwargs.setdefault("task_id", self.station)
        super().__init__(**kwargs)
        self.line = line
        self.before = before.task_id if before else None
        self.query = {"line": line, **self.criteria()}
        self.options = dict(options or {})
        if before:
            before >> self

    def criteria(self) -> dict:
        return {}

    def measure(self, ti):
        return {"line": self.line}

    def execute(self, context):
        result = self.measure(context["ti"])
        self.log.info("%s: %s", self.station, json.dumps(result, default=str))
        return result


class Thickness(StationOperator):
    station = "thickness"

    def measure(self, ti):
        coils = ti.xcom_pull(task_ids="coils", key=self.line)
        return {"coils": coils, "tolerance": self.options.get("tolerance")}


class Surface(StationOperator):
    station = "surface"
    template_fields = (*StationOperator.template_fields, "camera")

    def __init__(self, camera: str = "{{ ti.xcom_pull(task_ids='cameras')['default'] }}", **kwargs):
        super().__init__(**kwargs)
        self.camera = camera

    def criteria(self):
        return {"coils": f"{{{{ ti.xcom_pull(task_ids='{self.before}')['coils'] }}}}", **super().criteria()}

    def measure(self, ti):
        return {"defects": [], "of": ti.xcom_pull(task_ids=self.before)}


class Coating(Surface):
    station = "coating"

    def criteria(self):
        return super().criteria() | {"zinc": "{{ ti.xcom_pull(task_ids='coils', key='zinc') }}"}


LINES = {"hot": (Thickness, Surface), "cold": (Thickness, Surface, Coating)}


def verdict(line, stations):
    """The function that judges a line."""

    def judge(**context):
        pull = context["ti"].xcom_pull
        measured = {station: pull(task_ids=f"{line}.{station}") for station in stations}
        return {"line": line, "ok": all(measured.values())}

    return judge


def coils(**context):
    for line in LINES:
        context["ti"].xcom_push(key=line, value=["C1", "C2"])
    context["ti"].xcom_push(key="zinc", value=275)
    return list(LINES)


with DAG("steel_mill_quality", start_date=datetime(2024, 1, 1), schedule="@hourly", catchup=False) as dag:
    start = PythonOperator(task_id="coils", python_callable=coils)
    cameras = BashOperator(task_id="cameras", bash_command="camera-list --json")

    @task
    def certificate(verdicts: list[dict], customer: str) -> str:
        return f"{customer}: {[v['line'] for v in verdicts]}"

    verdicts = []
    for line, stations in LINES.items():
        with TaskGroup(line):
            before: BaseOperator = start
            for station in stations:
                before = station(
                    line=line,
                    before=before,
                    options={"tolerance": "{{ ti.xcom_pull(task_ids='cameras')['tolerance']['" + line + "'] }}"},
                )
            judged = PythonOperator(
                task_id="verdict", python_callable=verdict(line, [each.station for each in stations])
            )
            before >> judged
            verdicts.append(judged.output)

    certificates = certificate.partial(verdicts=verdicts).expand(customer=["automotive", "construction"])

    commands = ["set -e"]
    commands.extend(
        f"label {line} {side} {{{{ ti.xcom_pull(task_ids='{line}.verdict')['{side}'] }}}}"
        for line, side in product(LINES, ("top", "bottom"))
    )
    for first, second in pairwise(LINES):
        commands.append(
            f"diff <(echo {{{{ ti.xcom_pull('{first}.surface').defects }}}}) "
            f"<(echo {{{{ ti.xcom_pull('{second}.surface').defects }}}})"
        )
    certificates >> BashOperator(task_id="labels", bash_command="\n".join(commands), env={"N": str(len(commands))})
