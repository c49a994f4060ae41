"""PostgreSQL's groups of characters with the punctuation of paths and ids in them."""

from alembic import op

revision = "c3f10a6b72de"
down_revision = "9a27d0c41f5b"
branch_labels = None
depends_on = None

LETTERS = {"/": "q", "-": "z", "_": "j", ".": "x", "=": "v", ":": "w"}


def upgrade() -> None:
    # As the searches have it (app/store/search/trigrams.py). translate() would take five times as
    # long, for each candidate that is checked.
    texts = "lower(text)"
    for other, letter in LETTERS.items():
        texts = f"replace({texts}, '{other}', '{letter}')"
    _make(texts)


def downgrade() -> None:
    _make("lower(text)")


def _make(texts: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP INDEX ix_leaf_trigram")
    op.execute(
        f"CREATE INDEX ix_leaf_trigram ON leaf USING gin ({texts} gin_trgm_ops)"
        " WITH (fastupdate = off)"
    )
