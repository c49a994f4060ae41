"""What the pulls of a run are after in other runs, so that it follows when those change."""

import sqlalchemy as sa
from alembic import op

revision = "8c1f0e5a7b42"
down_revision = "5053c75d267d"
branch_labels = None
depends_on = None

# SQLite numbers rows only in a column that is declared INTEGER.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reach",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("run_pk", NUMBER, nullable=False),
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("is_prior", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_pk"], ["dag_run.id"], name="fk_reach_run_pk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reach"),
    )
    op.create_index("ix_reach_dag_id_run_id", "reach", ["dag_id", "run_id"])
    op.create_index("ix_reach_run_pk", "reach", ["run_pk"])


def downgrade() -> None:
    op.drop_table("reach")
