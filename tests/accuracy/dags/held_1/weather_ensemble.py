"""ECMWF/GFS ensemble post-processing for the regions we forecast."""
import itertools
from datetime import datetime

import pendulum

from airflow import DAG
from airflow.decorators import task
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.utils.task_group import TaskGroup

CENTRES = ["ecmwf", "gfs"]
REGIONS = ["alps", "iberia", "nordics"]
MEMBERS = dict(zip(CENTRES, (50, 30)))
RESOLUTION = dict(ecmwf="0p10", gfs="0p25")


def fetch(centre, members, **_):
    return {"dir": f"/data/{centre}", "members": members, "files": [f"{centre}_{i:02d}.grib2" for i in range(members)]}


def verify(ti, centres, **context):
    dirs = ti.xcom_pull(task_ids=["fetch_ecmwf", "fetch_gfs"])
    for centre, d in zip(centres, dirs):
        assert d["dir"].endswith(centre)


def summarise(ti, **kwargs):
    biases = {}
    for region in REGIONS:
        biases[region] = ti.xcom_pull(task_ids=f"blend.blend_{region}")
    return biases


with DAG(
    "weather_ensemble",
    start_date=pendulum.datetime(2024, 1, 1, tz="Europe/Zurich"),
    schedule="30 */6 * * *",
    catchup=False,
    user_defined_macros={"cycle": lambda dt: dt.strftime("%H")},
) as dag:
    fetches = {
        c: PythonOperator(task_id=f"fetch_{c}", python_callable=fetch, op_args=[c], op_kwargs={"members": MEMBERS[c]})
        for c in CENTRES
    }
    check = PythonOperator(task_id="verify", python_callable=verify, op_kwargs={"centres": CENTRES})

    regridded = {}
    with TaskGroup("regrid") as regrid:
        for n, (centre, region) in enumerate(itertools.product(CENTRES, REGIONS), start=1):
            src = f"fetch_{centre}"
            regridded[centre, region] = BashOperator(
                task_id=f"{centre}_{region}",
                bash_command=(
                    f"cdo -P {n} remapbil,{region}_{RESOLUTION[centre]}.grid "
                    f"{{{{ ti.xcom_pull(task_ids='{src}')['dir'] }}}}/"
                    f"{{{{ ti.xcom_pull(task_ids='{src}')['files'][0] }}}} /scratch/{region}/{centre}.nc"
                    " && echo /scratch/{{ cycle(logical_date) }}"
                ),
            )

    with TaskGroup(group_id="blend") as blend:
        for region in REGIONS:
            inputs = [regridded[c, region] for c in CENTRES]
            BashOperator(
                task_id=f"blend_{region}",
                bash_command="blend.py " + " ".join(
                    "{{ ti.xcom_pull(task_ids='%s') }}" % i.task_id for i in inputs
                ),
                env={
                    "WEIGHTS": "{{ (ti.xcom_pull(task_ids='verify') or {}).get('weights', 'equal') }}",
                    "MEMBERS_" + CENTRES[0].upper(): "{{ ti.xcom_pull('" + fetches[CENTRES[0]].task_id + "')['members'] | int }}",
                },
            )

    @task
    def skill(regional, *members, reference="ecmwf", **context):
        ti = context["ti"]
        ref = ti.xcom_pull(task_ids="fetch_" + reference)
        other = ti.xcom_pull(task_ids=f"fetch_{'gfs' if reference == 'ecmwf' else 'ecmwf'}")
        return {"members": (ref["members"], other["members"]), "grids": len(members), "regional": regional}

    blended = [dag.get_task(f"blend.blend_{r}").output for r in REGIONS]
    scores = skill(blended, *(t.output for t in regridded.values()))
    bias = PythonOperator(task_id="bias", python_callable=summarise)
    publish = BashOperator(
        task_id="publish",
        bash_command="{% set b = ti.xcom_pull(task_ids='bias') %}"
        "publish --alps {{ b['alps'] }} --iberia {{ b.iberia }} --nordics '{{ b.get('nordics', 0) | round(2) }}'",
    )

    list(fetches.values()) >> check >> regrid >> blend >> bias >> publish
