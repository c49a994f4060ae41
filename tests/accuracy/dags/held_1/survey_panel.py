"""Household panel: waves, weights, tables."""
from datetime import datetime

from airflow import DAG
from airflow.decorators import task, task_group
from airflow.models.xcom_arg import XComArg
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

WAVES = [2021, 2022, 2023]
QUESTIONS = {"income": "numeric", "housing": "category"}

with DAG("survey_panel", start_date=datetime(2024, 1, 1), schedule="@yearly", catchup=False) as dag:

    @task
    def load_wave(year):
        return {"year": year, "file": f"/panel/{year}.sav", "n": 1000}

    @task
    def link(previous, current):
        return {"linked": current["n"], "years": [previous["year"], current["year"]]}

    @task
    def weight(links, margins=None):
        return [0.9 for _ in links]

    @task
    def margins():
        return [{"region": "n", "share": 0.4}, {"region": "s", "share": 0.6}]

    @task
    def calibrate(margin, weights):
        return {"region": margin["region"], "w": weights}

    @task(multiple_outputs=True)
    def tabulate(question, kind, calibrated):
        return {"table": [question], "se": 0.1, "kind": kind}

    waves = [load_wave.override(task_id=f"wave_{y}")(y) for y in WAVES]
    links = []
    for i in range(len(waves) - 1):
        links.append(link(waves[i], current=waves[i + 1]))
    mar = margins()
    weights = weight(links, margins=mar)
    calibrated = calibrate.partial(weights=weights).expand(margin=mar)

    @task_group(group_id="tables", prefix_group_id=False)
    def tables(cal, questions):
        made = {}
        for q, kind in questions.items():
            made[q] = tabulate.override(task_id=f"table_{q}")(question=q, kind=kind, calibrated=cal)
        return made

    made = tables(calibrated, QUESTIONS)

    def render(title, tables, errors, ti):
        regions = ti.xcom_pull(task_ids="calibrate", map_indexes=[0, 1])
        raw = ti.xcom_pull(task_ids="link__1")["linked"]
        income = ti.xcom_pull(task_ids="table_income", key="table")
        return title, regions, raw, income

    report = PythonOperator(
        task_id="report",
        python_callable=render,
        op_args=["Panel {{ ti.xcom_pull(task_ids='wave_2023')['year'] }}"],
        op_kwargs={
            "tables": {q: t["table"] for q, t in made.items()},
            "errors": [t["se"] for t in made.values()],
        },
    )

    publish = BashOperator.partial(task_id="publish", env={"REPORT": report.output, "N": "{{ ti.xcom_pull(task_ids=%r)['n'] }}" % waves[0].operator.task_id}).expand(
        bash_command=mar.map(lambda m: f"publish --region {m['region']}")
    )
    archive = BashOperator(task_id="archive", bash_command="archive " + " ".join(f"{w['file']}" for w in waves[:1]))
    XComArg(report) >> archive
