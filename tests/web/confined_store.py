"""The sample, in which one DAG has also got something from another one, and gives to it."""

from sqlalchemy import delete, select, update

from app.model.facts import Dag, Run, Try, XCom, XComKey
from app.model.findings import (
    Analysis,
    Check,
    Consumer,
    Evidence,
    Flow,
    Problem,
    ProblemKind,
    Producer,
    Pull,
    Severity,
    Suggestion,
)
from app.model.ids import RunKey, TaskInstanceKey, TryKey
from app.refresh.indexing import index_some
from app.store import tables as t
from app.store.dags import write_dags
from app.store.deployments import ensure_deployment
from app.store.findings import write_analysis
from app.store.flows import read_flows
from app.store.problems import read_found_problems
from app.store.runs import write_runs
from app.store.search.writing import delete_leaves
from app.store.session import Store, WriteSession
from app.store.tries import write_tries
from app.store.xcoms import write_xcoms
from tests.web.sample import NOW, geo_run

#: The DAG that a reader may see, and the others of its Airflow that they may not.
SEEN, UNSEEN = "geo_tiles_daily", ("churn_training", "vault_rotation")
VAULT = RunKey("vault_rotation", "vault__run__7")
#: Stands in what the unseen DAG gave, and in nothing that the seen one has.
SECRET_OF_VAULT = "vault-path-91c3f0aa"


def fill_vault(store: Store) -> None:
    """To be called on a store with the sample in it."""
    with store.writing() as session:
        pk = ensure_deployment(session, name="prod-eu", url="http://airflow.eu.example:8080")
        _add_vault(session, pk)
        _add_to_geo(session, pk)
        while index_some(session):
            pass


def forget_unseen(store: Store) -> None:
    """What is left is what there were, had there never been another DAG than the seen one."""
    with store.writing() as session:
        others = select(t.dag.c.id).where(t.dag.c.dag_id != SEEN)
        runs = select(t.dag_run.c.id).where(t.dag_run.c.dag_pk.in_(others))
        instances = select(t.task_instance.c.id).where(t.task_instance.c.run_pk.in_(runs))
        delete_leaves(
            session,
            xcoms=session.scalars(select(t.xcom.c.id).where(t.xcom.c.run_pk.in_(runs))).all(),
            tries=session.scalars(
                select(t.task_try.c.id).where(t.task_try.c.task_instance_pk.in_(instances))
            ).all(),
        )
        session.execute(delete(t.flow).where(t.flow.c.producer_dag_id != SEEN))
        session.execute(delete(t.change).where(t.change.c.dag_id.not_in([SEEN, ""])))
        session.execute(delete(t.change).where(t.change.c.deployment != "prod-eu"))
        session.execute(delete(t.dag).where(t.dag.c.dag_id != SEEN))
        session.execute(delete(t.deployment).where(t.deployment.c.name != "prod-eu"))
        problem = t.problem.c
        session.execute(
            update(t.problem)
            .where(problem.alone.is_not(None))
            .values(
                body=problem.alone,
                title=problem.task_id + " reads from another DAG",
                others=[],
                alone=None,
            )
        )


def _add_vault(session: WriteSession, pk: int) -> None:
    write_dags(session, deployment_pk=pk, dags=[Dag(VAULT.dag_id, VAULT.dag_id, "@daily")])
    run = Run(VAULT, "success", "scheduled", run_after=NOW, start=NOW, end=NOW)
    write_runs(session, deployment_pk=pk, runs=[run])
    instance = TaskInstanceKey(*_of(VAULT), "rotate_keys")
    got = Try(TryKey(instance, 1), "success", rendered={"env_vars": {"TILES": _TILES}})
    write_tries(session, deployment_pk=pk, tries=[got])
    given = XCom(XComKey(instance, "vault_key", NOW), SECRET_OF_VAULT, 20)
    write_xcoms(session, deployment_pk=pk, xcoms=[given])
    tiles = Producer(TaskInstanceKey(*_of(geo_run()), "extract_tiles"), 2, "return_value", ())
    flow = Flow(tiles, Consumer(instance, 1, "env_vars.TILES"), Evidence.CONFIRMED, _TILES)
    _analysed(session, pk, VAULT, Analysis((flow,)))


def _add_to_geo(session: WriteSession, pk: int) -> None:
    """It got something from the other DAG, and pulled something there that is not."""
    run, problems = geo_run(), read_found_problems(session, deployment_pk=pk, run=geo_run())
    instance = TaskInstanceKey(*_of(run), "extract_tiles")
    vault = Producer(TaskInstanceKey(*_of(VAULT), "rotate_keys"), 1, "vault_key")
    consumer = Consumer(instance, 2, "env_vars.GDAL_CACHEMAX", ((0, 4),))
    flow = Flow(vault, consumer, Evidence.INFERRED, SECRET_OF_VAULT)
    broken = Problem(
        ProblemKind.UNKNOWN_KEY,
        Severity.WARNING,
        "extract_tiles reads a key that rotate_keys of vault_rotation did not push",
        consumer=Consumer(instance, 2, "env_vars.SCENES"),
        pull=Pull(VAULT.dag_id, ("rotate_keys",), "vault_kee", (), "{{ its_template }}", 24),
        checks=(Check("pushed vault_kee", ok=False, seen=f"only vault_key, {SECRET_OF_VAULT}"),),
        suggestion=Suggestion("did you mean vault_key of vault_rotation?", "{{ vault_key }}"),
        cause="of-the-vault",
    )
    flows = (*read_flows(session, deployment_pk=pk, run=run), flow)
    analysis = Analysis(flows, (*problems, broken))
    _analysed(session, pk, run, analysis)


def _analysed(session: WriteSession, pk: int, run: RunKey, analysis: Analysis) -> None:
    write_analysis(
        session,
        deployment_pk=pk,
        run=run,
        analysis=analysis,
        engine_version=1,
        structure_hash=None,
        at=NOW,
    )


def _of(run: RunKey) -> tuple[str, str]:
    return run.dag_id, run.run_id


_TILES = "s3://geo-prod/tiles/2026-11-21/z14/tiles.parquet?v=a31"
