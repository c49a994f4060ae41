"""`ApiV2`: every question, put as API v2 wants it."""

from app.airflow.v2.dags import DagQuestions
from app.airflow.v2.instances import InstanceQuestions
from app.airflow.v2.runs import RunQuestions
from app.airflow.v2.xcoms import XComQuestions


class ApiV2(DagQuestions, RunQuestions, InstanceQuestions, XComQuestions):
    """What an Airflow 3 says about itself."""

    name = "v2"

    def missing(self) -> tuple[str, ...]:
        """Nothing: what an older 3 does not have is asked for in another way."""
        return ()
