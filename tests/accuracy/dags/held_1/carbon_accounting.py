"""Scope 1-3 emissions of the sites.

unresolvable: scope3.bash_command
unresolvable: report.env.FACTORS
unresolvable: upload_*.*
"""
import os
from datetime import datetime
from pathlib import Path

from airflow import DAG
from airflow.models import Variable
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

USE_POD = False
VERSION = 3
ENGINE = "python" if VERSION >= 3 else "legacy"

try:
    import yaml

    TARGETS = yaml.safe_load(Path(__file__).with_name("carbon_targets.yaml").read_text())
except (ImportError, OSError):
    TARGETS = {"s3": "report"}

try:
    SCOPE3_SOURCE = Variable.get("carbon_scope3_source")
except Exception:  # no database in unit tests
    SCOPE3_SOURCE = "suppliers"

try:
    FACTOR_KEY = {"2023": "defra", "2024": "ipcc"}["2024"]
except KeyError:
    FACTOR_KEY = "unknown"

if VERSION > 2:
    METER_TASK = "meters"
    METER_FIELD = "kwh"
elif VERSION == 2:
    METER_TASK = "meters_v2"
    METER_FIELD = "wh"
else:
    raise ValueError("too old")


def meters(**_):
    return {"kwh": {"berlin": 1}, "period": "m"}


def scope2(ti, **_):
    if ENGINE == "python":
        kwh = ti.xcom_pull(task_ids=METER_TASK)[METER_FIELD]
    else:
        kwh = ti.xcom_pull(task_ids=METER_TASK)["wh"] / 1000
    try:
        factors = ti.xcom_pull(task_ids="factors", key=FACTOR_KEY)
    except KeyError:
        factors = None
    finally:
        period = ti.xcom_pull(task_ids="meters")["period"]
    return kwh, factors, period


def factors(ti):
    ti.xcom_push(key="ipcc", value={"de": 0.4})


def suppliers():
    return {"spend": 1}


with DAG("carbon_accounting", start_date=datetime(2024, 1, 1), schedule="@monthly", catchup=False) as dag:
    m = PythonOperator(task_id=METER_TASK, python_callable=meters)
    f = PythonOperator(task_id="factors", python_callable=factors)
    sup = PythonOperator(task_id="suppliers", python_callable=suppliers)
    s2 = PythonOperator(task_id="scope2", python_callable=scope2)

    fuel_field = "fuel" if USE_POD else METER_FIELD
    s1 = BashOperator(
        task_id="scope1",
        bash_command=f"scope1 {{{{ ti.xcom_pull(task_ids='{METER_TASK}')['{fuel_field}']['berlin'] }}}}"
        + (" --pod" if USE_POD else " --local '{{ ti.xcom_pull(task_ids=\"factors\", key=\"" + FACTOR_KEY + "\").de }}'"),
    )
    s3 = BashOperator(task_id="scope3", bash_command="scope3 {{ ti.xcom_pull(task_ids='" + SCOPE3_SOURCE + "')['spend'] }}")
    env = {"S1": "{{ ti.xcom_pull(task_ids='scope1') }}", "S2": s2.output}
    env["FACTORS"] = "{{ ti.xcom_pull(task_ids='factors', key='%s') }}" % os.environ.get("FACTOR_SET", "ipcc")
    env |= {"S3": "{% if ti.xcom_pull(task_ids='scope3') %}{{ ti.xcom_pull(task_ids='scope3') }}{% else %}0{% endif %}"}
    report = BashOperator(task_id="report", bash_command="./report.sh ", env=env)
    for name, source in TARGETS.items():
        report >> BashOperator(task_id=f"upload_{name}", bash_command="upload {{ ti.xcom_pull(task_ids='%s') }}" % source)
    m >> [s1, s2]
    f >> [s1, s2]
    sup >> s3
    [s1, s2, s3] >> report
