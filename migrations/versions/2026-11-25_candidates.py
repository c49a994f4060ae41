"""Candidates: values that stand in a field and that several tasks gave."""

import sqlalchemy as sa
from alembic import op

revision = "8c41f0d92b6e"
down_revision = "8c1f0e5a7b42"
branch_labels = None
depends_on = None

# SQLite numbers rows only in a column that is declared INTEGER.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "candidates",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("run_pk", NUMBER, nullable=False),
        sa.Column("consumer_task_id", sa.Text(), nullable=False),
        sa.Column("consumer_map_index", sa.Integer(), nullable=False),
        sa.Column("consumer_try", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("spans", sa.Text(), nullable=False),
        sa.Column("producers", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_pk"], ["dag_run.id"], name="fk_candidates_run_pk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_candidates"),
    )
    op.create_index("ix_candidates_run_pk", "candidates", ["run_pk"])


def downgrade() -> None:
    op.drop_table("candidates")
