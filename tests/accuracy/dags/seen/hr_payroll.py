from datetime import datetime, timedelta
from functools import partial

from airflow import DAG

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import PythonOperator
    from airflow.providers.standard.sensors.python import PythonSensor
except ImportError:
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import PythonOperator
    from airflow.sensors.python import PythonSensor

default_args = {
    "owner": "hr",
    "depends_on_past": False,
    "email_on_failure": False,
    "retries": 1,
    "retry_delay": timedelta(minutes=5),
}

SITES = ["lyon", "turin", "gent"]
SALARIES = {"task_ids": "compute_salaries"}
TOTAL = dict(SALARIES, key="total")


def get_employees(**kwargs):
    employees = [{"id": 1, "rate": 30}, {"id": 2, "rate": 45}]
    kwargs["ti"].xcom_push(key="employees", value=employees)
    kwargs["ti"].xcom_push(key="headcount", value=len(employees))
    return "ok"


def get_hours(site, **kwargs):
    ti = kwargs["ti"]
    employees = ti.xcom_pull(key="employees", task_ids="get_employees")
    return {e["id"]: 160 for e in employees}


def all_hours(ti):
    return dict(zip(SITES, map(lambda site: ti.xcom_pull(task_ids=f"get_hours_{site}"), SITES)))


def compute_salaries(**kwargs):
    ti = kwargs["ti"]
    employees = ti.xcom_pull(key="employees", task_ids="get_employees")
    hours = all_hours(ti)
    salaries = []
    for employee in employees:
        salaries.append(employee["rate"] * sum(h[employee["id"]] for h in hours.values()))
    ti.xcom_push("total", sum(salaries))
    return salaries


def taxes(country, ti, **_):
    gross = ti.xcom_pull(**SALARIES)
    total = ti.xcom_pull(**TOTAL)
    pull = partial(ti.xcom_pull, task_ids="get_employees")
    return {country: (gross, total, pull(key="employees"), pull(key="headcount"))}


def log_context(message, **context):
    print(message, context["ti"].xcom_pull(task_ids="taxes_fr", key="return_value"))


def write_slips(ti, **kwargs):
    salaries, status = ti.xcom_pull(task_ids=["compute_salaries", "get_employees"])
    log_context("slips", ti=ti, **kwargs)
    print(salaries, status)
    return "/payroll/" + kwargs["ds_nodash"] + ".pdf"


def check_total(total, headcount, **kwargs):
    limit = kwargs["ti"].xcom_pull(task_ids=kwargs["templates_dict"]["limit_task"])
    if (slips := kwargs["ti"].xcom_pull(task_ids="write_slips")) and limit:
        print(total, headcount, slips)
    with open("/dev/null") as nothing:
        bonus = kwargs["ti"].xcom_pull(task_ids="taxes_it")
        print(nothing, bonus)


def signed(ti, by):
    def signature(person):
        return ti.xcom_pull(task_ids="write_slips", key=f"signed_{person}")

    return all(signature(person) for person in by)


with DAG(
    "hr_payroll",
    default_args=default_args,
    description="Monthly payroll",
    schedule="@monthly",
    start_date=datetime(2022, 1, 1),
    catchup=False,
) as dag:

    t1 = PythonOperator(task_id="get_employees", python_callable=get_employees)
    t2 = [
        PythonOperator(task_id="get_hours_" + site, python_callable=get_hours, op_args=(site,)) for site in SITES
    ]
    t3 = PythonOperator(task_id="compute_salaries", python_callable=compute_salaries)
    t3b = [
        PythonOperator(task_id=f"taxes_{c}", python_callable=taxes, op_kwargs={"country": c})
        for c in ("fr", "it", "be")
    ]
    t4 = PythonOperator(task_id="write_slips", python_callable=write_slips)
    t5 = PythonOperator(
        task_id="check_total",
        python_callable=check_total,
        op_kwargs={
            "total": "{{ ti.xcom_pull(task_ids='compute_salaries', key='total') }}",
            "headcount": '{{ ti.xcom_pull(key="headcount", task_ids="get_employees") | int }}',
        },
        templates_dict={
            "slips": "{{ task_instance.xcom_pull(task_ids='write_slips') }}",
            "limit_task": "get_employees",
        },
    )
    wait = PythonSensor(task_id="wait_for_signatures", python_callable=signed, op_kwargs={"by": ["hr", "cfo"]})
    t6 = BashOperator(
        task_id="send_slips",
        bash_command="send-slips {{ ti.xcom_pull(task_ids='write_slips') }} --n {{ ti.xcom_pull('compute_salaries')|length }}",
        env={"TOTAL": "{{ ti.xcom_pull(key='total', task_ids='compute_salaries') }}"},
    )

    t1 >> t2 >> t3 >> t3b >> t4 >> t5 >> wait >> t6
