"""Whose turn it is to poll, and PostgreSQL's queue of jobs."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from procrastinate import PsycopgConnector
from procrastinate.schema import SchemaManager

from app.store.types import UtcDateTime

revision = "5d1e8b7c2f60"
down_revision = "f2b64c1d9e08"
branch_labels = None
depends_on = None

JOBS = "xcomtrace_jobs"


def upgrade() -> None:
    op.add_column(
        "deployment", sa.Column("turn", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column("deployment", sa.Column("due_at", UtcDateTime()))
    if op.get_bind().dialect.name != "postgresql":
        return
    before = op.get_bind().exec_driver_sql("SHOW search_path").scalar_one()
    # In a schema of its own: the names in it are procrastinate's.
    op.execute(f"CREATE SCHEMA {JOBS}")
    op.execute(f"SET LOCAL search_path = {JOBS}")
    # Several statements at once, with percent signs: nothing but the driver itself takes them.
    driver: Any = op.get_bind().connection.driver_connection
    driver.execute(SchemaManager(PsycopgConnector()).get_schema())
    op.execute(f"SET LOCAL search_path = {before}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP SCHEMA {JOBS} CASCADE")
    op.drop_column("deployment", "due_at")
    op.drop_column("deployment", "turn")
