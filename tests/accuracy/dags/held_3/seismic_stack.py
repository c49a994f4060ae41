import itertools
from datetime import datetime

from airflow import DAG
from airflow.decorators import task
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.utils.task_group import TaskGroup

IMAGE = "geo/seismic:2024.2"
NETWORKS = ["GE", "CH"]
COMPONENTS = ["Z", "N"]

BASE_ARGS = ["--quiet"]

with DAG(
    "seismic_stack",
    start_date=datetime(2024, 2, 2),
    schedule="0 1 * * *",
    catchup=False,
    default_args={"namespace": "geo", "image": IMAGE, "do_xcom_push": True},
) as dag:

    @task.kubernetes(image=IMAGE, namespace="geo", do_xcom_push=True)
    def catalogue(day: str):
        return [{"event": "e1", "magnitude": 3.1}]

    @task.kubernetes(image=IMAGE, namespace="geo", env_vars={"FILTER": "{{ ti.xcom_pull(task_ids='settings')['filter'] }}"})
    def select(events, minimum):
        return [e for e in events if e["magnitude"] >= minimum]

    @task
    def settings():
        return {"filter": "bp", "minimum": 2.5, "window": [10, 90]}

    chosen = settings()
    selected = select(catalogue("{{ ds }}"), chosen["minimum"])

    stacks = {}
    with TaskGroup("stack") as stacking:
        for network, component in itertools.product(NETWORKS, COMPONENTS):
            name = f"{network}_{component}".lower()
            args = BASE_ARGS + ["stack"]
            args.append("--events={{ ti.xcom_pull(task_ids='select') }}")
            if component == "Z":
                args += ["--window", "{{ ti.xcom_pull(task_ids='settings')['window'][0] }}"]
            else:
                args.extend(["--window", "{{ ti.xcom_pull(task_ids='settings')['window'][1] }}", "--rotate"])
            stacks[name] = KubernetesPodOperator(task_id=name, name=name.replace("_", "-"), arguments=args)

        with TaskGroup("sum"):
            for network in NETWORKS:
                parts = [key for key in stacks if key.startswith(network.lower())]
                KubernetesPodOperator(
                    task_id=network.lower(),
                    name="sum",
                    arguments=["sum"] + [f"{{{{ ti.xcom_pull(task_ids='stack.{part}')['path'] }}}}" for part in parts],
                    env_vars={
                        f"SNR_{i}": "{{ ti.xcom_pull(task_ids='stack." + part + "').snr }}"
                        for i, part in enumerate(parts)
                    },
                )

    def picks(ti):
        sums = {n: ti.xcom_pull(task_ids=f"stack.sum.{n.lower()}") for n in NETWORKS}
        ids = [pod.task_id for pod in stacks.values()]
        quality = ti.xcom_pull(task_ids=ids)
        return {"sums": sums, "quality": quality}

    pick = PythonOperator(task_id="pick", python_callable=picks)

    @task
    def magnitudes(picked, events, ti=None):
        window = ti.xcom_pull(task_ids="settings")["window"]
        located = ti.xcom_pull(task_ids="stack.sum.ge")
        return picked, len(events), window, located

    locate = KubernetesPodOperator(
        task_id="locate",
        name="locate",
        arguments=["locate", pick.output, *[stack.output for key, stack in stacks.items() if key.endswith("z")]],
        env_vars={"FIRST": f"{stacks['ge_z'].output}", "NODE": str(stacks["ch_z"].output["pod_name"])},
    )

    magnitudes(pick.output, selected)
    selected >> stacking >> pick >> locate
