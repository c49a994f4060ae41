"""The first tables: deployments, DAGs, runs, tries, XComs, findings, layouts and changes."""

import sqlalchemy as sa
from alembic import op

revision = "5053c75d267d"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
# SQLite numbers rows only in a column that is declared INTEGER.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("deployment", sa.Text(), nullable=False),
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_change"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "deployment",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("airflow_version", sa.Text(), nullable=True),
        sa.Column("watermark", MOMENT, nullable=True),
        sa.Column("backfilled_to", MOMENT, nullable=True),
        sa.Column("backfill_done", sa.Boolean(), nullable=False),
        sa.Column("last_pass_at", MOMENT, nullable=True),
        sa.Column("last_pass_seconds", sa.Float(), nullable=True),
        sa.Column("last_try_at", MOMENT, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("troubles", sa.Text(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("values_fetched", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deployment"),
        sa.UniqueConstraint("name", name="uq_deployment_name"),
    )
    op.create_table(
        "layout",
        sa.Column("structure_hash", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("structure_hash", name="pk_layout"),
    )
    op.create_table(
        "dag",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("deployment_id", NUMBER, nullable=False),
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=True),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.Column("fileloc", sa.Text(), nullable=False),
        sa.Column("latest_version", sa.Integer(), nullable=True),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name="fk_dag_deployment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dag"),
        sa.UniqueConstraint("deployment_id", "dag_id", name="uq_dag_deployment_id_dag_id"),
    )
    op.create_table(
        "dag_run",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("dag_pk", NUMBER, nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("run_type", sa.Text(), nullable=False),
        sa.Column("logical_date", MOMENT, nullable=True),
        sa.Column("run_after", MOMENT, nullable=True),
        sa.Column("queued_at", MOMENT, nullable=True),
        sa.Column("start", MOMENT, nullable=True),
        sa.Column("end", MOMENT, nullable=True),
        sa.Column("version_number", sa.Integer(), nullable=True),
        sa.Column("conf", sa.Text(), nullable=True),
        sa.Column("passes_after_end", sa.Integer(), nullable=False),
        sa.Column("sealed_at", MOMENT, nullable=True),
        sa.Column("gone_at", MOMENT, nullable=True),
        sa.Column("analysed_by", sa.Integer(), nullable=True),
        sa.Column("structure_hash", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dag_pk"], ["dag.id"], name="fk_dag_run_dag_pk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dag_run"),
        sa.UniqueConstraint("dag_pk", "run_id", name="uq_dag_run_dag_pk_run_id"),
    )
    op.create_index("ix_dag_run_analysed_by", "dag_run", ["analysed_by"])
    op.create_index("ix_dag_run_dag_pk_run_after", "dag_run", ["dag_pk", "run_after"])
    op.create_index("ix_dag_run_sealed_at", "dag_run", ["sealed_at"])
    op.create_table(
        "dag_version",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("dag_pk", NUMBER, nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dag_pk"], ["dag.id"], name="fk_dag_version_dag_pk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dag_version"),
        sa.UniqueConstraint(
            "dag_pk", "version_number", name="uq_dag_version_dag_pk_version_number"
        ),
    )
    op.create_table(
        "flow",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("run_pk", NUMBER, nullable=False),
        sa.Column("producer_dag_id", sa.Text(), nullable=False),
        sa.Column("producer_run_id", sa.Text(), nullable=False),
        sa.Column("producer_task_id", sa.Text(), nullable=False),
        sa.Column("producer_map_index", sa.Integer(), nullable=False),
        sa.Column("producer_try", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("consumer_task_id", sa.Text(), nullable=False),
        sa.Column("consumer_map_index", sa.Integer(), nullable=False),
        sa.Column("consumer_try", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("spans", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("redacted", sa.Boolean(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_pk"], ["dag_run.id"], name="fk_flow_run_pk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_flow"),
    )
    op.create_index(
        "ix_flow_producer", "flow", ["producer_dag_id", "producer_run_id", "producer_task_id"]
    )
    op.create_index("ix_flow_run_pk", "flow", ["run_pk"])
    op.create_table(
        "problem",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("run_pk", NUMBER, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("map_index", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("is_victim", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["run_pk"], ["dag_run.id"], name="fk_problem_run_pk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_problem"),
        sa.UniqueConstraint("run_pk", "fingerprint", name="uq_problem_run_pk_fingerprint"),
    )
    op.create_index("ix_problem_status", "problem", ["status"])
    op.create_table(
        "task",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("dag_version_pk", NUMBER, nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("template_fields", sa.Text(), nullable=False),
        sa.Column("downstream", sa.Text(), nullable=False),
        sa.Column("is_mapped", sa.Boolean(), nullable=False),
        sa.Column("trigger_rule", sa.Text(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dag_version_pk"],
            ["dag_version.id"],
            name="fk_task_dag_version_pk",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
        sa.UniqueConstraint("dag_version_pk", "task_id", name="uq_task_dag_version_pk_task_id"),
    )
    op.create_table(
        "task_instance",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("run_pk", NUMBER, nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("map_index", sa.Integer(), nullable=False),
        sa.Column("try_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_pk"], ["dag_run.id"], name="fk_task_instance_run_pk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_task_instance"),
        sa.UniqueConstraint(
            "run_pk", "task_id", "map_index", name="uq_task_instance_run_pk_task_id_map_index"
        ),
    )
    op.create_table(
        "xcom",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("run_pk", NUMBER, nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("map_index", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("timestamp", MOMENT, nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("truncated", sa.Boolean(), nullable=False),
        sa.Column("gone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["run_pk"], ["dag_run.id"], name="fk_xcom_run_pk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_xcom"),
        sa.UniqueConstraint(
            "run_pk",
            "task_id",
            "map_index",
            "key",
            "timestamp",
            name="uq_xcom_run_pk_task_id_map_index_key_timestamp",
        ),
    )
    op.create_table(
        "task_try",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("task_instance_pk", NUMBER, nullable=False),
        sa.Column("try_number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("start", MOMENT, nullable=True),
        sa.Column("end", MOMENT, nullable=True),
        sa.Column("queued_at", MOMENT, nullable=True),
        sa.Column("max_tries", sa.Integer(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=True),
        sa.Column("hostname", sa.Text(), nullable=False),
        sa.Column("rendered_map_index", sa.Text(), nullable=True),
        sa.Column("rendered", sa.Text(), nullable=True),
        sa.Column("log", sa.Text(), nullable=True),
        sa.Column("log_missing", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_instance_pk"],
            ["task_instance.id"],
            name="fk_task_try_task_instance_pk",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_task_try"),
        sa.UniqueConstraint(
            "task_instance_pk", "try_number", name="uq_task_try_task_instance_pk_try_number"
        ),
    )


def downgrade() -> None:
    op.drop_table("task_try")
    op.drop_table("xcom")
    op.drop_table("task_instance")
    op.drop_table("task")
    op.drop_table("problem")
    op.drop_table("flow")
    op.drop_table("dag_version")
    op.drop_table("dag_run")
    op.drop_table("dag")
    op.drop_table("layout")
    op.drop_table("deployment")
    op.drop_table("change")
