"""Sessions of readers who may see some DAGs only: to them, the others are not in the database.

Each table has a temporary view of its own name, which comes before the table: whatever a session
reads, whichever module asks, by whatever statement, it reads through these. A row is seen where the
rows that own it are seen, and so up to the DAG; a table without an owner and without a rule of its
own shows nothing. Which DAGs these are a session is told when it begins; one that was told nothing
sees nothing.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import Connection, Integer, Table, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from app.model.rights import Rights
from app.store import tables as t
from app.store.types import AnyText

# What a session is told: numbers of DAGs, of their deployments, and of the deployments of which all
# may be seen.
_DAGS, _DEPLOYMENTS, _WHOLE = _KINDS = ("dags", "deployments", "whole")

_TOLD = "CREATE TEMP TABLE told (what TEXT, pk INTEGER, PRIMARY KEY (what, pk)) WITHOUT ROWID"
_THOSE = "IN (SELECT pk FROM temp.told WHERE what = '{}')"
# What an earlier transaction was told is an empty text in the next. Read once for a statement; as
# rows of their own they would be a table more for PostgreSQL to put in some order with the others.
_THOSE_OF_POSTGRESQL = (
    "= ANY ((SELECT coalesce(nullif(current_setting('xcomtrace.{}', true), '')::bigint[],"
    " ARRAY[]::bigint[]))::bigint[])"
)
_FORGET = text("DELETE FROM temp.told")
_TELL = text("INSERT INTO temp.told SELECT :what, value FROM json_each(:pks)")
# What is there, whoever asks.
_EVERY_DAG = (
    "CREATE TEMP VIEW every_dag AS SELECT its.id AS deployment_pk, its.name, dag.id AS dag_pk,"
    " dag.dag_id FROM {schema}.deployment AS its"
    " LEFT JOIN {schema}.dag AS dag ON dag.deployment_id = its.id"
)
_READ_EVERY_DAG = text("SELECT deployment_pk, name, dag_pk, dag_id FROM every_dag").columns(
    deployment_pk=Integer, name=AnyText, dag_pk=Integer, dag_id=AnyText
)
# A temporary table would keep what was deleted from it, request after request.
_SET = text("SELECT set_config(:what, :pks, true)")

_VIEW = 'CREATE TEMP VIEW "{name}" AS SELECT {shown} FROM {{schema}}."{name}" AS each WHERE {rule}'
_OWNED = "EXISTS (SELECT 1 FROM {owner} WHERE {owner}.id = each.{column})"
# The same for owners that a session is told: to plan a statement over the views of eight tables
# took PostgreSQL half a second, when each went up to the deployment.
_OWNED_BY_TOLD = {"dag": f"{{{_DAGS}}}", "deployment": f"{{{_DEPLOYMENTS}}}"}
_ALL, _NONE = "true", "false"
# A flow is seen with the DAG that it comes from, one of the same Airflow.
_PRODUCER = (
    "EXISTS (SELECT 1 FROM dag_run AS run JOIN dag AS own ON own.id = run.dag_pk"
    " JOIN dag AS producer ON producer.deployment_id = own.deployment_id"
    " WHERE run.id = each.run_pk AND producer.dag_id = each.producer_dag_id)"
)
_CHANGED = (
    "EXISTS (SELECT 1 FROM deployment AS its LEFT JOIN dag ON dag.deployment_id = its.id"
    " WHERE its.name = each.deployment AND each.dag_id IN ('', dag.dag_id))"
)

#: Which rows of a table are seen, beside that their owners must be: `each` is a row.
RULES: Mapping[str, str] = {
    "deployment": f"each.id {{{_DEPLOYMENTS}}}",
    "dag": f"each.id {{{_DAGS}}}",
    "leaf": "EXISTS (SELECT 1 FROM leaf_path WHERE leaf_path.id = each.path_pk)",
    "flow": _PRODUCER,
    # Those from before it was known what they tell about: the next pass finds them anew.
    "problem": "each.others IS NOT NULL",
    "change": _CHANGED,
    # Found by the hash of what one sees already.
    "layout": _ALL,
    # One number, of which nothing follows.
    "leaf_spill": _ALL,
    # Messages hold what is wrong in all DAGs.
    "message": _NONE,
}
_PARTLY = f"NOT (each.id {{{_WHOLE}}})"
# Some DAG that the problem tells about is not seen.
_TELLS_TOO_MUCH = (
    "EXISTS (SELECT 1 FROM {elements}(each.others{as_json}) AS other WHERE NOT EXISTS"
    " (SELECT 1 FROM dag AS own JOIN dag AS its ON its.deployment_id = own.deployment_id"
    " WHERE own.id = each.dag_pk AND its.dag_id = other.value))"
)
# Airflow shows a file to who may read all DAGs that stand in it.
_OF_OTHERS_TOO = (
    "EXISTS (SELECT 1 FROM {schema}.dag AS own JOIN {schema}.dag AS its"
    " ON its.deployment_id = own.deployment_id AND its.fileloc = own.fileloc"
    " WHERE own.id = each.dag_pk AND own.fileloc <> '' AND NOT (its.id {dags}))"
)
_WHY_NO_SOURCE = "'its file holds DAGs that you may not read'"


def _if(condition: str, instead: str, column: str) -> str:
    return f"CASE WHEN {condition} THEN {instead} ELSE each.{column} END"


#: What is seen in the place of a column.
COLUMNS: Mapping[str, Mapping[str, str]] = {
    # What is told of a deployment as a whole is for who sees all of it.
    "deployment": {
        name: _if(_PARTLY, instead, name)
        for name, instead in {
            "error": "CASE WHEN each.error IS NOT NULL THEN 'its last pass failed' END",
            "troubles": "'[]'",
            "passes": "0",
            "failed_passes": "0",
            "requests": "0",
            "request_errors": "0",
            "requests_allowed": "NULL",
            "requests_by_minute": "'{{}}'",
            "values_fetched": "0",
            "keep_bytes": "NULL",
            "pruned_runs": "0",
            "pruned_bytes": "0",
        }.items()
    },
    "dag_version": {
        "source": _if(_OF_OTHERS_TOO, "NULL", "source"),
        "problem": _if(_OF_OTHERS_TOO, _WHY_NO_SOURCE, "problem"),
    },
    "problem": {
        "title": _if(_TELLS_TOO_MUCH, "each.task_id || ' reads from another DAG'", "title"),
        "body": _if(_TELLS_TOO_MUCH, "each.alone", "body"),
    },
}


# Columns that PostgreSQL fills by itself (app/store/search/trigrams.py).
_MADE: Mapping[str, Sequence[str]] = {"leaf": ("folded",)}
_NO_OTHERS: Mapping[str, Sequence[str]] = MappingProxyType({})


def prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Has a new connection to SQLite see nothing, until a session is told what it may."""
    cursor = connection.cursor()
    cursor.execute(_TOLD)
    numbers = {one: _THOSE.format(one) for one in _KINDS}
    for view in _views("main", {**numbers, "elements": "json_each", "as_json": ""}):
        cursor.execute(view)
    cursor.close()


def prepare_postgresql(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """The same for PostgreSQL, where every user may make temporary views."""
    cursor = connection.cursor()
    cursor.execute("SELECT quote_ident(current_schema())")
    (schema,) = cursor.fetchone() or ("public",)
    numbers = {one: _THOSE_OF_POSTGRESQL.format(one) for one in _KINDS}
    elements = {"elements": "json_array_elements_text", "as_json": "::json"}
    for view in _views(schema, {**numbers, **elements}, _MADE):
        cursor.execute(view)
    cursor.close()
    connection.commit()


def confine(session: Connection, rights: Rights) -> None:
    """Has a session, which has just begun, see what these rights allow."""
    rows = session.execute(_READ_EVERY_DAG).all()
    told = {
        _DAGS: {pk for _, name, pk, dag_id in rows if pk and rights.may_read(name, dag_id)},
        _DEPLOYMENTS: {pk for pk, name, *_ in rows if rights.may_read(name, "")},
        _WHOLE: {pk for pk, name, *_ in rows if rights.may_read_all_of(name)},
    }
    tell = _tell_sqlite if session.dialect.name == "sqlite" else _tell_postgresql
    tell(session, told)


def _views(
    schema: str, words: Mapping[str, str], also: Mapping[str, Sequence[str]] = _NO_OTHERS
) -> Iterator[str]:
    """`also`: columns of tables that only one database has."""
    yield _EVERY_DAG.format(schema=schema)
    for table in sorted(t.metadata.sorted_tables, key=_place):
        columns = COLUMNS.get(table.name, {})
        names = (*table.c.keys(), *also.get(table.name, ()))
        shown = ", ".join(_shown(name, columns.get(name)) for name in names)
        rule = " AND ".join(_rules(table)) or _NONE
        view = _VIEW.format(name=table.name, shown=shown, rule=rule)
        yield view.format(schema=schema, **words)


def _place(table: Table) -> bool:
    """Those that are asked for by others come first, in the order of their keys."""
    return table.name != "deployment" and not table.foreign_keys


def _shown(name: str, instead: str | None) -> str:
    value = instead or f'each."{name}"'
    return f'{value} AS "{name}"'


def _rules(table: Table) -> Iterator[str]:
    for key in table.foreign_keys:
        owner, column = key.column.table.name, key.parent
        told = _OWNED_BY_TOLD.get(owner)
        seen = (
            f"each.{column.name} {told}" if told else _OWNED.format(owner=owner, column=column.name)
        )
        yield f"(each.{column.name} IS NULL OR {seen})" if column.nullable else seen
    if table.name in RULES:
        yield RULES[table.name]


def _tell_sqlite(session: Connection, told: Mapping[str, Collection[int]]) -> None:
    session.execute(_FORGET)
    for what, pks in told.items():
        session.execute(_TELL, {"what": what, "pks": json.dumps(sorted(pks))})


def _tell_postgresql(session: Connection, told: Mapping[str, Collection[int]]) -> None:
    for what, pks in told.items():
        listed = ",".join(map(str, sorted(pks)))
        session.execute(_SET, {"what": f"xcomtrace.{what}", "pks": f"{{{listed}}}"})
