"""Retention: how much each run takes, what is to be kept, and the hash of values that are cut."""

import sqlalchemy as sa
from alembic import op

revision = "5e19c7d2a804"
down_revision = "6a90d1f7c3b8"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
UNMEASURED = sa.text("bytes IS NULL")
PRUNED = sa.text("pruned_at IS NOT NULL")


def upgrade() -> None:
    for column in (
        sa.Column("keep_days", sa.Float(), nullable=True),
        sa.Column("keep_bytes", sa.BigInteger(), nullable=True),
        sa.Column("pruned_to", MOMENT, nullable=True),
        sa.Column("pruned_at", MOMENT, nullable=True),
        sa.Column("pruned_runs", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("pruned_bytes", sa.BigInteger(), nullable=False, server_default="0"),
    ):
        op.add_column("deployment", column)
    for column in (
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("leaves", sa.Integer(), nullable=True),
        sa.Column("pruned_at", MOMENT, nullable=True),
    ):
        op.add_column("dag_run", column)
    op.create_index(
        "ix_dag_run_unmeasured",
        "dag_run",
        ["dag_pk"],
        sqlite_where=UNMEASURED,
        postgresql_where=UNMEASURED,
    )
    op.create_index(
        "ix_dag_run_pruned",
        "dag_run",
        ["pruned_at"],
        sqlite_where=PRUNED,
        postgresql_where=PRUNED,
    )
    op.add_column("xcom", sa.Column("sha256", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("xcom", "sha256")
    op.drop_index("ix_dag_run_pruned", "dag_run")
    op.drop_index("ix_dag_run_unmeasured", "dag_run")
    for name in ("bytes", "leaves", "pruned_at"):
        op.drop_column("dag_run", name)
    names = ("keep_days", "keep_bytes", "pruned_to", "pruned_at", "pruned_runs", "pruned_bytes")
    for name in names:
        op.drop_column("deployment", name)
