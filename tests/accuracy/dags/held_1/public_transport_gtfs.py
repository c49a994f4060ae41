"""GTFS static feeds of the agencies: download, validate, convert, publish."""
from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator
from airflow.utils.task_group import TaskGroup

class AgencyGroup(TaskGroup):
    """One group per agency, so that nobody spells its id by hand."""

    PREFIX = "agency_"

    def __init__(self, agency, **kwargs):
        super().__init__(group_id=self.PREFIX + agency, **kwargs)
        self.agency = agency

    def ref(self, task, field=None):
        field = f".{field}" if field else ""
        return "{{ ti.xcom_pull(task_ids='" + self.child_id(task) + "')" + field + " }}"


AGENCIES = {
    "bvg": {"url": "https://bvg.example/gtfs.zip", "files": ["stops", "routes"]},
    "mvg": {"url": "https://mvg.example/gtfs.zip", "files": ["stops"]},
}


def download(url, **_):
    return {"zip": "/tmp/feed.zip", "sha": "abc", "url": url}


def validate(ti, **_):
    me = ti.task_id
    group = me.rsplit(".", 1)[0]
    feed = ti.xcom_pull(task_ids=f"{group}.download")
    return feed["sha"]


def changed(ti, agencies, **_):
    out = []
    for a in agencies:
        if ti.xcom_pull(task_ids=f"agency_{a}.validate"):
            out.append(a)
    return out


with DAG(
    "public_transport_gtfs",
    start_date=datetime(2023, 12, 10),
    schedule="0 4 * * *",
    catchup=False,
    default_args={
        "retries": 1,
        # every shell task may look at what changed
        "env": {"CHANGED": "{{ ti.xcom_pull(task_ids='publish.changed') | join(',') }}", "LANG": "C"},
        "append_env": True,
    },
) as dag:
    start = EmptyOperator(task_id="start")
    agency_groups = []
    converted = {}
    for agency, cfg in AGENCIES.items():
        with AgencyGroup(agency) as tg:
            dl = PythonOperator(task_id="download", python_callable=download, op_args=[cfg["url"]])
            val = PythonOperator(task_id="validate", python_callable=validate)
            with TaskGroup("convert", prefix_group_id=True) as conv:
                for f in cfg["files"]:
                    t = BashOperator(
                        task_id=f,
                        bash_command=f"csv2parquet {{{{ ti.xcom_pull(task_ids='{tg.group_id}.download')['zip'] }}}} {f}.txt"
                        f" # {{{{ ti.xcom_pull(task_ids='{dl.task_id}')['sha'] }}}}",
                        env={"SHA": "{{ ti.xcom_pull('" + val.task_id + "') }}"},
                    )
                    converted[agency, f] = t
            with TaskGroup("index", prefix_group_id=False):
                BashOperator(
                    task_id=f"index_{agency}",
                    bash_command=" && ".join(
                        "idx {{ ti.xcom_pull(task_ids='%s.%s') }}" % (conv.group_id, f) for f in cfg["files"]
                    ),
                ) << list(conv.children.values())
            cov = BashOperator(
                task_id="coverage",
                bash_command=f"coverage {tg.ref('download', 'zip')} {tg.ref('validate')}",
                env={"AGENCY": tg.agency},
            )
            dl >> val >> conv >> cov
        agency_groups.append(tg)

    with TaskGroup("publish") as publish:
        ch = PythonOperator(task_id="changed", python_callable=changed, op_kwargs={"agencies": list(AGENCIES)})
        stops = BashOperator(
            task_id="merge_stops",
            bash_command="merge "
            + " ".join("{{ ti.xcom_pull(task_ids='" + t.task_id + "') }}" for (a, f), t in converted.items() if f == "stops"),
            env={
                "INDEX_BVG": "{{ ti.xcom_pull(task_ids='index_bvg') }}",
                "ROUTES": f"{{{{ ti.xcom_pull(task_ids='{converted['bvg', 'routes'].task_id}') }}}}",
            },
        )
        ch >> stops
        last = PythonOperator(
            task_id="announce",
            python_callable=lambda coverage, merged, ti: (coverage, merged, ti.xcom_pull(task_ids="publish.changed")),
            op_kwargs={
                "coverage": {g.agency: dag.get_task(g.child_id("coverage")).output for g in agency_groups},
                "merged": stops.output,
            },
        )
        stops >> last
    start >> agency_groups >> publish
