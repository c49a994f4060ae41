"""Started by `cross_dag` only, once under a run id that `cross_dag` has no run of."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG, task

# It comes first: `cross_dag` waits for it, which keeps a worker busy.
POD = {
    "image": "registry.local/show:1.0",
    "startup_check_interval_seconds": 0.3,
    "priority_weight": 1000,
}


@task
def give(run_id: str) -> dict[str, str]:
    """Gives in every run."""
    return {"uri": f"s3://lab/given-{run_id}"}


@task
def sometimes(run_id: str) -> dict[str, str] | None:
    """Gives in the earlier run only."""
    return {"uri": f"s3://lab/sometimes-{run_id}"} if run_id.startswith("earlier-") else None


with DAG("cross_source", schedule=None, default_args=POD, tags=["lab", "failing", "on demand"]):
    given = give()
    other_run = KubernetesPodOperator(
        task_id="other_run",
        arguments=["{{ ti.xcom_pull(dag_id='cross_dag', task_ids='make') }}"],
    )
    other_run_of_old = KubernetesPodOperator(
        task_id="other_run_of_old",
        arguments=[
            (
                "{{ ti.xcom_pull(dag_id='cross_dag', task_ids='make', map_indexes=-1,"
                " include_prior_dates=True) }}"
            ),
        ],
    )
    stale = KubernetesPodOperator(
        task_id="stale",
        env_vars={
            "URI": (
                "{{ ti.xcom_pull('sometimes', include_prior_dates=True, map_indexes=-1)['uri'] }}"
            ),
        },
    )

    given >> [other_run, other_run_of_old]
    sometimes() >> stale
