"""Timetables of schools: a DAG per school from one function, and one that collects them all.

unresolvable: collect.op_kwargs.today
unresolvable: notify_*.bash_command
"""

import random
from datetime import datetime
from pathlib import Path

import pendulum
from airflow import DAG
from airflow.decorators import dag, task
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import PythonOperator
    from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
except ImportError:
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import PythonOperator
    from airflow.operators.trigger_dagrun import TriggerDagRunOperator

SCHOOLS = ["goethe", "curie"]
PREFIX = Path(__file__).stem
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def dag_id_of(school):
    return f"school_timetable_{school}"


def make_school(school: str, hours: int = 6, *, saturday: bool = False):
    @task
    def rooms(**context):
        wishes = context["ti"].xcom_pull(task_ids="wishes", key="rooms")
        return wishes

    @task
    def solve(rooms, wishes):
        return {"plan": [], "gaps": 0}

    @dag(
        dag_id=dag_id_of(school),
        schedule="@weekly",
        start_date=pendulum.datetime(2024, 1, 1),
        catchup=False,
        params={"hours": hours, "weights": "wishes"},
    )
    def timetable(source="wishes"):
        wishes = BashOperator(task_id="wishes", bash_command=f"wishes {school}")
        plan = solve(rooms(), wishes.output)
        days = WEEKDAYS[: 6 if saturday else 5]
        for day in days[::2]:
            KubernetesPodOperator(
                task_id=f"print_{day}",
                name=f"print-{day}",
                image="registry.local/school/print:1",
                arguments=["--plan", "{{ ti.xcom_pull(task_ids='solve')['plan'][" + str(days.index(day)) + "] }}"],
                env_vars={
                    "WEIGHTS": "{{ ti.xcom_pull(params.weights)['weights'] }}",
                    "CUP": "{{ ti.xcom_pull(dag_id='school_timetable_all', task_ids='collect', include_prior_dates=True)['%s'] }}"
                    % school,
                },
            ).set_upstream(plan)
        BashOperator(
            task_id="notify_" + random.choice(["mail", "sms"]),
            bash_command="notify {{ ti.xcom_pull('solve')['gaps'] }}",
        ).set_upstream(plan)

    return timetable()


goethe = make_school("goethe")
curie = make_school("curie", hours=8, saturday=True)


def collect(ti, today=None):
    plans = {}
    for school in SCHOOLS:
        plans[school] = ti.xcom_pull(dag_id=dag_id_of(school), task_ids="solve", include_prior_dates=True)
    runs = [ti.xcom_pull(task_ids=f"trigger_{s}", key="trigger_run_id") for s in SCHOOLS]
    return plans, runs


with DAG("school_timetable_all", start_date=datetime(2024, 1, 1), schedule="@weekly", catchup=False) as all_schools:
    gather = PythonOperator(
        task_id="collect",
        python_callable=collect,
        op_kwargs={
            # The plan of the weekday on which this file was read.
            "today": "{{ ti.xcom_pull(dag_id='school_timetable_goethe', task_ids='print_%s')['x'] }}"
            % WEEKDAYS[datetime.now().weekday()],
        },
    )
    for school in SCHOOLS:
        TriggerDagRunOperator(
            task_id=f"trigger_{school}",
            trigger_dag_id=dag_id_of(school),
            conf={"previous": "{{ ti.xcom_pull(task_ids='collect', include_prior_dates=True)[0]['" + school + "'] }}"},
        ) >> gather
    BashOperator(
        task_id="archive",
        bash_command="archive "
        + " ".join("{{ ti.xcom_pull(task_ids='trigger_%s', key='trigger_run_id') }}" % s for s in SCHOOLS)
        + f" --to /archive/{PREFIX}/{{{{ ti.xcom_pull('collect')[0].curie.plan[0] }}}}",
    ).set_upstream(gather)
