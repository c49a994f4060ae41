"""SQLite's indexes of leaves by the day, so that what comes in together changes few pages."""

from alembic import op

revision = "9a27d0c41f5b"
down_revision = "5e19c7d2a804"
branch_labels = None
depends_on = None

# The day of a leaf: the second in its number by the seconds of a day (app/store/search/spans.py).
DAY = "id / 22118400"
INDEXES = {
    "ix_leaf_head": ("substr(text, 1, 64)", ""),
    "ix_leaf_path_hash": ("path_pk, hash", ""),
    "ix_leaf_path_num": ("path_pk, num", "WHERE num IS NOT NULL"),
    "ix_leaf_long": ("hash", "WHERE length(text) > 64"),
}


def upgrade() -> None:
    _make(f"{DAY}, ")


def downgrade() -> None:
    _make("")


def _make(day: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for name, (columns, condition) in INDEXES.items():
        op.execute(f"DROP INDEX {name}")
        op.execute(f"CREATE INDEX {name} ON leaf ({day}{columns}) {condition}")
