"""Runs migrations in the transaction that app.store.schema opened.

To write a new one, against a database that has all the others:
`python -m alembic -x url=sqlite:///dev.sqlite revision --autogenerate -m "what it does"`.
"""

from alembic import context
from sqlalchemy import Connection

from app.store.schema import is_in_tables
from app.store.session import Store
from app.store.tables import metadata


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        include_name=is_in_tables,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with Store(context.get_x_argument(as_dictionary=True)["url"]).writing() as session:
        run(session)
