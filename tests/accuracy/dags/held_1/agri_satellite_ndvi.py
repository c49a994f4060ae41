"""NDVI composites per growing region from Sentinel-2 tiles."""
from collections import defaultdict, deque
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

TILES = {
    "T32TMT": "north",
    "T32TMS": "north",
    "T32TLS": "south",
}
BANDS = ["B04", "B08"]


def grouped(mapping):
    result = defaultdict(list)
    for key, value in mapping.items():
        result[value].append(key)
    return dict(result)


def steps(tile):
    """The chain of a tile: (name, arguments, what it reads)."""
    yield "download", ["--tile", tile, "--bands", *BANDS], None
    yield "mask", ["--scl", "4,5"], "download"
    yield "ndvi", ["--red", BANDS[0], "--nir", BANDS[-1]], "mask"


def pod_for(tile, step, arguments, reads):
    arguments = list(arguments)
    if reads:
        arguments += ["--input", "{{ ti.xcom_pull(task_ids='%s__%s')['uri'] }}" % (tile, reads)]
        arguments.extend(["--crs", "{{ ti.xcom_pull(task_ids='%s__download')['crs'] }}" % tile])
    return KubernetesPodOperator(
        task_id=f"{tile}__{step}",
        name=f"{tile}-{step}".lower(),
        namespace="eo",
        image=f"eo/{step}:1.9",
        arguments=arguments,
        do_xcom_push=True,
    )


def tile_chain(tile):
    previous = None
    for step, arguments, reads in steps(tile):
        current = pod_for(tile, step, arguments, reads)
        if previous is not None:
            previous >> current
        previous = current
        yield current


def clouds(regions, composites, ti, worst=0.4):
    bad = defaultdict(list)
    for region, tiles in regions.items():
        for tile in tiles:
            mask = ti.xcom_pull(task_ids=f"{tile}__mask")
            ndvi = ti.xcom_pull(task_ids="__".join((tile, "ndvi")))
            if mask["clouds"] > worst:
                bad[region].append(ndvi["uri"])
    return dict(bad), composites


with DAG("agri_satellite_ndvi", start_date=datetime(2023, 4, 1), schedule="0 3 */5 * *", catchup=False) as dag:
    last = {}
    for tile in TILES:
        *_, last[tile] = tile_chain(tile)

    composites = []
    for region, tiles in grouped(TILES).items():
        script = "composite --region " + region
        queue = deque(tiles)
        i = 0
        while queue:
            tile = queue.popleft()
            script += f" --in{i} {{{{ ti.xcom_pull(task_ids='{tile}__ndvi')['uri'] }}}}"
            i += 1
        composite = BashOperator(task_id=f"composite_{region}", bash_command=script)
        [last[t] for t in tiles] >> composite
        composites.append(composite)

    stats = BashOperator(
        task_id="stats",
        bash_command="\n".join(
            f"echo {c.task_id.split('_', 1)[1].upper()}={{{{ ti.xcom_pull(task_ids={c.task_id!r}) }}}}" for c in composites
        ),
    )
    composites >> stats
    stats >> PythonOperator(
        task_id="clouds",
        python_callable=clouds,
        op_kwargs=dict(regions=grouped(TILES), composites={c.task_id: c.output for c in composites}),
    )

    attempt = 0
    upstream = stats
    while attempt < 2:
        attempt += 1
        check = BashOperator(
            task_id=f"check_{attempt}",
            bash_command="check.sh {{{{ ti.xcom_pull('{}') }}}} {}".format(upstream.task_id, attempt),
        )
        upstream >> check
        upstream = check
