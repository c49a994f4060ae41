from datetime import datetime, timedelta

from airflow import DAG
from airflow.exceptions import AirflowSkipException
from airflow.operators.python import PythonOperator, ShortCircuitOperator, get_current_context
from airflow.sensors.base import BaseSensorOperator
from airflow.sensors.filesystem import FileSensor
from airflow.sensors.python import PythonSensor

default_args = {
    "owner": "agronomy",
    "start_date": datetime(2024, 3, 1),
    "retries": 0,
}

dag = DAG("soil_sensors", default_args=default_args, schedule="@hourly", catchup=False)


class GatewayOnlineSensor(BaseSensorOperator):
    def __init__(self, gateway_task, **kwargs):
        self.gateway_task = gateway_task
        super().__init__(**kwargs)

    def execute(self, context):
        gateways = context["ti"].xcom_pull(task_ids=self.gateway_task, key="gateways")
        return bool(gateways)


def _register(**context):
    context["ti"].xcom_push("gateways", ["gw-1", "gw-2"])
    context["ti"].xcom_push("dump", "/iot/soil/current.bin")
    return "soil"


def _settled(ti):
    return len(ti.xcom_pull(task_ids="register", key="gateways")) > 1


def _decode():
    context = get_current_context()
    ti = context["ti"]
    dump = ti.xcom_pull(task_ids="register", key="dump")
    readings = [(dump, 0.31, 14.5)]
    if not readings:
        raise AirflowSkipException
    return readings


def _irrigate(readings, limit):
    return [r[0] for r in readings if r[1] < limit]


def _needed(valves):
    return len(valves) > 0


def _open_valves(**kwargs):
    valves = kwargs["ti"].xcom_pull(task_ids="plan_irrigation")
    topic = kwargs["ti"].xcom_pull(task_ids="register")
    for valve in valves:
        print(topic, "open", valve)


register = PythonOperator(task_id="register", python_callable=_register, dag=dag)
online = GatewayOnlineSensor(
    task_id="gateways_online", gateway_task="register", poke_interval=30, dag=dag
)
settled = PythonSensor(task_id="settled", python_callable=_settled, timeout=600, dag=dag)
wait_dump = FileSensor(
    task_id="wait_dump",
    filepath="{{ ti.xcom_pull(task_ids='register', key='dump') }}",
    mode="reschedule",
    timeout=timedelta(minutes=20).total_seconds(),
    dag=dag,
)
decode = PythonOperator(task_id="decode", python_callable=_decode, dag=dag)
plan = PythonOperator(
    task_id="plan_irrigation",
    python_callable=_irrigate,
    op_args=[decode.output],
    op_kwargs={"limit": 0.25},
    dag=dag,
)
needed = ShortCircuitOperator(
    task_id="irrigation_needed",
    python_callable=_needed,
    op_kwargs={"valves": plan.output},
    dag=dag,
)
valves = PythonOperator(task_id="open_valves", python_callable=_open_valves, dag=dag)

register >> [online, settled] >> wait_dump >> decode
needed >> valves
