# ruff: noqa: E501  # the lines of the file that is made
"""A long DAG file, with all that people write into one: groups, helpers, loops, callables."""

from itertools import count

HEAD = '''\
"""A long DAG file."""

import json
from datetime import datetime

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, TaskGroup, task
from kubernetes.client import models as k8s

REGISTRY = "registry.example.com/etl"
COMMON = {"LOG_LEVEL": "info", "RUN": "{{ run_id }}"}
DEFAULTS = {"namespace": "etl", "get_logs": True, "do_xcom_push": True, "retries": 2}


def pod(task_id, source, key, *, image="worker", **more):
    """A pod that reads one key of one source."""
    arguments = ["--mode", "batch", f"--in={{{{ ti.xcom_pull(task_ids='{source}')['{key}'] }}}}"]
    arguments.extend(more.pop("extra", []))
    return KubernetesPodOperator(
        task_id=task_id,
        image=f"{REGISTRY}/{image}:2.4",
        arguments=arguments,
        env_vars={**COMMON, "SOURCE": source},
        **more,
    )


with DAG("long_file", schedule="@daily", start_date=datetime(2026, 1, 1), default_args=DEFAULTS):
'''

# One area of the file: a group of pods, written out, in a loop, by the helper, and with callables.
_AREA = '''
    # --- area {n} ---------------------------------------------------------------------------------
    TABLES_{n} = {{"orders": ["id", "day"], "items": ["id", "sku"], "stock": ["sku", "count"]}}
    LIMITS_{n} = {{name: 1000 * len(columns) for name, columns in TABLES_{n}.items()}}

    with TaskGroup("area_{n}") as area_{n}:
        extract_{n} = KubernetesPodOperator(
            task_id="extract",
            image=REGISTRY + "/extract:1.9",
            cmds=["python", "-m", "extract"],
            arguments=["--area", "{n}", "--limits", json.dumps(LIMITS_{n})],
            env_vars=dict(COMMON, AREA="{n}"),
        )
        checked_{n} = KubernetesPodOperator(
            task_id="check",
            image=f"{{REGISTRY}}/check:1.2",
            arguments=[
                "--in",
                "{{{{ ti.xcom_pull(task_ids='area_{n}.extract')['path'] }}}}",
                "--rows",
                "{{{{ ti.xcom_pull(task_ids='area_{n}.extract')['stats']['rows'] }}}}",
                "--owner={{{{ (ti.xcom_pull('area_{n}.extract') or {{}}).get('owner', 'nobody') }}}}",
            ],
            env_vars=[
                k8s.V1EnvVar(name="AREA", value="{n}"),
                k8s.V1EnvVar(
                    name="CHECKSUM",
                    value="{{{{ task_instance.xcom_pull('area_{n}.extract')['checksum'] }}}}",
                ),
                k8s.V1EnvVar(
                    name="POD_IP",
                    value_from=k8s.V1EnvVarSource(
                        field_ref=k8s.V1ObjectFieldSelector(field_path="status.podIP")
                    ),
                ),
            ],
            labels={{"area": "{n}", "tag": "{{{{ ti.xcom_pull('area_{n}.extract')['tag'] }}}}"}},
        )
        extract_{n} >> checked_{n}
        loads_{n} = []
        for table, columns in TABLES_{n}.items():
            load = KubernetesPodOperator(
                task_id=f"load_{{table}}",
                image=f"{{REGISTRY}}/load:3.0",
                arguments=[
                    "--table=" + table,
                    "--columns",
                    ",".join(columns),
                    f"--in={{{{{{{{ ti.xcom_pull(task_ids='area_{n}.check')['tables']['{{table}}'] }}}}}}}}",
                    "--limit=%d" % LIMITS_{n}[table],
                ],
                env_vars={{**COMMON, "TABLE": table}},
            )
            checked_{n} >> load
            loads_{n}.append(load)
        with TaskGroup("report"):
            small_{n} = pod("small", "area_{n}.load_orders", "summary", extra=["--small"])
            large_{n} = pod("large", "area_{n}.load_" + "items", "summary", image="report")
            joined_{n} = KubernetesPodOperator(
                task_id="joined",
                image=f"{{REGISTRY}}/report:1.0",
                arguments=[
                    "{{{{ ti.xcom_pull(task_ids='%s')['%s'] }}}}" % (source, key)
                    for source, key in (
                        ("area_{n}.report.small", "path"),
                        ("area_{n}.report.large", "path"),
                    )
                ],
                env_vars={{"ALL": "{{{{ ti.xcom_pull(task_ids=['area_{n}.report.small'])[0] | tojson }}}}"}},
            )
            loads_{n} >> small_{n} >> large_{n} >> joined_{n}

    def decide_{n}(ti, **context):
        """Tells the channel how many rows came."""
        checked = ti.xcom_pull(task_ids="area_{n}.check")
        rows = checked["stats"]["rows"]
        joined = context["ti"].xcom_pull(task_ids="area_{n}.report.joined", key="return_value")
        return {{"rows": rows, "path": joined.get("path")}}

    decided_{n} = PythonOperator(
        task_id="decide_{n}",
        python_callable=decide_{n},
        op_kwargs={{"summary": joined_{n}.output["summary"], "limits": LIMITS_{n}}},
    )

    @task(task_id="tell_{n}")
    def tell_{n}(decision, channel="#etl"):
        return f"{{channel}}: {{decision}}"

    tell_{n}(decided_{n}.output)
    area_{n} >> decided_{n}
'''


def long_file(lines: int) -> str:
    """A DAG file of at least that many lines, and at most one area more."""
    parts = [HEAD]
    for number in count(1):
        if sum(part.count("\n") for part in parts) >= lines:
            break
        parts.append(_AREA.format(n=number))
    return "".join(parts)
