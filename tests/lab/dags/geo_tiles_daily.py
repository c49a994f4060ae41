"""The day's satellite scenes become map tiles: the showcase of a mistyped task id."""

from datetime import timedelta

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, TaskGroup, task

POD = {
    "namespace": "geo",
    "startup_check_interval_seconds": 0.3,
    "log_pod_spec_on_failure": False,
}


def report(score: float, source: str) -> str:
    return f"{source}: {score}"


with DAG("geo_tiles_daily", schedule=None, default_args=POD, tags=["showcase", "geo"]):
    plan_area = KubernetesPodOperator(
        task_id="plan_area",
        image="registry.geo/planner:2.3",
        env_vars={"DAY": "{{ ds }}"},
        do_xcom_push=True,
    )
    list_scenes = KubernetesPodOperator(
        task_id="list_scenes",
        image="registry.geo/scenes:2.3",
        env_vars={"DAY": "{{ ds }}"},
        do_xcom_push=True,
    )
    fetch_dem = KubernetesPodOperator(
        task_id="fetch_dem",
        image="registry.geo/dem:1.9",
        env_vars={
            "DAY": "{{ ds }}",
            "AOI": "{{ ti.xcom_pull(task_ids='plan_area')['aoi_wkt'] }}",
        },
        do_xcom_push=True,
    )
    extract_tiles = KubernetesPodOperator(
        task_id="extract_tiles",
        image="registry.geo/tiler:4.2",
        arguments=[
            "--grid={{ ti.xcom_pull('plan_area')['grid_uri'] }}",
            "extract",
            "--out=s3://geo-prod/tiles/{{ ds }}",
            "--zoom={{ ti.xcom_pull('plan_area')['zoom'] }}",
        ],
        env_vars={
            "SCENES": "{{ ti.xcom_pull('list_scenes')['scenes_uri'] }}",
            "GDAL_CACHEMAX": "2048",
            "AWS_TOKEN": "lab-token-of-nobody",
            "DAY": "{{ ds }}",
            "TRY": "{{ ti.try_number }}",
        },
        do_xcom_push=True,
        retries=2,
        retry_delay=timedelta(seconds=2),
    )

    @task
    def tile_arguments(extracted: dict) -> list[list[str]]:
        """One render command per tile."""
        return [["render", tile_id] for tile_id in extracted["tile_ids"]]

    render_tile = KubernetesPodOperator.partial(
        task_id="render_tile",
        image="registry.geo/renderer:4.2",
        env_vars={
            "DAY": "{{ ds }}",
            "TILES": "{{ ti.xcom_pull(task_ids='extract_tiles')['tiles_uri'] }}",
        },
        do_xcom_push=True,
        skip_on_exit_code=99,
    ).expand(arguments=tile_arguments(extract_tiles.output))

    build_overviews = KubernetesPodOperator(
        task_id="build_overviews",
        image="registry.geo/overviews:1.4",
        arguments=["--grid", "{{ ti.xcom_pull('plan_area')['grid_uri'] }}"],
        env_vars={
            "DAY": "{{ ds }}",
            "PATH_IN": "{{ ti.xcom_pull(task_ids='extarct_tiles')['tiles_uri'] }}",
            "DEM": "{{ ti.xcom_pull(task_ids='fetch_dem')['dem_uri'] }}",
        },
        do_xcom_push=True,
        retries=1,
        retry_delay=timedelta(seconds=2),
    )

    with TaskGroup("quality") as quality:
        crs = KubernetesPodOperator(
            task_id="crs",
            image="registry.geo/checker:1.0",
            arguments=["{{ ti.xcom_pull('extract_tiles')['crs'] }}"],
            do_xcom_push=True,
        )
        rows = KubernetesPodOperator(
            task_id="rows",
            image="registry.geo/checker:1.0",
            arguments=["rows"],
            env_vars={"SRC": "{{ ti.xcom_pull('extract_tiles')['tiles_uri'] }}"},
            do_xcom_push=True,
        )
        gaps = KubernetesPodOperator(
            task_id="gaps",
            image="registry.geo/checker:1.0",
            arguments=["gaps"],
            skip_on_exit_code=99,
        )

        @task
        def score(stats: dict) -> float:
            """How much of the area has data."""
            return round(1 - stats["stats"]["empty"] / stats["stats"]["tiles"], 4)

        scored = score(extract_tiles.output)

    write_report = PythonOperator(
        task_id="write_report",
        python_callable=report,
        op_kwargs={
            "score": scored,
            "source": "tiles in {{ ti.xcom_pull('extract_tiles')['tiles_uri'] }}",
        },
        trigger_rule="none_failed",
    )
    publish_stac = KubernetesPodOperator(
        task_id="publish_stac",
        image="registry.geo/stac:3.0",
        arguments=[
            "{{ ti.xcom_pull('build_overviews')['cog_uri'] }}",
            "--preview",
            "{{ ti.xcom_pull('render_tile')[0]['png_uri'] }}",
        ],
        trigger_rule="none_failed",
    )

    plan_area >> [fetch_dem, extract_tiles]
    list_scenes >> extract_tiles
    extract_tiles >> render_tile
    [extract_tiles, fetch_dem] >> build_overviews
    extract_tiles >> [crs, rows, gaps]
    quality >> write_report
    [build_overviews, render_tile] >> publish_stac
