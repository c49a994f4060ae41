"""Flows found by the task that got them, too."""

from alembic import op

revision = "6a90d1f7c3b8"
down_revision = "5e0a9c63d7b8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_flow_consumer", "flow", ["run_pk", "consumer_task_id"])
    op.drop_index("ix_flow_run_pk", "flow")


def downgrade() -> None:
    op.create_index("ix_flow_run_pk", "flow", ["run_pk"])
    op.drop_index("ix_flow_consumer", "flow")
