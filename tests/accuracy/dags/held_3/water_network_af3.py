from __future__ import annotations

from datetime import datetime

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, BaseOperator, TaskGroup, XComArg, task

DISTRICTS = ["alpha", "beta"]


class LeakReport(BaseOperator):
    """Writes the report of a district."""

    template_fields = ("district", "leaks", "meters")

    def __init__(self, *, district, leaks, meters=None, **kwargs):
        super().__init__(**kwargs)
        self.district = district
        self.leaks = leaks
        self.meters = meters or {}

    def execute(self, context):
        pressure = context["ti"].xcom_pull(task_ids=f"{self.district}.pressure", key="return_value")
        return {"district": self.district, "pressure": pressure}


def pressure(district: str, ti):
    ids = [f"{district}.night_flow", f"{district}.day_flow"]
    night, day = ti.xcom_pull(task_ids=ids)
    return night["flow"] / day["flow"]


with DAG(dag_id="water_network", start_date=datetime(2025, 3, 1), schedule="@daily") as dag:

    @task
    def valves() -> dict[str, str]:
        return {"alpha": "open", "beta": "closed"}

    @task
    def alarm(reports, ti):
        first = ti.xcom_pull(task_ids=f"{DISTRICTS[0]}.leaks")
        print(reports, first)

    states = valves()
    reports = []
    for district in DISTRICTS:
        with TaskGroup(district):
            flows = {
                part: KubernetesPodOperator(
                    task_id=f"{part}_flow",
                    name=f"{part}-flow",
                    image="water/flow:1",
                    arguments=[district, part, "{{ ti.xcom_pull(task_ids='valves')['" + district + "'] }}"],
                    do_xcom_push=True,
                )
                for part in ("night", "day")
            }
            press = PythonOperator(task_id="pressure", python_callable=pressure, op_kwargs={"district": district})
            leaks = SQLExecuteQueryOperator(
                task_id="leaks",
                conn_id="gis",
                sql="SELECT * FROM pipes WHERE pressure < %(pressure)s AND flow > %(flow)s",
                parameters={
                    "pressure": press.output,
                    "flow": f"{{{{ ti.xcom_pull(task_ids='{district}.night_flow')['flow'] | round(2) }}}}",
                },
            )
            report = LeakReport(
                task_id="report",
                district=district,
                leaks=XComArg(leaks),
                meters={part: flow.output["return_value"] for part, flow in flows.items()},
            )
            list(flows.values()) >> press
            reports.append(report.output)

    alarm(reports)
