"""Catalogue of a library network: SQL tasks whose statements carry XComs.

unresolvable: load_extra.sql
"""

import pathlib
from datetime import datetime

from airflow import DAG

try:
    from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
except ImportError:
    from airflow.operators.sql import SQLExecuteQueryOperator

try:
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.python import PythonOperator

SCHEMA = "catalog"
BRANCHES = [("central", 1), ("harbour", 2)]

UPSERT = """
    insert into {schema}.{table} (isbn, title, branch)
    select isbn, title, {branch} from staging_{branch}
    where batch = '{{{{ ti.xcom_pull(task_ids='harvest_{name}')['batch'] }}}}'
      and modified > '{{{{ ti.xcom_pull('last_load', key='max_modified') }}}}'
"""

# Statements of local administrators, not under version control.
EXTRA_SQL = pathlib.Path("/srv/library/extra.sql")


def harvest(branch_id, ti, **_):
    since = ti.xcom_pull(task_ids="last_load", key="max_modified")
    return {"batch": f"{branch_id}-{since}", "files": []}


def max_modified(ti):
    rows = ti.xcom_pull(task_ids="query_last")
    ti.xcom_push(key="max_modified", value=rows[0][0] if rows else None)


with DAG(
    dag_id="library_catalog",
    start_date=datetime(2024, 1, 1),
    schedule="0 3 * * *",
    catchup=False,
    template_searchpath=["/srv/library/sql"],
    user_defined_macros={"schema": SCHEMA, "table_of": lambda name: f"{SCHEMA}.{name}"},
) as dag:
    query_last = SQLExecuteQueryOperator(
        task_id="query_last", conn_id="library", sql="select max(modified) from catalog.books"
    )
    last_load = PythonOperator(task_id="last_load", python_callable=max_modified)
    upserts = []
    for name, number in BRANCHES:
        h = PythonOperator(
            task_id="harvest_" + name, python_callable=harvest, op_kwargs={"branch_id": number}
        )
        upsert = SQLExecuteQueryOperator(
            task_id="upsert_" + name,
            conn_id="library",
            sql=[
                "begin",
                UPSERT.format(schema=SCHEMA, table="books", branch=number, name=name),
                "update {{ table_of('branches') }} set n = {{ ti.xcom_pull('harvest_"
                + name
                + "')['files'] | length }} where id = "
                + str(number),
                "commit",
            ],
            parameters={
                "batch": "{{ ti.xcom_pull(task_ids='harvest_%s').batch }}" % name,
                "previous": query_last.output,
            },
            split_statements=False,
        )
        last_load >> h >> upsert
        upserts.append(upsert)

    extra = SQLExecuteQueryOperator(
        task_id="load_extra",
        conn_id="library",
        sql=EXTRA_SQL.read_text() if EXTRA_SQL.exists() else "select '{{ ti.xcom_pull('harvest_central')['batch'] }}'",
    )
    stats = SQLExecuteQueryOperator(
        task_id="stats",
        conn_id="{{ ti.xcom_pull('choose_connection') }}",
        sql=f"""
            {{% set batches = [ti.xcom_pull('harvest_central')['batch'], ti.xcom_pull('harvest_harbour')['batch']] %}}
            select count(*) from {SCHEMA}.books
            where batch in ({{% for b in batches %}}'{{{{ b }}}}'{{{{ ", " if not loop.last }}}}{{% endfor %}})
              and '{{{{ (ti.xcom_pull(task_ids='query_last') or [[none]])[0][0] }}}}' is not null
        """,
    )
    choose = PythonOperator(task_id="choose_connection", python_callable=lambda: "library_replica")
    query_last >> last_load
    upserts >> extra >> choose >> stats
