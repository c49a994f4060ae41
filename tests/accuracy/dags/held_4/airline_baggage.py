from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.utils.task_group import TaskGroup

AIRPORTS = {
    "LIS": {"terminals": ["T1", "T2"], "pool": "south"},
    "OPO": {"terminals": ["T1"], "pool": "north"},
}
STEPS = [
    ("scan", None),
    ("match", "scan"),
    ("reconcile", "match"),
]


def summarize(airport, terminals, **context):
    ti = context["ti"]
    prefix = f"airport_{airport.lower()}"
    reports = [ti.xcom_pull(task_ids=f"{prefix}.{t.lower()}.reconcile") for t in terminals]
    missing = sum(r["missing"] for r in reports)
    ti.xcom_push(key="missing", value=missing)
    return {"airport": airport, "missing": missing}


def notify(**context):
    for code in AIRPORTS:
        missing = context["ti"].xcom_pull(task_ids=f"airport_{code.lower()}.summary", key="missing")
        print(code, missing)


with DAG(
    dag_id="airline_baggage",
    start_date=datetime(2024, 5, 5),
    schedule=timedelta(hours=1),
    catchup=False,
    default_args={"retries": 1},
) as dag:
    start = EmptyOperator(task_id="start")
    end = PythonOperator(task_id="notify", python_callable=notify)

    for code, config in AIRPORTS.items():
        with TaskGroup(f"airport_{code.lower()}") as airport:
            terminal_groups = []
            for terminal in config["terminals"]:
                with TaskGroup(terminal.lower()) as group:
                    previous = None
                    for step, source in STEPS:
                        arguments = [step, "--airport", code, "--terminal", terminal]
                        if source:
                            full = f"airport_{code.lower()}.{terminal.lower()}.{source}"
                            arguments += ["--in", "{{ ti.xcom_pull(task_ids='%s')['path'] }}" % full]
                        task = KubernetesPodOperator(
                            task_id=step,
                            name=f"{step}-{code}-{terminal}".lower(),
                            image="baggage:5",
                            arguments=arguments,
                            node_selector={"pool": config["pool"]},
                            do_xcom_push=True,
                        )
                        if previous:
                            previous >> task
                        previous = task
                terminal_groups.append(group)

            summary = PythonOperator(
                task_id="summary",
                python_callable=summarize,
                op_kwargs={"airport": code, "terminals": config["terminals"]},
            )
            archive = KubernetesPodOperator(
                task_id="archive",
                name=f"archive-{code}".lower(),
                image="baggage:5",
                arguments=["archive", "--missing", summary.output["missing"]],
            )
            terminal_groups >> summary >> archive
        start >> airport >> end
