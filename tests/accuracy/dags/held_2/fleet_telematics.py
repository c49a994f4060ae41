import logging
from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator, ShortCircuitOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sensors.external_task import ExternalTaskSensor
from airflow.sensors.python import PythonSensor

log = logging.getLogger(__name__)

FLEETS = ["trucks", "vans"]


def pull_positions(**context):
    ti = context["ti"]
    ti.xcom_push(key="window", value={"from": context["ds"], "to": context["ds"]})
    return {"trucks": "/lake/trucks.jsonl", "vans": "/lake/vans.jsonl"}


def positions_are_complete(**context):
    files = context["ti"].xcom_pull(task_ids="pull_positions")
    log.info("looking at %s", files)
    return all(files.values())


def has_incidents(ti):
    return bool(ti.xcom_pull(task_ids="find_harsh_braking")["events"])


def find_harsh_braking(trucks, window):
    events = [{"vehicle": "T-1", "g": 0.61}]
    return {"events": events, "window": window, "file": trucks}


def score_drivers(**context):
    ti = context["ti"]
    braking = ti.xcom_pull(task_ids="find_harsh_braking")
    window = ti.xcom_pull(task_ids="pull_positions", key="window")
    weights = ti.xcom_pull("fit_weights", "driver_model")
    scores = {event["vehicle"]: 100 - int(event["g"] * weights["g"]) for event in braking["events"]}
    ti.xcom_push(key="worst", value=min(scores, key=scores.get))
    ti.xcom_push(key="scored_until", value=window["to"])
    return scores


def invoice_hours(scores, files, **context):
    ti = context["ti"]
    events = ti.xcom_pull(task_ids="find_harsh_braking")["events"]
    window = ti.xcom_pull(key="window", task_ids="pull_positions")
    return {"drivers": len(scores), "files": sorted(files), "events": len(events), "from": window["from"]}


with DAG(
    dag_id="fleet_telematics",
    start_date=datetime(2024, 1, 1),
    schedule="20 0 * * *",
    catchup=False,
    default_args={"owner": "fleet", "retry_delay": timedelta(minutes=5)},
) as dag:
    gateway = ExternalTaskSensor(
        task_id="gateway_closed",
        external_dag_id="telematics_gateway",
        external_task_id="close_day",
        mode="reschedule",
        timeout=3600,
    )

    positions = PythonOperator(task_id="pull_positions", python_callable=pull_positions)

    complete = PythonSensor(
        task_id="positions_complete",
        python_callable=positions_are_complete,
        poke_interval=120,
        mode="reschedule",
    )

    braking = PythonOperator(
        task_id="find_harsh_braking",
        python_callable=find_harsh_braking,
        op_kwargs={
            "trucks": "{{ ti.xcom_pull(task_ids='pull_positions')['trucks'] }}",
            "window": positions.output["window"],
        },
    )

    scores = PythonOperator(task_id="score_drivers", python_callable=score_drivers)

    incidents = ShortCircuitOperator(task_id="has_incidents", python_callable=has_incidents)

    invoice = PythonOperator(
        task_id="invoice_hours",
        python_callable=invoice_hours,
        op_args=[scores.output, positions.output],
    )

    training = TriggerDagRunOperator(
        task_id="plan_training",
        trigger_dag_id="driver_training",
        conf={
            "driver": "{{ ti.xcom_pull(task_ids='score_drivers', key='worst') }}",
            "until": "{{ ti.xcom_pull(task_ids='score_drivers', key='scored_until') }}",
            "evidence": {
                "file": "{{ ti.xcom_pull(task_ids='find_harsh_braking')['file'] }}",
                "events": "{{ ti.xcom_pull(task_ids='find_harsh_braking')['events'] | tojson }}",
            },
        },
        wait_for_completion=False,
    )

    gateway >> positions >> complete >> braking >> scores >> incidents >> training

    for fleet in FLEETS:
        compact = BashOperator(
            task_id=f"compact_{fleet}",
            bash_command="compact-jsonl $SOURCE --day {{ ds }}",
            env={"SOURCE": "{{ ti.xcom_pull(task_ids='pull_positions')['%s'] }}" % fleet},
            append_env=True,
        )
        braking >> compact
