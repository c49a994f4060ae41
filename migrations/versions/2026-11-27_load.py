"""What each Airflow is asked, minute by minute, and how much it may be."""

import sqlalchemy as sa
from alembic import op

revision = "d41e7b90c5a2"
down_revision = "5d1e8b7c2f60"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deployment", sa.Column("requests_allowed", sa.Integer(), nullable=True))
    op.add_column(
        "deployment",
        sa.Column("requests_by_minute", sa.Text(), nullable=False, server_default="{}"),
    )


def downgrade() -> None:
    op.drop_column("deployment", "requests_by_minute")
    op.drop_column("deployment", "requests_allowed")
