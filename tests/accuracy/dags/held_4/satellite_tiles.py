import datetime

from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from kubernetes.client import models as k8s

REGISTRY = "registry.geo.example/tiles"
NAMESPACE = "earth-observation"
SEARCH = "search_scenes"
MOSAIC = "build_mosaic"

resources = k8s.V1ResourceRequirements(
    requests={"cpu": "2", "memory": "8Gi"},
    limits={"memory": "16Gi"},
)

common = dict(
    namespace=NAMESPACE,
    in_cluster=True,
    get_logs=True,
    startup_timeout_seconds=600,
    container_resources=resources,
)


def write_stac(**kwargs):
    ti = kwargs["ti"]
    scenes = ti.xcom_pull(task_ids=SEARCH)["scenes"]
    mosaic = ti.xcom_pull(task_ids=MOSAIC)
    tiles = ti.xcom_pull(task_ids="tile")
    item = {"links": scenes, "assets": {"mosaic": mosaic["path"], "tiles": tiles}}
    return item


def announce(item, mosaic):
    print("new tiles", item["assets"], mosaic)


with DAG(
    dag_id="satellite_tiles",
    start_date=datetime.datetime(2024, 6, 1),
    schedule="0 6 * * *",
    catchup=False,
    max_active_runs=1,
) as dag:
    search = KubernetesPodOperator(
        task_id=SEARCH,
        name="search-scenes",
        image=f"{REGISTRY}/search:2.3",
        arguments=["--date", "{{ ds }}", "--max-cloud", "20"],
        do_xcom_push=True,
        **common,
    )

    download = KubernetesPodOperator(
        task_id="download",
        name="download",
        image=f"{REGISTRY}/download:2.3",
        arguments=[
            "--scenes",
            "{{ ti.xcom_pull(task_ids='search_scenes')['scenes'] | tojson }}",
            "--provider={{ ti.xcom_pull(task_ids='search_scenes')['provider']['name'] }}",
            "--bucket",
            "s3://raw-scenes/{{ ds_nodash }}",
        ],
        do_xcom_push=True,
        **common,
    )

    atmosphere = KubernetesPodOperator(
        task_id="atmospheric_correction",
        name="atmospheric-correction",
        image=f"{REGISTRY}/sen2cor:1.0",
        cmds=["python", "-m", "correct", "{{ ti.xcom_pull(task_ids='download')['prefix'] }}"],
        arguments=["--workers", "{{ ti.xcom_pull(task_ids='download').count }}"],
        labels={"orbit": "{{ ti.xcom_pull('" + SEARCH + "')['orbit'] }}"},
        do_xcom_push=True,
        **common,
    )

    mosaic = KubernetesPodOperator(
        task_id=MOSAIC,
        name="mosaic",
        image=f"{REGISTRY}/mosaic:4",
        arguments=["--in", "{{ ti.xcom_pull(task_ids='atmospheric_correction')['files'][0] }}", "--out", "/vsis3/mosaics"],
        do_xcom_push=True,
        **common,
    )

    tile = KubernetesPodOperator(
        task_id="tile",
        name="tile",
        image=f"{REGISTRY}/gdal2tiles:3.8",
        arguments=[
            f"{{{{ ti.xcom_pull(task_ids='{MOSAIC}')['path'] }}}}",
            f"--zoom={{{{ ti.xcom_pull(task_ids='{MOSAIC}')['zoom'] }}}}",
        ],
        node_selector={"pool": "{{ ti.xcom_pull(task_ids='search_scenes')['size'] }}"},
        **common,
    )

    cleanup = KubernetesPodOperator(
        task_id="cleanup",
        name="cleanup",
        image="bitnami/kubectl:1.30",
        cmds=["kubectl"],
        arguments=["delete", "pod", "{{ ti.xcom_pull(task_ids='tile', key='pod_name') }}", "-n", "{{ ti.xcom_pull(task_ids='tile', key='pod_namespace') }}"],
        trigger_rule="all_done",
        **common,
    )

    stac = PythonOperator(task_id="write_stac", python_callable=write_stac)
    news = PythonOperator(
        task_id="announce",
        python_callable=announce,
        op_args=[stac.output, mosaic.output],
    )

    search >> download >> atmosphere >> mosaic >> tile >> [cleanup, stac]
