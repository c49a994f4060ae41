"""
Drill core scans: hyperspectral camera to mineral map.

The names of the calibration task and of the archive are those of the site (projects/<site>.yml):

unresolvable: unmix.arguments[1]
unresolvable: archive.bash_command
"""
from datetime import datetime
from pathlib import Path

import yaml

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator


def load_site():
    try:
        return yaml.safe_load(Path(__file__).with_name("site.yml").read_text())
    except FileNotFoundError:
        return {"calibration": "calibrate_vnir", "archive_key": "tape"}


site = load_site()

POD = dict(namespace="cores", image="cores/spectral:0.9", do_xcom_push=True, in_cluster=True)


def new_boxes(ds):
    return [f"/scans/{ds}/box{n:03d}" for n in range(1, 4)]


def summarise(boxes, minerals):
    return {"boxes": len(boxes), "main": max(minerals, key=minerals.get)}


with DAG(
    dag_id="geology_core_scans",
    start_date=datetime(2024, 2, 1),
    schedule=None,
    params={"endmembers": "usgs"},
) as dag:
    boxes = PythonOperator(task_id="new_boxes", python_callable=new_boxes)

    vnir = KubernetesPodOperator(
        task_id="calibrate_vnir",
        name="vnir",
        arguments=["calibrate", "--camera=vnir", boxes.output],
        **POD,
    )
    swir = KubernetesPodOperator(
        task_id="calibrate_swir",
        name="swir",
        arguments=["calibrate", "--camera=swir", boxes.output],
        **POD,
    )

    unmix = KubernetesPodOperator(
        task_id="unmix",
        name="unmix",
        arguments=[
            "unmix",
            f"{{{{ ti.xcom_pull(task_ids='{site['calibration']}')['cube'] }}}}",
            "--second={{ ti.xcom_pull(task_ids='calibrate_swir')['cube'] }}",
            "--endmembers={{ params.endmembers }}",
        ],
        **POD,
    )

    mosaic = BashOperator(
        task_id="mosaic",
        bash_command=f"gdal_merge.py -o /maps/{{{{ ds }}}}.tif {unmix.output} && echo /maps/{{{{ ds }}}}.tif",
    )

    summary = PythonOperator(
        task_id="summarise",
        python_callable=summarise,
        op_kwargs={"boxes": boxes.output, "minerals": unmix.output},
    )

    archive = BashOperator(
        task_id="archive",
        bash_command="tar-to {{ ti.xcom_pull(task_ids='new_boxes', key='" + site["archive_key"] + "') }}",
    )

    sheet = BashOperator(
        task_id="data_sheet",
        bash_command="sheet --map $MAP --main '{{ ti.xcom_pull(task_ids='summarise')['main'] }}'",
        env={"MAP": mosaic.output, "BOXES": "{{ ti.xcom_pull(task_ids='summarise').boxes }}"},
    )

    [vnir, swir] >> unmix >> archive
