"""Task ids, branches and templates that are told elsewhere: an import, the environment."""

import os

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG
from lab_shared.pods import reader
from lab_shared.tables import TABLES

POD = {"startup_check_interval_seconds": 0.3}
SHOW = "registry.local/show:1.0"

with DAG("imported_flows", schedule=None, default_args=POD, tags=["lab", "flows"]):
    dumps = []
    for table in TABLES:
        dump = KubernetesPodOperator(
            task_id=f"dump_{table}",
            image="registry.local/give:1.0",
            arguments=[f'{{"path": "s3://lab/{table}-{{{{ run_id }}}}", "n": 7}}'],
            do_xcom_push=True,
        )
        load = KubernetesPodOperator(
            task_id=f"load_{table}",
            image=SHOW,
            arguments=[
                f"--in={{{{ ti.xcom_pull('dump_{table}')['path'] }}}}",
                f"{{{{ ti.xcom_pull(task_ids='dump_{table}')['n'] }}}}",
            ],
            env_vars={"TABLE": table},
        )
        dump >> load
        dumps.append(dump)

    if os.environ.get("LAB_IS_LARGE"):
        report = KubernetesPodOperator(
            task_id="report",
            image=SHOW,
            arguments=["large", "{{ ti.xcom_pull('dump_clients')['path'] }}"],
        )
    else:
        report = KubernetesPodOperator(
            task_id="report",
            image=SHOW,
            arguments=["small", "{{ ti.xcom_pull('dump_orders')['path'] }}"],
        )
    wide = KubernetesPodOperator(
        task_id="wide",
        image=SHOW,
        arguments=[
            "{{ ti.xcom_pull('dump_%s')['path'] }}" % os.environ.get("LAB_TABLE", "orders")  # noqa: UP031 # as people write it
        ],
    )
    helped = reader("helped", "dump_orders", "path", "n", startup_check_interval_seconds=0.3)
    for dump in dumps:
        dump >> [report, wide, helped]
