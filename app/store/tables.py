"""Every table. Rows point at their owner by a number; Airflow's ids stand once, with the owner."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from app.store.types import JsonText, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows only in a column that is declared INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", Number, primary_key=True)


def _owner(name: str, of: str) -> Column[int]:
    return Column(name, Number, ForeignKey(f"{of}.id", ondelete="CASCADE"), nullable=False)


deployment = Table(
    "deployment",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("airflow_version", Text),
    # Airflow's own clock at the start of the last whole pass: the watermark of `updated_at_gte`.
    Column("watermark", UtcDateTime),
    # Runs older than this have not been back-filled yet; NULL: back-fill has not begun.
    Column("backfilled_to", UtcDateTime),
    Column("backfill_done", Boolean, nullable=False, default=False),
    Column("last_pass_at", UtcDateTime),  # Our clock; the status page's "n seconds behind".
    Column("last_pass_seconds", Text),
    Column("last_try_at", UtcDateTime),
    Column("error", Text),  # What the last pass failed with, one line; NULL when it succeeded.
    Column("failures", Integer, nullable=False, default=0),  # Failed passes in a row.
    Column("requests", BigInteger, nullable=False, default=0),
    Column("values_fetched", BigInteger, nullable=False, default=0),
)

dag = Table(
    "dag",
    metadata,
    _id(),
    _owner("deployment_id", "deployment"),
    Column("dag_id", Text, nullable=False),
    Column("display_name", Text, nullable=False, default=""),
    Column("schedule", Text),
    Column("is_paused", Boolean, nullable=False, default=False),
    Column("is_stale", Boolean, nullable=False, default=False),
    Column("fileloc", Text, nullable=False, default=""),
    Column("latest_version", Integer),
    Column("tags", JsonText, nullable=False, default=list),
    UniqueConstraint("deployment_id", "dag_id"),
)

dag_version = Table(
    "dag_version",
    metadata,
    _id(),
    _owner("dag_pk", "dag"),
    Column("version_number", Integer, nullable=False),
    Column("source", Text),
    UniqueConstraint("dag_pk", "version_number"),
)

task = Table(
    "task",
    metadata,
    _id(),
    _owner("dag_version_pk", "dag_version"),
    Column("task_id", Text, nullable=False),
    Column("operator", Text, nullable=False, default=""),
    Column("template_fields", JsonText, nullable=False, default=list),
    Column("downstream", JsonText, nullable=False, default=list),
    Column("is_mapped", Boolean, nullable=False, default=False),
    Column("trigger_rule", Text, nullable=False, default="all_success"),
    Column("retries", Integer, nullable=False, default=0),
    UniqueConstraint("dag_version_pk", "task_id"),
)

dag_run = Table(
    "dag_run",
    metadata,
    _id(),
    _owner("dag_pk", "dag"),
    Column("run_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("run_type", Text, nullable=False, default=""),
    Column("logical_date", UtcDateTime),
    Column("run_after", UtcDateTime),
    Column("queued_at", UtcDateTime),
    Column("start", UtcDateTime),
    Column("end", UtcDateTime),
    Column("version_number", Integer),
    Column("conf", JsonText),
    # Passes since it ended; a run is sealed, and no longer visited, after two more.
    Column("passes_after_end", Integer, nullable=False, default=0),
    Column("sealed_at", UtcDateTime),
    Column("gone_at", UtcDateTime),  # When we saw that Airflow had deleted it.
    # Version of the lineage engine that analysed what is stored; NULL: data changed since.
    Column("analysed_by", Integer),
    Column("structure_hash", Text),  # Of its graph; names the stored layout.
    UniqueConstraint("dag_pk", "run_id"),
    Index(None, "dag_pk", "run_after"),
    Index(None, "sealed_at"),
)

task_instance = Table(
    "task_instance",
    metadata,
    _id(),
    _owner("run_pk", "dag_run"),
    Column("task_id", Text, nullable=False),
    Column("map_index", Integer, nullable=False),
    Column("try_number", Integer, nullable=False),  # The current try.
    UniqueConstraint("run_pk", "task_id", "map_index"),
)

task_try = Table(
    "task_try",
    metadata,
    _id(),
    _owner("task_instance_pk", "task_instance"),
    Column("try_number", Integer, nullable=False),
    Column("state", Text),
    Column("operator", Text, nullable=False, default=""),
    Column("start", UtcDateTime),
    Column("end", UtcDateTime),
    Column("queued_at", UtcDateTime),
    Column("max_tries", Integer, nullable=False, default=0),
    Column("version_number", Integer),
    Column("hostname", Text, nullable=False, default=""),
    Column("rendered_map_index", Text),
    Column("rendered", JsonText),  # Field to value; NULL: never seen for this try.
    Column("log", JsonText),  # The log's events; NULL: not read.
    Column("log_missing", Boolean, nullable=False, default=False),  # Airflow has no log of it.
    UniqueConstraint("task_instance_pk", "try_number"),
)

xcom = Table(
    "xcom",
    metadata,
    _id(),
    _owner("run_pk", "dag_run"),
    Column("task_id", Text, nullable=False),
    Column("map_index", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("timestamp", UtcDateTime, nullable=False),
    Column("value", Text),  # JSON text, masked; a preview of it when `truncated`.
    Column("sha256", Text, nullable=False),  # Of the JSON text as Airflow sent it.
    Column("size", BigInteger, nullable=False),
    Column("truncated", Boolean, nullable=False, default=False),
    Column("gone_at", UtcDateTime),  # When we saw that Airflow had deleted this version.
    UniqueConstraint("run_pk", "task_id", "map_index", "key", "timestamp"),
)

flow = Table(
    "flow",
    metadata,
    _id(),
    _owner("run_pk", "dag_run"),  # The consumer's run.
    Column("producer_dag_id", Text, nullable=False),
    Column("producer_run_id", Text, nullable=False),
    Column("producer_task_id", Text, nullable=False),
    Column("producer_map_index", Integer, nullable=False),
    Column("producer_try", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("path", JsonText, nullable=False),
    Column("consumer_task_id", Text, nullable=False),
    Column("consumer_map_index", Integer, nullable=False),
    Column("consumer_try", Integer, nullable=False),
    Column("field", Text, nullable=False),
    Column("spans", JsonText, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("redacted", Boolean, nullable=False, default=False),
    Column("line", Integer),
    Index(None, "run_pk"),
    Index("ix_flow_producer", "producer_dag_id", "producer_run_id", "producer_task_id"),
)

problem = Table(
    "problem",
    metadata,
    _id(),
    _owner("run_pk", "dag_run"),
    Column("fingerprint", Text, nullable=False),  # Same problem in the same run: same text.
    Column("kind", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("status", Text, nullable=False, default="open"),  # "open" or "gone".
    Column("task_id", Text, nullable=False),  # The consumer's, or the pod's whose push failed.
    Column("map_index", Integer, nullable=False),
    Column("field", Text),
    Column("silent", Boolean, nullable=False, default=False),
    # Its cause is another pod's failed push (`root`): folded into that problem where people look.
    Column("is_victim", Boolean, nullable=False, default=False),
    Column("title", Text, nullable=False),
    Column("body", JsonText, nullable=False),  # The whole Problem.
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    UniqueConstraint("run_pk", "fingerprint"),
    Index(None, "status", "last_seen"),
)

layout = Table(
    "layout",
    metadata,
    Column("structure_hash", Text, primary_key=True),
    Column("body", JsonText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# What changed, in the order it was committed: pages follow it by its number.
change = Table(
    "change",
    metadata,
    _id(),
    Column("deployment", Text, nullable=False),
    Column("dag_id", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # Numbers of deleted rows must never be given again, or a reader would miss a change.
    sqlite_autoincrement=True,
)
