"""Rendered fields that others took the place of within the same try."""

import sqlalchemy as sa
from alembic import op

revision = "3d7c0b95e1fa"
down_revision = "b7d20c4e91f3"
branch_labels = None
depends_on = None

# SQLite numbers rows only in a column that is declared INTEGER.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "earlier_rendered",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("task_try_pk", NUMBER, nullable=False),
        sa.Column("rendered", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_try_pk"],
            ["task_try.id"],
            name="fk_earlier_rendered_task_try_pk",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_earlier_rendered"),
    )
    op.create_index("ix_earlier_rendered_task_try_pk", "earlier_rendered", ["task_try_pk"])


def downgrade() -> None:
    op.drop_table("earlier_rendered")
