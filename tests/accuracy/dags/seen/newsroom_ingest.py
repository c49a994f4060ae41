"""Agency feeds into the newsroom CMS. The templates grew long here; most tasks are shell scripts."""

from datetime import timedelta
from textwrap import dedent

import pendulum
from airflow import DAG

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import PythonOperator


def fetch_feed(agency, **_):
    return {"agency": agency, "articles": [], "cursor": {"next": None}}


FETCH_SCRIPT = dedent(
    """
    set -euo pipefail
    {% set feed = ti.xcom_pull(task_ids='fetch_reuters') %}
    export CURSOR="{{ feed.cursor.next }}"
    {% if feed['articles'] %}
    echo "{{ feed['articles'] | length }} articles"
    {% else %}
    echo "nothing, since {{ feed.get('since', ds) }}"
    {% endif %}
    """
)

LOOP = """
{%- for article in ti.xcom_pull('fetch_afp')['articles'] %}
curl -s -X POST "$CMS/articles" -d '{{ article | tojson }}'   # {{ article.slug }}
{%- endfor %}
"""

MACRO = (
    "{% macro flag(name, value) %}--{{ name }}={{ value }}{% endmacro %}"
    "dedupe "
    "{{ flag('left', ti.xcom_pull('fetch_reuters')['path']) }} "
    "{{ flag('right', ti.xcom_pull('fetch_afp')['path']) }} "
    "{{ flag('threshold', params.threshold) }}"
)

with DAG(
    dag_id="newsroom_ingest",
    schedule=timedelta(minutes=15),
    start_date=pendulum.datetime(2024, 9, 1, tz="Europe/Paris"),
    catchup=False,
    max_active_runs=1,
    params={"threshold": 0.92},
) as dag:
    fetches = [
        PythonOperator(task_id=f"fetch_{a}", python_callable=fetch_feed, op_args=[a])
        for a in ("reuters", "afp", "dpa")
    ]

    prepare = BashOperator(task_id="prepare", bash_command=FETCH_SCRIPT, env={"CMS": "https://cms.local"})

    post = BashOperator(
        task_id="post",
        bash_command="#!/bin/bash\n" + LOOP.strip(),
        env={
            "AGENCY": "{{ ti.xcom_pull('fetch_afp').agency | upper }}",
            "FIRST_SLUG": "{{ (ti.xcom_pull('fetch_afp')['articles'] | first).slug }}",
            "LAST_SLUG": "{{ ti.xcom_pull('fetch_afp')['articles'][-1]['slug'] }}",
        },
    )

    dedupe = BashOperator(task_id="dedupe", bash_command=MACRO)

    translate = BashOperator(
        task_id="translate",
        bash_command=dedent(
            """\
            {% set src = ti.xcom_pull(task_ids='fetch_dpa') or {} -%}
            {% set lang, title = src.lang, src['headline']['de'] -%}
            translate --from "{{ lang | default('de') }}" --title "{{ title | trim | truncate(80) }}" \\
              --body '{{ src.get('body', {}).get('text') | replace("'", "’") }}' \\
              {{ '--breaking' if src.priority|int > 3 else '--normal' }} \\
              {%- if ti.xcom_pull('dedupe') == 'duplicate' %} --skip{% endif %}
            """
        ),
    )

    # The old one-liner, kept for reference:
    # bash_command="archive {{ ti.xcom_pull(task_ids='fetch_ansa')['path'] }}"
    archive = BashOperator(
        task_id="archive",
        bash_command="archive"
        " {{ ti.xcom_pull(task_ids='fetch_reuters')['path'] }}"
        " {{ ti.xcom_pull(task_ids='fetch_dpa')['path'] }}"
        " {# not this one: {{ ti.xcom_pull('fetch_efe')['path'] }} #}"
        " {% raw %}{{ ti.xcom_pull('fetch_ap')['path'] }}{% endraw %}"
        " --count {{ ti.xcom_pull('fetch_reuters')['articles'] | length"
        " + ti.xcom_pull('fetch_dpa')['articles'] | length }}",
    )

    notify = BashOperator(
        task_id="notify",
        bash_command="""
            {% with r = ti.xcom_pull('post', key='return_value') %}
            {% set ns = namespace(total=0) %}
            {% for k, v in (ti.xcom_pull('dedupe', key='groups') or {}).items() %}
              {% set ns.total = ns.total + v %}
            {% endfor %}
            echo "posted {{ r }} of {{ ns.total }}"
            {% endwith %}
        """,
    )

    fetches >> prepare >> [post, dedupe] >> translate >> archive >> notify
