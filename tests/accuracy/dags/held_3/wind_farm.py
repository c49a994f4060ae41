"""
Power plans of the wind parks.

unresolvable: adjust_*.env_vars.PRICE
"""
from datetime import datetime
from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.operators.bash import BashOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

from energy_dags.ids import PRICE_TASK

TURBINES = {
    "north": ["n1", "n2"],
    "south": ["s1", "s2", "s3"],
}

dag = DAG("wind_farm", start_date=datetime(2024, 10, 1), schedule="*/30 * * * *", catchup=False)


def make_pod(task_id, args, **kwargs):
    """A pod of the turbine tool box with the usual settings."""
    return KubernetesPodOperator(
        task_id=task_id,
        name=task_id.replace("_", "-"),
        namespace="energy",
        image="energy/toolbox:11",
        cmds=["toolbox"],
        arguments=args,
        do_xcom_push=True,
        dag=dag,
        **kwargs,
    )


def pull_from(task, *path):
    steps = "".join(f"['{p}']" for p in path)
    return "{{ ti.xcom_pull(task_ids='" + task + "')" + steps + " }}"


def _plan(**context):
    ti = context["ti"]
    plan = {}
    for park in TURBINES:
        plan[park] = ti.xcom_pull(task_ids=f"power_{park}")["expected"]
    wind = ti.xcom_pull(task_ids="wind_forecast")
    return {"plan": plan, "gusts": wind["gusts"]}


def _check(park, power, forecast, **context):
    planned = context["task_instance"].xcom_pull(task_ids="plan")
    if power["expected"] > 0 and not forecast["series"]:
        raise ValueError(f"no wind for {park}: {planned}")


forecast = make_pod("wind_forecast", ["forecast", "--hours", "48"])

plan = PythonOperator(task_id="plan", python_callable=_plan, dag=dag)

for park, turbines in TURBINES.items():
    power = make_pod(
        f"power_{park}",
        ["power", "--wind", pull_from("wind_forecast", "series", park)],
        env_vars={"MODEL": pull_from("wind_forecast", "model")},
    )
    forecast >> power >> plan
    check = PythonOperator(
        task_id=f"check_{park}",
        python_callable=_check,
        op_kwargs={"park": park, "power": power.output, "forecast": forecast.output},
        dag=dag,
    )
    power >> check
    for turbine in turbines:
        adjust = make_pod(
            f"adjust_{turbine}",
            ["adjust", "--turbine", turbine, "--power", pull_from(f"power_{park}", "turbines", turbine)],
            env_vars={"PRICE": pull_from(PRICE_TASK, "eur")},
            labels={"park": park},
        )
        plan >> [check, adjust]

summary = BashOperator(
    task_id="summary",
    bash_command="echo " + pull_from("plan", "plan", "north") + " " + pull_from("plan", "plan", "south"),
    dag=dag,
)
plan >> summary
