"""Water quality: lab results against sensor series, per catchment."""
import functools
from collections.abc import Iterator
from datetime import datetime

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, XComArg, task

CATCHMENTS = {"thames": 4, "severn": 2}
ANALYTES = ["nitrate", "phosphate", "ph"]
_COUNTER = iter(range(100))


def numbered(prefix: str) -> str:
    return f"{prefix}_{next(_COUNTER)}"


def sensors(catchment: str, n: int) -> dict:
    return {"series": [catchment] * n, "unit": "mg/l"}


class Limits:
    """EU limits; the task is made once and shared."""

    def __init__(self) -> None:
        self._task = None

    @functools.cached_property
    def task(self):
        return PythonOperator(task_id="limits", python_callable=lambda: {a: 50 for a in ANALYTES})

    def __getitem__(self, analyte: str) -> str:
        return f"{{{{ ti.xcom_pull(task_ids='{self.task.task_id}')['{analyte}'] }}}}"


def analyte_sql(limits: Limits) -> Iterator[tuple[str, str]]:
    for analyte in ANALYTES:
        yield analyte, f"SELECT * FROM lab WHERE analyte = '{analyte}' AND value > {limits[analyte]}"


with DAG("water_quality", start_date=datetime(2025, 4, 1), schedule="@weekly", catchup=False) as dag:
    limits = Limits()
    exceed = {
        analyte: SQLExecuteQueryOperator(task_id=numbered(analyte), conn_id="lims", sql=sql)
        for analyte, sql in analyte_sql(limits)
    }
    for t in exceed.values():
        limits.task >> t

    series = [
        PythonOperator(task_id=numbered("sensors"), python_callable=sensors, op_args=item)
        for item in CATCHMENTS.items()
    ]

    @task
    def correlate(lab: list, series: dict, analyte: str, **context):
        ti = context["ti"]
        limit = ti.xcom_pull(task_ids="limits")[analyte]
        return {"analyte": analyte, "limit": limit, "r": 0.3}

    correlations = []
    for analyte, lab in exceed.items():
        for s in series:
            correlations.append(
                correlate.override(task_id=f"corr_{analyte}_{series.index(s)}")(XComArg(lab), s.output, analyte=analyte)
            )

    @task
    def bulletin(title, *results):
        return {"title": title, "n": len(results)}

    b = bulletin(f"Bulletin {series[0].output}", *correlations)
    store = SQLExecuteQueryOperator(
        task_id="store",
        conn_id="dwh",
        sql="INSERT INTO bulletins VALUES (%s, %s)",
        parameters=[b, "{{ ti.xcom_pull(task_ids='bulletin')['n'] }}"],
    )
