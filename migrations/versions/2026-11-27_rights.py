"""Readers who have signed in, what they did, and what a problem tells about other DAGs."""

import sqlalchemy as sa
from alembic import op

from app.store.types import UtcDateTime

revision = "a3c95e17d2b8"
down_revision = "7a3c5e91d0b4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("problem", sa.Column("others", sa.Text(), nullable=True))
    op.add_column("problem", sa.Column("alone", sa.Text(), nullable=True))
    op.create_table(
        "reader_session",
        _number(),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reader_session"),
        sa.UniqueConstraint("mark", name="uq_reader_session_mark"),
    )
    op.create_index("ix_reader_session_ends_at", "reader_session", ["ends_at"])
    op.create_table(
        "audit",
        _number(),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])


def downgrade() -> None:
    op.drop_table("audit")
    op.drop_table("reader_session")
    op.drop_column("problem", "alone")
    op.drop_column("problem", "others")


def _number() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False)
