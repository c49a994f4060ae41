"""`ApiV1`: every question, put as API v1 wants it."""

from app.airflow.connection import Connection
from app.airflow.v1.dags import DagQuestions
from app.airflow.v1.features import missing, read_features
from app.airflow.v1.instances import InstanceQuestions
from app.airflow.v1.runs import RunQuestions
from app.airflow.v1.xcoms import XComQuestions


class ApiV1(DagQuestions, RunQuestions, InstanceQuestions, XComQuestions):
    """What an Airflow 2 says about itself."""

    name = "v1"
    lists_rendered = True
    orders_mapped = False  # It gives none.

    def missing(self) -> tuple[str, ...]:
        return missing(self._features)


def api_v1(at: Connection, *, version: str, value_limit: int) -> ApiV1:
    """The questions to an Airflow 2 of this version, by what it says it can do."""
    return ApiV1(at, value_limit=value_limit, features=read_features(at, version=version))
