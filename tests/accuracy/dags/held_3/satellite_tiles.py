from datetime import datetime

from airflow.decorators import dag, task, task_group
from airflow.operators.bash import BashOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.utils.edgemodifier import Label

BANDS = ["B02", "B03", "B04", "B08"]
REGION = "eu-north"


@task
def search_scenes(region: str, max_cloud: float) -> list[dict]:
    return [{"id": "S2A_1", "url": "s3://scenes/1", "cloud": 0.1}]


@task
def only_urls(scenes):
    return [scene["url"] for scene in scenes]


@task
def checksum(path: str) -> str:
    return path[::-1]


@task
def mosaic(paths: list, band: str) -> dict:
    return {"band": band, "path": "/mosaic/" + band, "parts": len(list(paths))}


@task_group
def process_scene(url: str):
    download = KubernetesPodOperator(
        task_id="download",
        name="download",
        image="tiles/download:7",
        arguments=["--url", url, "--region", REGION],
        do_xcom_push=True,
    )
    digest = checksum(download.output)
    verify = BashOperator(
        task_id="verify",
        bash_command="verify {{ ti.xcom_pull(task_ids='process_scene.download', map_indexes=ti.map_index) }}",
        env={"SUM": digest},
    )
    download >> verify


@dag(start_date=datetime(2024, 1, 1), schedule="0 2 * * *", catchup=False)
def satellite_tiles():
    scenes = search_scenes(REGION, max_cloud=0.3)
    urls = only_urls(scenes)
    processed = process_scene.expand(url=urls)

    mosaics = []
    for band in BANDS:
        made = mosaic.override(task_id=f"mosaic_{band.lower()}")(urls, band=band)
        processed >> Label(band) >> made
        mosaics.append(made)

    ndvi = KubernetesPodOperator(
        task_id="ndvi",
        name="ndvi",
        image="tiles/index:2",
        arguments=["ndvi", "--red", "{{ ti.xcom_pull(task_ids='mosaic_b04')['path'] }}"],
        env_vars={"NIR": "{{ ti.xcom_pull(task_ids='mosaic_b08')['path'] }}"},
        do_xcom_push=True,
    )
    mosaics >> ndvi

    publish = BashOperator(
        task_id="publish",
        bash_command="publish_tiles "
        + " ".join("{{ ti.xcom_pull(task_ids='mosaic_" + b.lower() + "')['path'] }}" for b in BANDS)
        + " {{ ti.xcom_pull(task_ids='ndvi')['files'][0] }}",
    )
    ndvi >> publish


satellite_tiles()
