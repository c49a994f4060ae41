"""Pulls that come at the wrong time: the producer was skipped, is later, or has not run yet."""

from datetime import timedelta

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.sensors.external_task import ExternalTaskSensor
from airflow.sdk import DAG, task
from airflow.sdk.exceptions import AirflowSkipException

# They come first: sensors wait for them, which keep a worker busy.
FIRST = 1000
POD = {"image": "registry.local/show:1.0", "startup_check_interval_seconds": 0.3}


@task
def skipped() -> dict[str, str]:
    """Has nothing to do today."""
    raise AirflowSkipException


@task
def late(run_id: str) -> dict[str, str]:
    """Comes after those who read it."""
    return {"uri": f"s3://lab/late-{run_id}"}


@task
def slow(run_id: str) -> dict[str, str]:
    """Runs only when those who read it have ended."""
    return {"uri": f"s3://lab/slow-{run_id}"}


@task
def at_last(run_id: str) -> dict[str, str]:
    """Runs between two tries of its reader."""
    return {"uri": f"s3://lab/at-last-{run_id}"}


with DAG("failing_times", schedule=None, default_args=POD, tags=["lab", "failing"]):
    of_skipped = KubernetesPodOperator(
        task_id="of_skipped",
        arguments=["{{ ti.xcom_pull(task_ids='skipped')['uri'] }}"],
        trigger_rule="all_done",
    )
    of_skipped_silently = KubernetesPodOperator(
        task_id="of_skipped_silently",
        env_vars={"URI": "{{ ti.xcom_pull(task_ids='skipped') }}"},
        trigger_rule="all_done",
    )
    of_later = KubernetesPodOperator(
        task_id="of_later",
        arguments=["{{ ti.xcom_pull(task_ids='late')['uri'] }}"],
    )
    of_later_silently = KubernetesPodOperator(
        task_id="of_later_silently",
        arguments=["{{ ti.xcom_pull(task_ids='late') }}"],
    )
    too_soon = KubernetesPodOperator(
        task_id="too_soon",
        priority_weight=FIRST,
        arguments=["{{ ti.xcom_pull(task_ids='slow')['uri'] }}"],
        trigger_rule="always",
    )
    too_soon_silently = KubernetesPodOperator(
        task_id="too_soon_silently",
        priority_weight=FIRST,
        arguments=["{{ ti.xcom_pull(task_ids='slow') }}"],
        trigger_rule="always",
    )
    both_too_soon = ExternalTaskSensor(
        task_id="both_too_soon",
        external_dag_id="failing_times",
        external_task_ids=["too_soon", "too_soon_silently"],
        allowed_states=["success", "failed"],
        poke_interval=1,
        timeout=900,
    )
    tried_again = KubernetesPodOperator(
        task_id="tried_again",
        priority_weight=FIRST,
        arguments=["{{ ti.xcom_pull(task_ids='at_last')['uri'] }}"],
        retries=5,
        retry_delay=timedelta(seconds=8),
    )
    first_try = ExternalTaskSensor(
        task_id="first_try",
        external_dag_id="failing_times",
        external_task_id="tried_again",
        allowed_states=["up_for_retry"],
        poke_interval=1,
        timeout=900,
    )

    skipped() >> [of_skipped, of_skipped_silently]
    last = late.override(trigger_rule="all_done")()
    [of_later, of_later_silently] >> last
    both_too_soon >> slow() >> [too_soon, too_soon_silently]
    first_try >> at_last.override(priority_weight=FIRST)()
