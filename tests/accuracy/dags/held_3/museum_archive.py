from datetime import datetime
from textwrap import dedent

from airflow import DAG
from airflow.decorators import task
from airflow.operators.bash import BashOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

SCAN = "ti.xcom_pull(task_ids='scan')"
META = "{% set meta = ti.xcom_pull(task_ids='describe') %}"
COLLECTIONS = ["maps", "prints"]

# Opened here, closed where the step of the collection is known.
COUNTS = "{{ ti.xcom_pull(task_ids='count')"

COMMAND = dedent(
    """
    {% set scan = ti.xcom_pull(task_ids='scan') %}
    {% set pages = scan.pages %}
    convert --dpi {{ scan['dpi'] }} --first {{ pages[0] }} --last {{ pages[-1] }}
    {% for format in ['tiff', 'jp2'] %}
    convert --format {{ format }} --out {{ ti.xcom_pull(task_ids='storage')[format] }}
    {% endfor %}
    {% if scan.get('damaged') %}
    restore {{ ti.xcom_pull(task_ids='describe')['author'] or 'unknown' }}
    {% elif ti.xcom_pull(task_ids='storage', key='readonly') %}
    exit 99
    {% endif %}
    """
)

with DAG(
    dag_id="museum_archive",
    start_date=datetime(2024, 3, 3),
    schedule=None,
    catchup=False,
) as dag:

    @task
    def scan():
        return {"dpi": 600, "pages": [1, 2, 3], "damaged": False}

    @task
    def storage(ti=None):
        ti.xcom_push(key="readonly", value=False)
        return {"tiff": "/archive/tiff", "jp2": "/archive/jp2"}

    @task
    def describe(scanned: dict) -> dict:
        return {"author": "N. N.", "title": {"en": "Map", "fr": "Carte"}}

    @task
    def count(titles):
        return {name: len(titles) for name in COLLECTIONS}

    @task
    def check(scanned, described, counts, ti=None):
        paths = ti.xcom_pull(task_ids="storage")
        readonly = ti.xcom_pull(task_ids="storage", key="readonly")
        return not readonly and len(paths) == 2 and scanned["dpi"] >= 300

    scanned = scan()
    described = describe(scanned)
    counted = count(described["title"])
    stored = storage()
    checked = check(scanned, described, counts=counted)

    convert = BashOperator(task_id="convert", bash_command=COMMAND)

    ocr = KubernetesPodOperator(
        task_id="ocr",
        name="ocr",
        image="museum/ocr:5",
        cmds=["ocr"],
        arguments=[
            "{{ (" + SCAN + " or {}).get('pages', []) | length }}",
            META + "{{ meta.title.en }} / {{ meta['title']['fr'] }}",
            f"{{{{ {SCAN}['dpi'] if {SCAN}['dpi'] else 300 }}}}",
        ],
        labels={"author": META + "{{ meta.author | lower | replace(' ', '-') }}"},
        do_xcom_push=True,
    )

    for name in COLLECTIONS:
        register = SQLExecuteQueryOperator(
            task_id=f"register_{name}",
            conn_id="museum",
            sql=f"UPDATE collections SET items = items + {COUNTS}['{name}'] }}}} WHERE name = '{name}'",
        )
        ocr >> register

    stored >> checked >> convert >> ocr
    counted >> ocr
