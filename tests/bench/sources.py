"""DAG files as long as one likes: pods that pull keys of earlier pods' return.json.

After the first pod, which reads nothing, each reads three of the pods one stage before it: `path`
of one as an argument, `rows` of another inside an argument, `checksum` of the third in an env var.
"""

HEAD = '''\
"""{about}"""

from datetime import datetime

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG, TaskGroup
from kubernetes.client import models as k8s

IMAGE = "registry.example.com/etl/worker:2.4.1"
DEFAULTS = {{"image": IMAGE, "namespace": "etl", "get_logs": True, "do_xcom_push": True}}

'''
DAG_ID = "bench_tasks"
#: Pods of one stage.
WIDTH = 25
_WITH_DAG = """\
with DAG("{dag_id}", schedule="@daily", start_date=datetime(2026, 1, 1), default_args=DEFAULTS):
"""


def task_id(number: int) -> str:
    return f"part_{number:04}"


def stage_of(number: int) -> int:
    """How many stages lie between the n-th pod and the first."""
    return -(-number // WIDTH)


def sources_of(number: int) -> tuple[int, int, int]:
    """The pods that the n-th pod reads; the first stage reads the first pod."""
    return _before(number), _before(number - 1), _before(number - 2)


def _before(number: int) -> int:
    return max(number - WIDTH, 0)


def written_out(pods: int) -> str:
    """The source of that many readers, each with a statement and templates of its own."""
    head = HEAD.format(about="Every pod written out.") + _WITH_DAG.format(dag_id=DAG_ID)
    return head + "".join(_pod(number) for number in range(pods + 1))


def _pod(number: int) -> str:
    own = task_id(number)
    if not number:
        return f'    {own} = KubernetesPodOperator(task_id="{own}", arguments=["--first"])\n'
    path, rows, checksum = map(task_id, sources_of(number))
    above = ", ".join(sorted({path, rows, checksum}))
    return f"""\
    {own} = KubernetesPodOperator(
        task_id="{own}",
        arguments=[
            "--in",
            "{{{{ ti.xcom_pull(task_ids='{path}')['path'] }}}}",
            "--rows={{{{ ti.xcom_pull(task_ids='{rows}')['stats']['rows'] }}}}",
        ],
        env_vars={{"CHECKSUM": "{{{{ task_instance.xcom_pull('{checksum}').checksum }}}}"}},
    )
    [{above}] >> {own}
"""


def by_loop(pods: int) -> str:
    """The source of the same pods, made in a loop over stages and their parts."""
    head = HEAD.format(about="Every pod made by a loop.") + _WITH_DAG.format(dag_id=DAG_ID)
    return f"""\
{head}    pods = [KubernetesPodOperator(task_id="{task_id(0)}", arguments=["--first"])]
    for stage in range({pods // WIDTH}):
        for number in range(1 + stage * {WIDTH}, 1 + (stage + 1) * {WIDTH}):
            path = number - {WIDTH} if number > {WIDTH} else 0
            rows = path - 1 if path > 1 else 0
            checksum = path - 2 if path > 2 else 0
            pod = KubernetesPodOperator(
                task_id=f"part_{{number:04}}",
                arguments=[
                    "--in",
                    f"{{{{{{{{ ti.xcom_pull(task_ids='part_{{path:04}}')['path'] }}}}}}}}",
                    "--rows={{{{ ti.xcom_pull(task_ids='part_%04d')['stats']['rows'] }}}}" % rows,
                ],
                env_vars={{
                    "CHECKSUM": "{{{{ task_instance.xcom_pull('part_"
                    + f"{{checksum:04}}"
                    + "').checksum }}}}"
                }},
            )
            [pods[path], pods[rows], pods[checksum]] >> pod
            pods.append(pod)
"""
