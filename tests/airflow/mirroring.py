"""The mirror that recordings are made with and replayed to."""

from datetime import timedelta

from app.airflow.client import Airflow
from app.lineage.analyze import ENGINE_VERSION, analyze
from app.lineage.before.problems import look_ahead
from app.refresh import Limits, Mirror
from app.refresh.ahead import Lookout
from app.refresh.findings import Findings
from app.store.session import Store

# Often enough for the minute that a recording takes.
_DAGS_EVERY = timedelta(seconds=20)


def recorded_mirror(airflow: Airflow, store: Store) -> Mirror:
    """The real one, but that it places no graphs: that asks Airflow nothing."""
    return Mirror(
        airflow,
        store,
        findings=Findings(analyze, ENGINE_VERSION),
        lookout=Lookout(look_ahead),
        limits=Limits(backfill_days=30, dags_every=_DAGS_EVERY),
    )
