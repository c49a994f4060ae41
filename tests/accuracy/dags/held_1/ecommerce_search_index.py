"""Rebuilds the shop's search index: SQL extracts, one collection per language, alias switch."""
from datetime import datetime
from textwrap import dedent, indent

from airflow.decorators import task
from airflow.models import DAG
from airflow.models.xcom_arg import XComArg
from airflow.operators.email import EmailOperator
from airflow.operators.python import PythonOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator, SQLValueCheckOperator

LANGS = ["en", "de", "pt-br"]


def slug(lang):
    return lang.replace("-", "_")


def q(text, **params):
    return dedent(text).strip().format(**params)


class IndexOperator(PythonOperator):
    """PythonOperator that also templates its collection and settings."""

    template_fields = (*PythonOperator.template_fields, "collection", "settings")

    def __init__(self, *, collection, settings=None, **kwargs):
        kwargs.setdefault("python_callable", self._index)
        super().__init__(**kwargs)
        self.collection = collection
        self.settings = settings or {}

    def _index(self, docs, ti=None, **_):
        synonyms = ti.xcom_pull(task_ids="synonyms")
        return {"collection": self.collection, "count": len(docs), "synonyms": bool(synonyms)}


with DAG(
    "ecommerce_search_index",
    start_date=datetime(2024, 1, 1),
    schedule="0 1 * * *",
    catchup=False,
    params={"min_docs": 1000},
) as dag:

    @task
    def synonyms():
        return {"sofa": ["couch"]}

    version = PythonOperator(task_id="version", python_callable=lambda: {"name": "v42", "n": 42})
    syn = synonyms()
    indexed, checks = {}, []

    for lang in LANGS:
        extract = SQLExecuteQueryOperator(
            task_id=f"extract_{slug(lang)}",
            conn_id="shop",
            sql=q(
                """
                SELECT *
                FROM products_{table}
                WHERE version <= {{{{ ti.xcom_pull(task_ids='version')['n'] }}}}
                """,
                table=slug(lang),
            ),
            parameters={"lang": lang},
        )
        index = IndexOperator(
            task_id=f"index_{slug(lang)}",
            collection=f"products_{slug(lang)}_{{{{ ti.xcom_pull(task_ids='version')['name'] }}}}",
            settings={"synonyms": syn, "analyzer": lang[:2]},
            op_args=[extract.output],
        )
        check = SQLValueCheckOperator(
            task_id=f"check_{slug(lang)}",
            conn_id="search",
            sql="SELECT count(*) FROM {{ ti.xcom_pull(task_ids='%s')['collection'] }}" % index.task_id,
            pass_value="{{ ti.xcom_pull(task_ids='index_" + slug(lang) + "')['count'] }}",
        )
        version >> extract >> index >> check
        indexed[lang] = XComArg(index, key="return_value")
        checks.append(check)

    @task
    def switch_alias(collections, main, **context):
        ti = context["ti"]
        name = ti.xcom_pull(task_ids="version")["name"]
        return {"alias": f"products-{name}", "old": "v41", "main": main, "n": len(collections)}

    switched = switch_alias(indexed, main=indexed["en"])
    checks >> switched

    @task
    def warm_up(alias, sizes, ti=None):
        counts = {lang: ti.xcom_pull(task_ids=f"index_{slug(lang)}")["count"] for lang in LANGS}
        rows = [ti.xcom_pull(task_ids="extract_" + l) for l in map(slug, LANGS)]
        return alias, sizes, counts, rows

    warm_up(switched, sizes=[dag.get_task("extract_" + slug(lang)).output for lang in LANGS])
    mail = EmailOperator(
        task_id="mail",
        to="search@shop.example",
        subject=f"Index {switched} is live",
        html_content=indent(
            dedent(
                """
                <ul>
                {% set s = ti.xcom_pull(task_ids='switch_alias') %}
                <li>{{ s['alias'] }} (before: {{ s.old }})</li>
                {% if ti.xcom_pull(task_ids='index_pt_br')['synonyms'] %}<li>pt-br with synonyms</li>{% endif %}
                </ul>
                """
            ),
            "  ",
        ),
    )
