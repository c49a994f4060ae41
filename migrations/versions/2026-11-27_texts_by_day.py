"""PostgreSQL's index of texts knows the day of each leaf, too."""

from alembic import op

revision = "e81f4a06c7d3"
down_revision = "5d0c7f2e8b16"
branch_labels = None
depends_on = None

# As the searches have it (app/store/search/folded.py).
DAY = (24 * 3600) << 32


def upgrade() -> None:
    # Of a text that is frequent in older days of a week the whole week was read for the newest of
    # them. Parts that are made later take the settings over from here.
    _make(f"folded gin_trgm_ops, (ARRAY[id / {DAY}])")


def downgrade() -> None:
    _make("folded gin_trgm_ops")


def _make(columns: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP INDEX ix_leaf_trigram")
    op.execute(
        f"CREATE INDEX ix_leaf_trigram ON leaf USING gin ({columns})"
        " WITH (fastupdate = on, gin_pending_list_limit = 1024)"
    )
