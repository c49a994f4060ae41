"""Every table. Rows point at their owner by a number; Airflow's ids stand once, with the owner."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from app.store.types import AnyText, JsonText, UtcDateTime

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


def _indexed_by() -> Column[int]:
    return Column("indexed_by", SmallInteger)


deployment = Table(
    "deployment",
    metadata,
    _id(),
    Column("name", AnyText, nullable=False, unique=True),
    Column("url", AnyText, nullable=False),
    Column("airflow_version", AnyText),
    # Airflow's own clock at the start of the last whole pass: the watermark of `updated_at_gte`.
    Column("watermark", UtcDateTime),
    # Runs older than this have not been back-filled yet; NULL: back-fill has not begun.
    Column("backfilled_to", UtcDateTime),
    Column("backfill_done", Boolean, nullable=False, default=False),
    Column("last_pass_at", UtcDateTime),  # Our clock; the status page's "n seconds behind".
    Column("last_pass_seconds", Float),
    Column("last_try_at", UtcDateTime),
    Column("error", AnyText),  # What the last pass failed with, one line; NULL when it succeeded.
    Column("failures", Integer, nullable=False, default=0),  # Failed passes in a row.
    Column("troubles", JsonText, nullable=False, default=list),  # What the last pass went around.
    # Since the store began: passes that came to their end, and that did not.
    Column("passes", BigInteger, nullable=False, default=0, server_default="0"),
    Column("failed_passes", BigInteger, nullable=False, default=0, server_default="0"),
    Column("requests", BigInteger, nullable=False, default=0),
    # Of them, those that Airflow refused or did not answer.
    Column("request_errors", BigInteger, nullable=False, default=0, server_default="0"),
    # How many the poller may make in a minute, as it was told, and made in those of the last hour.
    Column("requests_allowed", Integer),
    Column("requests_by_minute", JsonText, nullable=False, default=dict, server_default="{}"),
    Column("values_fetched", BigInteger, nullable=False, default=0),
    Column("began_at", UtcDateTime),  # Our clock, when we first heard of it.
    # How long and how much of it is kept, as the poller was told; NULL: without end.
    Column("keep_days", Float),
    Column("keep_bytes", BigInteger),
    # Runs that had ended by then were deleted and are not mirrored again, unless they run again.
    Column("pruned_to", UtcDateTime),
    Column("pruned_at", UtcDateTime),  # Our clock, when runs were deleted last.
    Column("pruned_runs", BigInteger, nullable=False, default=0, server_default="0"),
    Column("pruned_bytes", BigInteger, nullable=False, default=0, server_default="0"),
    # Where several processes poll: how often it was somebody's turn, and when the next one begins.
    Column("turn", BigInteger, nullable=False, default=0, server_default="0"),
    Column("due_at", UtcDateTime),
)

dag = Table(
    "dag",
    metadata,
    _id(),
    _owner("deployment_id", "deployment"),
    Column("dag_id", AnyText, nullable=False),
    Column("display_name", AnyText, nullable=False, default=""),
    Column("schedule", AnyText),
    Column("is_paused", Boolean, nullable=False, default=False),
    Column("is_stale", Boolean, nullable=False, default=False),
    Column("fileloc", AnyText, nullable=False, default=""),
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
    Column("source", AnyText),
    Column("problem", AnyText),  # Why the source tells us nothing.
    UniqueConstraint("dag_pk", "version_number"),
)

task = Table(
    "task",
    metadata,
    _id(),
    _owner("dag_version_pk", "dag_version"),
    Column("task_id", AnyText, nullable=False),
    Column("operator", AnyText, nullable=False, default=""),
    Column("template_fields", JsonText, nullable=False, default=list),
    Column("downstream", JsonText, nullable=False, default=list),
    Column("is_mapped", Boolean, nullable=False, default=False),
    Column("trigger_rule", AnyText, nullable=False, default="all_success"),
    Column("retries", Integer, nullable=False, default=0),
    UniqueConstraint("dag_version_pk", "task_id"),
)

dag_run = Table(
    "dag_run",
    metadata,
    _id(),
    _owner("dag_pk", "dag"),
    Column("run_id", AnyText, nullable=False),
    Column("state", AnyText, nullable=False),
    Column("run_type", AnyText, nullable=False, default=""),
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
    Column("structure_hash", AnyText),  # Of its graph; names the stored layout.
    # Whether `producer_contract` has learned from all that it gave; from which XComs it has.
    Column("is_learned", Boolean, nullable=False, default=False),
    Column("learned_to", BigInteger),
    Column("bytes", BigInteger),  # That it takes, about; NULL: changed since it was measured.
    Column("leaves", Integer),  # Searchable values of it, when it was measured.
    # When it was given up: nobody sees it any more, and its rows go piece by piece.
    Column("pruned_at", UtcDateTime),
    UniqueConstraint("dag_pk", "run_id"),
    Index(None, "dag_pk", "run_after"),
    Index(None, "sealed_at"),
    Index(None, "analysed_by"),
    Index(None, "is_learned"),
)
Index(
    "ix_dag_run_unmeasured",
    dag_run.c.dag_pk,
    sqlite_where=dag_run.c.bytes.is_(None),
    postgresql_where=dag_run.c.bytes.is_(None),
)
Index(
    "ix_dag_run_pruned",
    dag_run.c.pruned_at,
    sqlite_where=dag_run.c.pruned_at.is_not(None),
    postgresql_where=dag_run.c.pruned_at.is_not(None),
)

task_instance = Table(
    "task_instance",
    metadata,
    _id(),
    _owner("run_pk", "dag_run"),
    Column("task_id", AnyText, nullable=False),
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
    Column("state", AnyText),
    Column("operator", AnyText, nullable=False, default=""),
    Column("start", UtcDateTime),
    Column("end", UtcDateTime),
    Column("queued_at", UtcDateTime),
    Column("max_tries", Integer, nullable=False, default=0),
    Column("version_number", Integer),
    Column("hostname", AnyText, nullable=False, default=""),
    Column("rendered_map_index", AnyText),
    Column("rendered", JsonText),  # Field to value; NULL: never seen for this try.
    Column("log", JsonText),  # The log's events; NULL: not read.
    Column("log_missing", Boolean, nullable=False, default=False),  # Airflow has no log of it.
    _indexed_by(),  # Version of the index that has its leaves; NULL: to be indexed.
    UniqueConstraint("task_instance_pk", "try_number"),
)

# Rendered fields of a try that Airflow has written over within the same try.
earlier_rendered = Table(
    "earlier_rendered",
    metadata,
    _id(),
    _owner("task_try_pk", "task_try"),
    Column("rendered", JsonText, nullable=False),
    Column("replaced_at", UtcDateTime, nullable=False),  # Our clock, when we saw others.
    Index(None, "task_try_pk"),
)

xcom = Table(
    "xcom",
    metadata,
    _id(),
    _owner("run_pk", "dag_run"),
    Column("task_id", AnyText, nullable=False),
    Column("map_index", Integer, nullable=False),
    Column("key", AnyText, nullable=False),
    Column("timestamp", UtcDateTime, nullable=False),
    Column("value", JsonText),  # Masked; a preview of it when `truncated`.
    Column("size", BigInteger, nullable=False),  # Bytes of the JSON text as Airflow sent it.
    Column("truncated", Boolean, nullable=False, default=False),
    Column("sha256", AnyText),  # Of that JSON text when `truncated`, in hexadecimal digits.
    Column("gone_at", UtcDateTime),  # When we saw that Airflow had deleted this version.
    _indexed_by(),
    UniqueConstraint("run_pk", "task_id", "map_index", "key", "timestamp"),
)

for _table in (task_try, xcom):
    _waits = _table.c.indexed_by.is_(None)
    Index(
        f"ix_{_table.name}_to_index",
        _table.c.id,
        sqlite_where=_waits,
        postgresql_where=_waits,
    )

# Where leaves stand: a place in what one task gives or gets, the positions in lists left open.
leaf_path = Table(
    "leaf_path",
    metadata,
    _id(),
    _owner("dag_pk", "dag"),
    Column("task_id", AnyText, nullable=False),
    Column("place", AnyText, nullable=False),  # A Place.
    Column("name", AnyText, nullable=False),  # The XCom's key or the template field.
    Column("steps", JsonText, nullable=False),  # From there; null for a position in a list.
    Column("label", AnyText, nullable=False),  # As people read it.
    # A digest of all that, because PostgreSQL's indexes take no long texts.
    Column("mark", AnyText, nullable=False, unique=True),
)

# The index of searches: a scalar each. Its own indexes are those of its migration, as each store
# needs others. What deletes an XCom or a try deletes its leaves first: search/writing.py.
leaf = Table(
    "leaf",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),  # Grows with the value's time.
    Column("xcom_pk", Number),  # One of these two is its owner.
    Column("try_pk", Number),
    Column("path_pk", Number, nullable=False),
    Column("positions", AnyText),  # For the nulls of its path's steps, as JSON; NULL: it has none.
    Column("kind", SmallInteger, nullable=False),
    Column("text", AnyText, nullable=False),
    Column("num", Float),  # Of numbers, and of texts that are a number or, in seconds, a moment.
    Column("hash", Integer, nullable=False),  # Of the text.
    postgresql_partition_by="RANGE (id)",
)

# On SQLite numbers may run on into later seconds: the most that any ever did, as the greatest row.
leaf_spill = Table("leaf_spill", metadata, Column("seconds", Number, primary_key=True))

# What a task gives, learned from every run that is sealed; it stays when the runs are deleted.
producer_contract = Table(
    "producer_contract",
    metadata,
    _id(),
    _owner("dag_pk", "dag"),
    Column("task_id", AnyText, nullable=False),
    Column("body", JsonText, nullable=False),  # The whole Contract.
    UniqueConstraint("dag_pk", "task_id"),
)

flow = Table(
    "flow",
    metadata,
    _id(),
    _owner("run_pk", "dag_run"),  # The consumer's run.
    Column("producer_dag_id", AnyText, nullable=False),
    Column("producer_run_id", AnyText, nullable=False),
    Column("producer_task_id", AnyText, nullable=False),
    Column("producer_map_index", Integer, nullable=False),
    Column("producer_try", Integer, nullable=False),
    Column("key", AnyText, nullable=False),
    Column("path", JsonText, nullable=False),
    Column("consumer_task_id", AnyText, nullable=False),
    Column("consumer_map_index", Integer, nullable=False),
    Column("consumer_try", Integer, nullable=False),
    Column("field", AnyText, nullable=False),
    Column("spans", JsonText, nullable=False),
    Column("evidence", AnyText, nullable=False),
    Column("value", AnyText, nullable=False),
    Column("redacted", Boolean, nullable=False, default=False),
    Column("line", Integer),
    Index("ix_flow_consumer", "run_pk", "consumer_task_id"),
    Index("ix_flow_producer", "producer_dag_id", "producer_run_id", "producer_task_id"),
)

# What the pulls of a run are after in other runs: when those change, the run is analysed again.
reach = Table(
    "reach",
    metadata,
    _id(),
    _owner("run_pk", "dag_run"),  # The puller's run.
    Column("dag_id", AnyText, nullable=False),
    Column("run_id", AnyText, nullable=False),
    Column("task_id", AnyText, nullable=False),
    Column("key", AnyText, nullable=False),
    Column("is_prior", Boolean, nullable=False),
    Index(None, "run_pk"),
    Index(None, "dag_id", "run_id"),
)

# Same values in a field and in XComs, of which none is known to have gone there.
candidates = Table(
    "candidates",
    metadata,
    _id(),
    _owner("run_pk", "dag_run"),  # The consumer's run.
    Column("consumer_task_id", AnyText, nullable=False),
    Column("consumer_map_index", Integer, nullable=False),
    Column("consumer_try", Integer, nullable=False),
    Column("field", AnyText, nullable=False),
    Column("spans", JsonText, nullable=False),
    Column("producers", JsonText, nullable=False),  # The nearest task first.
    Column("value", AnyText, nullable=False),
    Index(None, "run_pk"),
)

problem = Table(
    "problem",
    metadata,
    _id(),
    _owner("dag_pk", "dag"),
    # NULL: a problem of the DAG, found before any run has it.
    Column("run_pk", Number, ForeignKey("dag_run.id", ondelete="CASCADE")),
    # The DAG version that was looked at last, for problems of the DAG.
    Column("version_number", Integer),
    Column("fingerprint", AnyText, nullable=False),  # Same problem in the same run: same text.
    Column("cause", AnyText, nullable=False),  # What there is to mend: `cause.name`.
    Column("kind", AnyText, nullable=False),
    Column("severity", AnyText, nullable=False),
    Column("status", AnyText, nullable=False, default="open"),  # "open" or "gone".
    Column("task_id", AnyText, nullable=False),  # The consumer's, or the pod's whose push failed.
    Column("map_index", Integer, nullable=False),
    Column("field", AnyText),
    Column("silent", Boolean, nullable=False, default=False),
    # Its cause is told by another problem of the run: folded into that one where people look.
    Column("is_victim", Boolean, nullable=False, default=False),
    Column("title", AnyText, nullable=False),
    Column("body", JsonText, nullable=False),  # The whole Problem.
    # The other DAGs that it tells something about; NULL: not known, it is from before that was.
    Column("others", JsonText),
    Column("alone", JsonText),  # The Problem without that; NULL: it tells of none.
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    UniqueConstraint("run_pk", "fingerprint"),
    Index(None, "status"),
    Index(None, "dag_pk", "cause"),
)
Index(
    "uq_problem_of_dag",
    problem.c.dag_pk,
    problem.c.fingerprint,
    unique=True,
    sqlite_where=problem.c.run_pk.is_(None),
    postgresql_where=problem.c.run_pk.is_(None),
)

# One thing to mend in one DAG, over all its runs: what the inbox lists.
cause = Table(
    "cause",
    metadata,
    _id(),
    _owner("dag_pk", "dag"),
    Column("name", AnyText, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("since", UtcDateTime, nullable=False),  # Our clock, when it became open or gone.
    Column("first_at", UtcDateTime, nullable=False),  # When the first run that had it ended.
    Column("last_at", UtcDateTime, nullable=False),
    Column("runs", Integer, nullable=False),
    Column("returns", Integer, nullable=False, default=0),  # Times it was gone and came back.
    # The problem that tells it: of the newest run that has it, else of the DAG.
    Column("problem_pk", Number, nullable=False),
    UniqueConstraint("dag_pk", "name"),
    Index(None, "is_open"),
)

# What people decided about a cause; it ends when the cause comes back or `until` is over.
decision = Table(
    "decision",
    metadata,
    _id(),
    _owner("cause_pk", "cause"),
    Column("what", AnyText, nullable=False),  # "acknowledged" or "muted".
    Column("reason", AnyText, nullable=False, default=""),
    Column("until", UtcDateTime),  # NULL: for good.
    Column("at", UtcDateTime, nullable=False),
    Column("by", AnyText, nullable=False, default=""),  # As far as it is known.
    UniqueConstraint("cause_pk"),
)

# What is to be told: written with the problem, so that no restart loses it.
news = Table(
    "news",
    metadata,
    _id(),
    _owner("cause_pk", "cause"),
    Column("what", AnyText, nullable=False),  # "new" or "returned".
    Column("at", UtcDateTime, nullable=False),
)

# What is being sent to webhooks; a message goes out again, word for word, until it is taken.
message = Table(
    "message",
    metadata,
    _id(),
    Column("uid", AnyText, nullable=False, unique=True),  # Receivers know a repetition by it.
    Column("webhook", AnyText, nullable=False),  # Names its address without telling it.
    Column("body", JsonText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_try_at", UtcDateTime),  # NULL: sent, or given up.
    Column("sent_at", UtcDateTime),
    Column("error", AnyText),  # Of the last try.
    Index(None, "next_try_at"),
)

layout = Table(
    "layout",
    metadata,
    Column("structure_hash", AnyText, primary_key=True),
    Column("body", JsonText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# What changed, in the order it was committed: pages follow it by its number.
change = Table(
    "change",
    metadata,
    _id(),
    Column("deployment", AnyText, nullable=False),
    Column("dag_id", AnyText, nullable=False),
    Column("run_id", AnyText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # Numbers of deleted rows must never be given again, or a reader would miss a change.
    sqlite_autoincrement=True,
)

# Readers who have signed in to us.
reader_session = Table(
    "reader_session",
    metadata,
    _id(),
    Column("mark", AnyText, nullable=False, unique=True),  # A digest of what the cookie holds.
    Column("name", AnyText, nullable=False),
    Column("sealed", AnyText, nullable=False),  # What it may be asked with, encrypted.
    Column("ends_at", UtcDateTime, nullable=False),
    Index(None, "ends_at"),
)

# Who signed in, was refused, or decided something.
audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", UtcDateTime, nullable=False),
    Column("who", AnyText, nullable=False),
    Column("address", AnyText, nullable=False),  # That they came from, as far as it is known.
    Column("what", AnyText, nullable=False),
    Column("about", AnyText, nullable=False),
    Index(None, "at"),
)
