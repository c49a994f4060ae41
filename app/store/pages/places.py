"""From the ids in an address to the numbers of our rows; what is not stored is said so."""

from sqlalchemy import select

from app.model.errors import NotKept
from app.model.ids import RunKey
from app.store.runs import select_run
from app.store.session import AnyRow, ReadSession
from app.store.tables import dag, dag_run, deployment


def find_deployment(session: ReadSession, name: str) -> int:
    """Raises NotKept when no deployment has that name."""
    pk: int | None = session.scalar(select(deployment.c.id).where(deployment.c.name == name))
    if pk is None:
        raise NotKept(f"There is no deployment {name}")
    return pk


def find_dag(session: ReadSession, *, deployment_name: str, dag_id: str) -> int:
    """Raises NotKept when the deployment or the DAG is not stored."""
    pk: int | None = session.scalar(
        select(dag.c.id).where(
            dag.c.deployment_id == find_deployment(session, deployment_name),
            dag.c.dag_id == dag_id,
        )
    )
    if pk is None:
        raise NotKept(f"DAG {dag_id} is not stored")
    return pk


def find_run(session: ReadSession, *, deployment_name: str, run: RunKey) -> int:
    """The number of the run's deployment. Raises NotKept when the run is not stored."""
    pk: int | None = session.scalar(
        select_run(run, deployment.c.id).where(deployment.c.name == deployment_name)
    )
    if pk is None:
        raise NotKept(f"Run {run.run_id} of DAG {run.dag_id} is not stored")
    return pk


def read_run_row(session: ReadSession, *, deployment_name: str, run: RunKey) -> AnyRow:
    """The run's row, with `deployment_id` and `url` of its deployment. Raises NotKept."""
    row = session.execute(
        select_run(run, dag_run, dag.c.deployment_id, deployment.c.url).where(
            deployment.c.name == deployment_name
        )
    ).one_or_none()
    if row is None:
        raise NotKept(f"There is no run {run.run_id} of {run.dag_id} in {deployment_name}")
    return row
