import os.path
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

BASE = "/mnt/digitisation"


def pod(task_id, source, *extra, image="museum/imaging:3", **kwargs):
    """A pod that reads the object list of `source`."""
    return KubernetesPodOperator(
        task_id=task_id,
        name=task_id.replace("_", "-"),
        image=image,
        arguments=[
            "--objects",
            "{{ ti.xcom_pull(task_ids='" + source + "')['objects'] | tojson }}",
            *extra,
        ],
        do_xcom_push=True,
        **kwargs,
    )


def script(name, **options):
    flags = " ".join(f"--{flag} {value}" for flag, value in options.items())
    return BashOperator(
        task_id=name,
        bash_command=f"cd {BASE} && ./{name} {flags}",
    )


def find_objects(collection, ds=None):
    return {"objects": [f"{collection}-{i}" for i in range(3)], "day": ds}


def count_objects(found, thumbs, *, strict=False):
    assert not strict or len(found["objects"]) == len(thumbs)


def write_iiif(ti):
    thumbs = ti.xcom_pull(task_ids="thumbnails")
    deep = ti.xcom_pull(task_ids="deep_zoom")
    colours = ti.xcom_pull(task_ids="colours")
    manifest = {"thumbs": thumbs, "tiles": deep, "palette": colours}
    path = os.path.join(BASE, "manifest.json")
    ti.xcom_push(key="manifest", value=path)
    ti.xcom_push(key="size", value=len(manifest))


with DAG(
    dag_id="museum_collections",
    start_date=datetime(2023, 9, 1),
    schedule="@daily",
    catchup=False,
) as dag:
    objects = PythonOperator(
        task_id="find_objects",
        python_callable=find_objects,
        op_args=["prints"],
    )
    thumbs = pod("thumbnails", "find_objects", "--size", "256")
    zoom = pod(
        "deep_zoom",
        "find_objects",
        "--tiles",
        "--day={{ ti.xcom_pull(task_ids='find_objects')['day'] }}",
        env_vars={"PALETTE": "{{ ti.xcom_pull(task_ids='colours')['file'] }}"},
    )
    colours = pod("colours", source="thumbnails", image="museum/palette:1")
    iiif = PythonOperator(task_id="write_iiif", python_callable=write_iiif)
    upload = script(
        "upload",
        manifest="{{ ti.xcom_pull(task_ids='write_iiif', key='manifest') }}",
        items="{{ ti.xcom_pull(key='size', task_ids='write_iiif') }}",
        bucket="iiif-public",
    )
    counted = PythonOperator(
        task_id="count_objects",
        python_callable=count_objects,
        op_args=(objects.output, thumbs.output),
        op_kwargs={"strict": True},
    )
    purge = script("purge-cache", day="{{ ds }}")

    counted >> iiif
    objects >> thumbs >> colours >> zoom >> iiif >> upload >> purge
