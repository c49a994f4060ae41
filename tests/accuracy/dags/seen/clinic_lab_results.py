"""Laboratory results of a clinic, mostly TaskFlow."""

from __future__ import annotations

import pendulum
from airflow.decorators import dag, task
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import PythonOperator

IMAGE = "registry.local/lab/hl7:5"
INSTRUMENTS = {"cobas": ("glucose", "crp"), "sysmex": ("hb", "wbc", "plt")}


@task(multiple_outputs=True)
def receive(limit: int = 500):
    return {"orders": [], "results": [], "instrument": "cobas"}


@task
def validate(results: list, rules: dict | None = None) -> dict[str, list]:
    return {"ok": results, "rejected": []}


@task.branch
def route(summary):
    return ["flag_critical"] if summary else ["file_report"]


@task(task_id="flag_critical")
def flag(ok, *, instrument, doctor="on call"):
    return [r for r in ok if r]


@task.kubernetes(image=IMAGE, name="score", env_vars={"MODEL": "{{ ti.xcom_pull('rules')['model'] }}"})
def score(ok, thresholds):
    return {"score": 1}


@task.bash
def ship(path: str) -> str:
    return f"scp {path} his:/inbox"


def file_report(report, **context):
    ok = context["ti"].xcom_pull(task_ids="validate", key="ok")
    return {"path": report, "n": len(ok)}


@dag(
    schedule="*/10 * * * *",
    start_date=pendulum.datetime(2024, 7, 1, tz="UTC"),
    catchup=False,
    default_args={"owner": "lab"},
)
def clinic_lab_results():
    rules = KubernetesPodOperator(
        task_id="rules", name="rules", image=IMAGE, arguments=["rules"], do_xcom_push=True
    )
    received = receive(limit=200)
    validated = validate(received["results"], rules=rules.output)
    again = validate.override(task_id="validate_orders")(received["orders"])
    third = validate(results=again["ok"])

    branch = route([validated["ok"], {"orders": again}])
    critical = flag(validated["ok"], instrument=received["instrument"])
    scored = score(validated["ok"], thresholds={"hi": rules.output, "lo": [0, third["rejected"]]})

    report = PythonOperator(
        task_id="file_report",
        python_callable=file_report,
        op_args=[f"/reports/{received['instrument']}.pdf"],
    )
    render = KubernetesPodOperator(
        task_id="render",
        name="render",
        image=IMAGE,
        arguments=["--score", scored, "--all", str(validated["ok"]), f"--rejected={validated['rejected']}"],
        env_vars={"CRITICAL": "%s" % critical, "INSTRUMENT": received["instrument"]},
        labels={"pod": "{{ ti.xcom_pull('rules', key='pod_name') }}"},
        do_xcom_push=True,
    )
    mail = BashOperator(
        task_id="mail",
        bash_command="mail -s '" + str(report.output) + "' {{ ti.xcom_pull(task_ids='render')['to'] }}",
        env={"BODY": critical, "PDF": report.output["path"]},
        append_env=True,
    )
    references = {}
    for instrument, analytes in INSTRUMENTS.items():

        @task(task_id=f"calibrate_{instrument}", multiple_outputs=True)
        def calibrate(raw, device=instrument):
            return {a: raw for a in INSTRUMENTS[device]}

        calibrated = calibrate(received["results"])
        references[instrument] = tuple(calibrated[a] for a in analytes)

    @task
    def plot(left, right, *, title=None):
        return f"{left}-{right}"

    plots = []
    for name, (first, *others) in references.items():
        for number, other in enumerate(others):
            plots.append(plot.override(task_id=f"plot_{name}_{number}")(first, right=other, title=received["instrument"]))
    gallery = PythonOperator(
        task_id="gallery",
        python_callable=sorted,
        op_args=[[p for p in plots]],
        op_kwargs={"key": None, "reverse": validated["ok"]},
    )
    gallery >> report
    branch >> [critical, report]
    report >> render >> mail
    ship("{{ ti.xcom_pull('render')['pdf'] }}")


clinic_lab_results()
