"""Telemetry of the live games: one mapped pod per shard, one per (title, platform)."""
from datetime import datetime

from airflow.decorators import dag, task
from airflow.models.xcom_arg import XComArg
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

POD = dict(namespace="telemetry", image="telemetry/jobs:57", in_cluster=True, get_logs=True)
TITLES = ["skyfall", "dune-racer"]


def _discover(ti=None):
    ti.xcom_push(key="day", value="2024-08-01")
    return [["--shard", "0"], ["--shard", "1"]]


@dag(dag_id="game_telemetry", start_date=datetime(2024, 8, 1), schedule="@hourly", catchup=False)
def telemetry():
    discover = PythonOperator(task_id="discover_shards", python_callable=_discover)

    compact = KubernetesPodOperator.partial(
        task_id="compact",
        name="compact",
        cmds=["compact"],
        env_vars={"SHARDS": "{{ ti.xcom_pull(task_ids='discover_shards') | length }}", "TITLES": ",".join(TITLES)},
        do_xcom_push=True,
        **POD,
    ).expand(arguments=XComArg(discover))

    @task
    def plan(compacted, title):
        return [{"arguments": ["--title", title, "--src", c["path"]], "labels": {"n": str(i)}} for i, c in enumerate(compacted)]

    @task
    def funnel(day, title, rows):
        return {"title": title, "rows": rows, "day": day}

    @task
    def count_rows(title):
        return len(title)

    rows = count_rows.expand(title=TITLES)
    funnels = funnel.partial(day="{{ ds }}").expand(title=TITLES, rows=rows)

    for title in TITLES:
        slug = title.replace("-", "_")
        kwargs_list = plan.override(task_id=f"plan_{slug}")(compact.output, title)
        KubernetesPodOperator.partial(task_id=f"aggregate_{slug}", name=f"aggregate-{title}", **POD).expand_kwargs(kwargs_list)

    heatmap = KubernetesPodOperator.partial(
        task_id="heatmap", name="heatmap", cmds=["heatmap"], **POD
    ).expand(
        arguments=[
            ["--title", t, "--first", "{{ ti.xcom_pull(task_ids='compact')[0]['path'] }}"] for t in TITLES
        ]
    )

    retention = KubernetesPodOperator.partial(task_id="retention", name="retention", **POD).expand_kwargs(
        [
            {"arguments": ["d1", str(discover.output["day"])], "env_vars": {"WINDOW": "1"}},
            {"arguments": ["d7", "{{ ti.xcom_pull(task_ids='funnel', map_indexes=1)['day'] }}"], "env_vars": {"WINDOW": "7"}},
        ]
    )

    alert = BashOperator.partial(task_id="alert").expand(
        bash_command=["echo 1 {{ ti.xcom_pull(task_ids='count_rows') | sum }}", "echo 2 {{ ds }}"]
    )

    @task
    def total(values):
        return sum(v["rows"] for v in values)

    total(funnels) >> [heatmap, retention, alert]


telemetry()
