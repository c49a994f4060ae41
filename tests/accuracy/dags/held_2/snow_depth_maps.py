"""Snow depth maps from the laser scans of the avalanche service."""
from datetime import datetime

from airflow import DAG
from airflow.decorators import task
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

SLOPES = [("gotthard", 2300), ("susten", 2100), ("grimsel", 2165)]
RESOLUTIONS = (1, 5)

with DAG(
    dag_id="snow_depth_maps",
    start_date=datetime(2023, 11, 15),
    end_date=datetime(2030, 5, 31),
    schedule="0 4 * * *",
    catchup=False,
) as dag:

    @task(task_id="new_scans")
    def new_scans() -> dict:
        return {slope: f"/lidar/{slope}/latest.laz" for slope, _ in SLOPES}

    @task
    def bulletin(depths: list, scans: dict, ti=None) -> str:
        text = []
        for (slope, altitude), depth in zip(SLOPES, depths):
            points = ti.xcom_pull(task_ids=f"ground_{slope}")["points"]
            text.append(f"{slope} ({altitude} m): {depth['mean']} cm, {points} points")
        return "\n".join(text)

    scans = new_scans()
    depths = []

    for slope, altitude in SLOPES:
        ground = KubernetesPodOperator(
            task_id=f"ground_{slope}",
            name=f"ground-{slope}",
            namespace="lidar",
            image="avalanche/lidar:7",
            arguments=["ground", "--altitude", str(altitude), scans[slope]],
            do_xcom_push=True,
        )

        depth = KubernetesPodOperator(
            task_id=f"depth_{slope}",
            name=f"depth-{slope}",
            namespace="lidar",
            image="avalanche/lidar:7",
            arguments=[
                "depth",
                f"--surface={{{{ ti.xcom_pull(task_ids='ground_{slope}')['surface'] }}}}",
                "--scan",
                scans[slope],
            ],
            do_xcom_push=True,
        )

        for metres in RESOLUTIONS:
            KubernetesPodOperator(
                task_id=f"map_{slope}_{metres}m",
                name=f"map-{slope}-{metres}m",
                namespace="lidar",
                image="avalanche/maps:7",
                arguments=[f"--resolution={metres}"],
                env_vars={
                    "RASTER": "{{ ti.xcom_pull(task_ids='depth_" + slope + "')['rasters'][" + str(metres) + "] }}",
                    "MAX_DEPTH": "{{ ti.xcom_pull(task_ids='depth_" + slope + "')['max'] | round | int }}",
                },
            ).set_upstream(depth)

        ground >> depth
        depths.append(depth.output)

    @task
    def post(text: str, depths: list, ti=None) -> None:
        for slope, _ in SLOPES:
            rasters = ti.xcom_pull(task_ids=f"depth_{slope}")["rasters"]
            print(slope, list(rasters))
        print(text, len(depths))

    post(bulletin(depths, scans), depths=depths)
