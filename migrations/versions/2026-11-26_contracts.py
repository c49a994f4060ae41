"""Contracts: what each task gives, learned from the runs that are stored, some in each pass."""

import sqlalchemy as sa
from alembic import op

revision = "5e0a9c63d7b8"
down_revision = "4e1b7c90d2a6"
branch_labels = None
depends_on = None

# SQLite numbers rows only in a column that is declared INTEGER.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "producer_contract",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("dag_pk", NUMBER, nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dag_pk"], ["dag.id"], name="fk_producer_contract_dag_pk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_producer_contract"),
        sa.UniqueConstraint("dag_pk", "task_id", name="uq_producer_contract_dag_pk_task_id"),
    )
    op.add_column(
        "dag_run",
        sa.Column("is_learned", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("dag_run", sa.Column("learned_to", sa.BigInteger(), nullable=True))
    op.create_index("ix_dag_run_is_learned", "dag_run", ["is_learned"])


def downgrade() -> None:
    op.drop_index("ix_dag_run_is_learned", "dag_run")
    op.drop_column("dag_run", "learned_to")
    op.drop_column("dag_run", "is_learned")
    op.drop_table("producer_contract")
