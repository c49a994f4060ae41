"""`ApiV2`: every question, put as API v2 wants it."""

from app.airflow.connection import Connection
from app.airflow.v2.dags import DagQuestions
from app.airflow.v2.instances import InstanceQuestions
from app.airflow.v2.runs import RunQuestions
from app.airflow.v2.xcoms import XComQuestions
from app.airflow.versions import numbers

# Read in the sources and seen: 3.0.6, 3.1.8, 3.2.1 and 3.2.2 do neither, 3.3.0 does both.
_LISTS_RENDERED = _ORDERS_MAPPED = (3, 3)
_POSTS = (
    "its lists leave rendered fields out: they are asked for by POST, and for each such request"
    " Airflow writes a line into its audit log"
)


class ApiV2(DagQuestions, RunQuestions, InstanceQuestions, XComQuestions):
    """What an Airflow 3 of this version says about itself."""

    name = "v2"

    def __init__(self, at: Connection, *, version: str, value_limit: int) -> None:
        super().__init__(at, value_limit=value_limit)
        self.lists_rendered = numbers(version) >= _LISTS_RENDERED
        self.orders_mapped = numbers(version) >= _ORDERS_MAPPED

    def missing(self) -> tuple[str, ...]:
        """What an older 3 does not have is asked for in another way: here what that costs it."""
        return () if self.lists_rendered else (_POSTS,)
