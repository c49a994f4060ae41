from datetime import datetime, timedelta

from airflow import DAG

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import PythonOperator

default_args = {
    "owner": "hr",
    "depends_on_past": False,
    "email_on_failure": False,
    "retries": 1,
    "retry_delay": timedelta(minutes=5),
}


def get_employees(**kwargs):
    employees = [{"id": 1, "rate": 30}, {"id": 2, "rate": 45}]
    kwargs["ti"].xcom_push(key="employees", value=employees)
    kwargs["ti"].xcom_push(key="headcount", value=len(employees))
    return "ok"


def get_hours(**kwargs):
    ti = kwargs["ti"]
    employees = ti.xcom_pull(key="employees", task_ids="get_employees")
    return {e["id"]: 160 for e in employees}


def compute_salaries(**kwargs):
    ti = kwargs["ti"]
    employees = ti.xcom_pull(key="employees", task_ids="get_employees")
    hours = ti.xcom_pull(task_ids="get_hours")
    salaries = []
    for employee in employees:
        salaries.append(employee["rate"] * hours[employee["id"]])
    ti.xcom_push("total", sum(salaries))
    return salaries


def write_slips(ti, **kwargs):
    salaries, status = ti.xcom_pull(task_ids=["compute_salaries", "get_employees"])
    print(salaries, status)
    return "/payroll/" + kwargs["ds_nodash"] + ".pdf"


def check_total(total, headcount, **kwargs):
    print(total, headcount, kwargs["templates_dict"]["slips"])


with DAG(
    "hr_payroll",
    default_args=default_args,
    description="Monthly payroll",
    schedule="@monthly",
    start_date=datetime(2022, 1, 1),
    catchup=False,
) as dag:

    t1 = PythonOperator(task_id="get_employees", python_callable=get_employees)
    t2 = PythonOperator(task_id="get_hours", python_callable=get_hours)
    t3 = PythonOperator(task_id="compute_salaries", python_callable=compute_salaries)
    t4 = PythonOperator(task_id="write_slips", python_callable=write_slips)
    t5 = PythonOperator(
        task_id="check_total",
        python_callable=check_total,
        op_kwargs={
            "total": "{{ ti.xcom_pull(task_ids='compute_salaries', key='total') }}",
            "headcount": '{{ ti.xcom_pull(key="headcount", task_ids="get_employees") | int }}',
        },
        templates_dict={"slips": "{{ task_instance.xcom_pull(task_ids='write_slips') }}"},
    )
    t6 = BashOperator(
        task_id="send_slips",
        bash_command="send-slips {{ ti.xcom_pull(task_ids='write_slips') }} --n {{ ti.xcom_pull('compute_salaries')|length }}",
        env={"TOTAL": "{{ ti.xcom_pull(key='total', task_ids='compute_salaries') }}"},
    )

    t1 >> t2 >> t3 >> t4 >> t5 >> t6
