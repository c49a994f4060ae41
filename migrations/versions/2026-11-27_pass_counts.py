"""How many passes were made of each Airflow, how many failed, and which requests it refused."""

import sqlalchemy as sa
from alembic import op

revision = "7a3c5e91d0b4"
down_revision = "d41e7b90c5a2"
branch_labels = None
depends_on = None

COUNTS = ("passes", "failed_passes", "request_errors")


def upgrade() -> None:
    for name in COUNTS:
        op.add_column(
            "deployment", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        )


def downgrade() -> None:
    for name in reversed(COUNTS):
        op.drop_column("deployment", name)
