from datetime import datetime

from airflow import DAG
from airflow.decorators import task
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

SCANS = "/mnt/scans"
DERIVATIVES = "/mnt/derivatives"


def _write_manifest(objects, **context):
    ti = context["ti"]
    checksums = ti.xcom_pull(task_ids="checksum")
    sizes = ti.xcom_pull(task_ids="measure")
    return {"objects": len(objects), "files": list(zip(checksums, sizes))}


with DAG(
    "museum_digitisation",
    start_date=datetime(2024, 5, 1),
    schedule=None,
    catchup=False,
    params={"collection": "ceramics"},
    tags=["collections"],
) as dag:

    @task
    def list_scans(params=None):
        from pathlib import Path

        return sorted(str(p) for p in Path(SCANS, params["collection"]).glob("*.tif"))

    @task
    def thumbnail_command(scan: str) -> str:
        name = scan.rsplit("/", 1)[-1]
        return f"convert {scan} -resize 400 {DERIVATIVES}/{name}.jpg && echo {DERIVATIVES}/{name}.jpg"

    @task(max_active_tis_per_dag=4)
    def checksum(scan: str) -> str:
        import hashlib

        return hashlib.sha256(open(scan, "rb").read()).hexdigest()

    @task
    def measure(scan: str, unit: str) -> int:
        import os

        return os.path.getsize(scan) // (1024 if unit == "kb" else 1)

    @task
    def contact_sheet(thumbnails: list, title: str) -> str:
        return f"{title}: {len(list(thumbnails))} images"

    scans = list_scans()
    commands = thumbnail_command.expand(scan=scans)
    thumbnails = BashOperator.partial(task_id="thumbnail", do_xcom_push=True).expand(bash_command=commands)

    sums = checksum.expand(scan=scans)
    sizes = measure.partial(unit="kb").expand(scan=scans)

    manifest = PythonOperator(
        task_id="write_manifest",
        python_callable=_write_manifest,
        op_kwargs={"objects": scans},
    )
    [sums, sizes] >> manifest

    sheet = contact_sheet(thumbnails.output, title="{{ params.collection }} {{ ds }}")

    BashOperator(
        task_id="announce",
        bash_command="wall '{{ ti.xcom_pull(task_ids=\"contact_sheet\") }} / "
        "{{ ti.xcom_pull(task_ids=\"write_manifest\")[\"objects\"] }} objects'",
    ).set_upstream([sheet, manifest])
