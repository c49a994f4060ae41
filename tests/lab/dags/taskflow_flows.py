"""Values that travel as Python objects: TaskFlow calls, `.output`, and pods in between."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import dag, task

POD = {"startup_check_interval_seconds": 0.3}


@task
def choose(listing: dict, limit: int = 3) -> dict:
    """Takes what a pod listed and picks one."""
    return {"chosen": listing["paths"][1], "limit": limit, "of": len(listing["paths"])}


@task(multiple_outputs=True)
def split(choice: dict) -> dict:
    """Gives each key as an XCom of its own."""
    bucket, _, name = choice["chosen"].removeprefix("s3://").partition("/")
    return {"bucket": bucket, "name": name}


@task
def tell(bucket: str, name: str) -> str:
    """Puts two values together again."""
    return f"{bucket} holds {name}"


@dag(schedule=None, default_args=POD, tags=["lab", "flows"])
def taskflow_flows() -> None:
    listing = KubernetesPodOperator(
        task_id="listing",
        image="registry.local/give:1.0",
        arguments=[
            '{"paths": ["s3://lab/first-{{ run_id }}", "s3://lab/second-{{ run_id }}"], "n": 2}',
        ],
        do_xcom_push=True,
        multiple_outputs=True,
    )
    choice = choose(listing.output)
    parts = split(choice)
    tell(parts["bucket"], name=parts["name"])
    use = KubernetesPodOperator(
        task_id="use",
        image="registry.local/show:1.0",
        arguments=[
            "{{ ti.xcom_pull(task_ids='choose')['chosen'] }}",
            parts["name"],
        ],
    )
    use_output = KubernetesPodOperator(
        task_id="use_output",
        image="registry.local/show:1.0",
        arguments=listing.output["paths"],
    )
    choice >> use >> use_output


taskflow_flows()
