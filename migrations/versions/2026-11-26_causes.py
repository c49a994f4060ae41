"""Causes: problems of all runs grouped by what there is to mend, and what people decide of them."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "b7d20c4e91f3"
down_revision = "8c41f0d92b6e"
branch_labels = None
depends_on = None

# SQLite numbers rows only in a column that is declared INTEGER.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OF_DAG = sa.text("run_pk IS NULL")

DEPLOYMENT = sa.table("deployment", sa.column("began_at", MOMENT))
RUN = sa.table("dag_run", sa.column("id"), sa.column("dag_pk"))
PROBLEM = sa.table(
    "problem",
    sa.column("id"),
    sa.column("dag_pk"),
    sa.column("run_pk"),
    sa.column("cause"),
    sa.column("kind"),
    sa.column("task_id"),
    sa.column("field"),
    sa.column("status"),
    sa.column("is_victim"),
    sa.column("body"),
    sa.column("first_seen", MOMENT),
    sa.column("last_seen", MOMENT),
)
CAUSE = sa.table(
    "cause",
    sa.column("dag_pk"),
    sa.column("name"),
    sa.column("is_open", sa.Boolean),
    sa.column("since", MOMENT),
    sa.column("first_at", MOMENT),
    sa.column("last_at", MOMENT),
    sa.column("runs"),
    sa.column("returns"),
    sa.column("problem_pk"),
)


def upgrade() -> None:
    op.add_column("deployment", sa.Column("began_at", MOMENT, nullable=True))
    # What was mirrored before is no news.
    op.execute(sa.update(DEPLOYMENT).values(began_at=datetime.now(UTC)))
    with op.batch_alter_table("problem") as batch:
        batch.add_column(sa.Column("dag_pk", NUMBER, nullable=True))
        batch.add_column(sa.Column("version_number", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("cause", sa.Text(), nullable=True))
        batch.alter_column("run_pk", existing_type=NUMBER, nullable=True)
    of_run = sa.select(RUN.c.dag_pk).where(RUN.c.id == PROBLEM.c.run_pk).scalar_subquery()
    op.execute(sa.update(PROBLEM).values(dag_pk=of_run))
    name_causes()
    with op.batch_alter_table("problem") as batch:
        batch.alter_column("dag_pk", existing_type=NUMBER, nullable=False)
        batch.alter_column("cause", existing_type=sa.Text(), nullable=False)
        batch.create_foreign_key("fk_problem_dag_pk", "dag", ["dag_pk"], ["id"], ondelete="CASCADE")
    op.create_index("ix_problem_dag_pk_cause", "problem", ["dag_pk", "cause"])
    op.create_index(
        "uq_problem_of_dag",
        "problem",
        ["dag_pk", "fingerprint"],
        unique=True,
        sqlite_where=OF_DAG,
        postgresql_where=OF_DAG,
    )
    create_cause()
    gather_causes()
    create_decision()
    create_news()
    create_message()


def name_causes() -> None:
    """Until they are analysed again, problems are grouped as they were before."""
    connection = op.get_bind()
    rows = connection.execute(sa.select(PROBLEM).order_by(PROBLEM.c.run_pk, PROBLEM.c.id))
    # Bodies are long: no more than one is held at a time.
    known = [(row.id, row.is_victim, (row.run_pk, root_of(row)), own_name(row)) for row in rows]
    tellers = {root: name for _, is_victim, root, name in reversed(known) if not is_victim}
    named = [
        {"pk": pk, "name": tellers.get(root, name) if is_victim else name}
        for pk, is_victim, root, name in known
    ]
    if named:
        connection.execute(
            sa.update(PROBLEM)
            .where(PROBLEM.c.id == sa.bindparam("pk"))
            .values(cause=sa.bindparam("name")),
            named,
        )


def own_name(row: sa.Row[Any]) -> str:
    return json.dumps([row.kind, row.task_id, row.field])


def root_of(row: sa.Row[Any]) -> str | None:
    """The task whose push is the cause: its own for a push problem."""
    if row.field is None:
        return str(row.task_id)
    root = json.loads(row.body).get("root")
    return str(root["instance"]["task_id"]) if root else None


def gather_causes() -> None:
    connection = op.get_bind()
    groups: dict[tuple[int, str], list[sa.Row[Any]]] = {}
    columns = (column for column in PROBLEM.c if column.name != "body")
    for row in connection.execute(sa.select(*columns).order_by(PROBLEM.c.id)):
        groups.setdefault((row.dag_pk, row.cause), []).append(row)
    made = [gathered(dag_pk, name, rows) for (dag_pk, name), rows in groups.items()]
    if made:
        connection.execute(sa.insert(CAUSE), made)


def gathered(dag_pk: int, name: str, rows: Iterable[sa.Row[Any]]) -> dict[str, Any]:
    known = sorted(rows, key=lambda row: (row.is_victim, row.status != "open", -row.id))
    return {
        "dag_pk": dag_pk,
        "name": name,
        "is_open": known[0].status == "open",
        "since": max(row.last_seen for row in known),
        "first_at": min(row.first_seen for row in known),
        "last_at": max(row.last_seen for row in known),
        "runs": len({row.run_pk for row in known}),
        "returns": 0,
        "problem_pk": known[0].id,
    }


def create_cause() -> None:
    op.create_table(
        "cause",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("dag_pk", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("problem_pk", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["dag_pk"], ["dag.id"], name="fk_cause_dag_pk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_cause"),
        sa.UniqueConstraint("dag_pk", "name", name="uq_cause_dag_pk_name"),
    )
    op.create_index("ix_cause_is_open", "cause", ["is_open"])


def create_decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("cause_pk", NUMBER, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cause_pk"], ["cause.id"], name="fk_decision_cause_pk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.UniqueConstraint("cause_pk", name="uq_decision_cause_pk"),
    )


def create_news() -> None:
    op.create_table(
        "news",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("cause_pk", NUMBER, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["cause_pk"], ["cause.id"], name="fk_news_cause_pk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_news"),
    )


def create_message() -> None:
    op.create_table(
        "message",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("webhook", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("uid", name="uq_message_uid"),
    )
    op.create_index("ix_message_next_try_at", "message", ["next_try_at"])


def downgrade() -> None:
    for name in ("message", "news", "decision", "cause"):
        op.drop_table(name)
    op.drop_index("uq_problem_of_dag", "problem")
    op.drop_index("ix_problem_dag_pk_cause", "problem")
    op.execute(sa.delete(PROBLEM).where(PROBLEM.c.run_pk.is_(None)))
    with op.batch_alter_table("problem") as batch:
        batch.drop_constraint("fk_problem_dag_pk", type_="foreignkey")
        batch.alter_column("run_pk", existing_type=NUMBER, nullable=False)
        for column in ("cause", "version_number", "dag_pk"):
            batch.drop_column(column)
    # Not in a batch: that makes the table anew, and what points at the old one goes with it.
    op.drop_column("deployment", "began_at")
