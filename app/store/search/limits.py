"""How long a search may take."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import QueryCanceled
from sqlalchemy.exc import OperationalError

from app.store.session import ReadSession

# A plan for any parameters knows nothing of the text: it reads whole parts of the table, five times
# as long, and PostgreSQL takes it by itself when a statement comes for the sixth time.
_LIMITED = (
    "SAVEPOINT searching; SET LOCAL statement_timeout = {milliseconds};"
    " SET LOCAL plan_cache_mode = force_custom_plan"
)
# Without parameters the driver sends several statements at once, which saves their ways.
_AT_ONCE = {"no_parameters": True}
_BACK = "ROLLBACK TO SAVEPOINT searching"
_UNLIMITED = "SET LOCAL statement_timeout = 0"
_FOR_ANY = "SET LOCAL plan_cache_mode = force_generic_plan"
_FOR_EACH = "SET LOCAL plan_cache_mode = force_custom_plan"


class TimeIsUp(Exception):
    """PostgreSQL broke off a statement that took too long."""


@contextmanager
def at_most(session: ReadSession, seconds: float) -> Iterator[float]:
    """When the time is up, on the monotonic clock; for its user to look at.

    On PostgreSQL, where one statement may take long, it is broken off then; what had been begun in
    the transaction stays. Raises TimeIsUp.
    """
    until = time.monotonic() + seconds
    if session.dialect.name == "sqlite":
        yield until
        return
    limited = _LIMITED.format(milliseconds=max(1, round(seconds * 1000)))
    session.exec_driver_sql(limited, execution_options=_AT_ONCE)
    try:
        yield until
        session.exec_driver_sql(_UNLIMITED)
    except OperationalError as error:
        if isinstance(error.orig, QueryCanceled):
            # To where the transaction lives on, and nothing is limited.
            session.exec_driver_sql(_BACK)
            raise TimeIsUp from error
        raise


@contextmanager
def planned_once(session: ReadSession) -> Iterator[None]:
    """While it lasts PostgreSQL plans a statement once and not for its parameters.

    For one of many tables whose plan is always the same: planning took longer than reading.
    """
    if session.dialect.name == "sqlite":
        yield
        return
    session.exec_driver_sql(_FOR_ANY)
    yield
    session.exec_driver_sql(_FOR_EACH)
