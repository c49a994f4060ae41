"""Leaves: every scalar that tasks gave and got, with the indexes that searches go by."""

import sqlalchemy as sa
from alembic import op

from app.model.errors import StoreError

revision = "4e1b7c90d2a6"
down_revision = "3d7c0b95e1fa"
branch_labels = None
depends_on = None

# SQLite numbers rows only in a column that is declared INTEGER.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITS = sa.text("indexed_by IS NULL")

# Only the first 64 characters of texts: PostgreSQL's indexes take no long ones. The longer texts
# are found by their hash. SQLite's indexes end with the row's number by themselves.
INDEXES = {
    "ix_leaf_head": "leaf (substr(text, 1, 64), id)",
    "ix_leaf_path_hash": "leaf (path_pk, hash, id)",
    "ix_leaf_path_num": "leaf (path_pk, num, id) WHERE num IS NOT NULL",
    "ix_leaf_long": "leaf (hash, id) WHERE length(text) > 64",
    "ix_leaf_xcom": "leaf (xcom_pk) WHERE xcom_pk IS NOT NULL",
    "ix_leaf_try": "leaf (try_pk) WHERE try_pk IS NOT NULL",
}
# Neither the texts (they stand in `leaf`) nor their sizes or positions: candidates are checked.
FTS = """
CREATE VIRTUAL TABLE leaf_trigram
USING fts5(text, content='', columnsize=0, detail=none, tokenize='trigram')
"""
NO_TRIGRAMS = (
    "searching needs PostgreSQL's extension pg_trgm, which is not in this database: as a superuser"
    " or the database's owner run CREATE EXTENSION pg_trgm in it, then `xcomtrace migrate` again"
    " (the extension comes with PostgreSQL; some systems have it in a package postgresql-contrib)"
)


def upgrade() -> None:
    for table in ("xcom", "task_try"):
        op.add_column(table, sa.Column("indexed_by", sa.SmallInteger(), nullable=True))
        op.create_index(
            f"ix_{table}_to_index", table, ["id"], sqlite_where=WAITS, postgresql_where=WAITS
        )
    create_leaf_path()
    create_leaf()
    op.create_table(
        "leaf_spill",
        sa.Column("seconds", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("seconds", name="pk_leaf_spill"),
    )
    if op.get_bind().dialect.name == "sqlite":
        index_on_sqlite()
    else:
        index_on_postgresql()


def create_leaf_path() -> None:
    op.create_table(
        "leaf_path",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("dag_pk", NUMBER, nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dag_pk"], ["dag.id"], name="fk_leaf_path_dag_pk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_leaf_path"),
        sa.UniqueConstraint("mark", name="uq_leaf_path_mark"),
    )


def create_leaf() -> None:
    op.create_table(
        "leaf",
        sa.Column("id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("xcom_pk", NUMBER, nullable=True),
        sa.Column("try_pk", NUMBER, nullable=True),
        sa.Column("path_pk", NUMBER, nullable=False),
        sa.Column("positions", sa.Text(), nullable=True),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text(collation=text_collation()), nullable=False),
        sa.Column("num", sa.Float(), nullable=True),
        sa.Column("hash", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leaf"),
        postgresql_partition_by="RANGE (id)",
    )


def text_collation() -> str | None:
    # Prefixes are ranges, and only A to Z have two cases, whatever the database's language is.
    return None if op.get_bind().dialect.name == "sqlite" else "C"


def index_on_sqlite() -> None:
    for name, on in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {on.replace(', id)', ')')}")
    op.execute(FTS)


def index_on_postgresql() -> None:
    for name, on in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {on}")
    add_trigrams()
    # A list of pending entries would make some searches slow, and one write in many.
    op.execute(
        "CREATE INDEX ix_leaf_trigram ON leaf USING gin (lower(text) gin_trgm_ops)"
        " WITH (fastupdate = off)"
    )
    op.execute("CREATE SEQUENCE leaf_number AS bigint")


def add_trigrams() -> None:
    try:
        with op.get_bind().begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except sa.exc.DBAPIError as error:
        raise StoreError(NO_TRIGRAMS) from error


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("leaf_trigram")
    else:
        op.execute("DROP SEQUENCE leaf_number")
    for table in ("leaf_spill", "leaf", "leaf_path"):
        op.drop_table(table)
    for table in ("task_try", "xcom"):
        op.drop_index(f"ix_{table}_to_index", table)
        op.drop_column(table, "indexed_by")
