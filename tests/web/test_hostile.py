"""XCom values, ids, logs and sources come from others: shown as text, whatever they hold."""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from app.lineage.contract.learning import observed
from app.model.contract import Given
from app.model.facts import Dag, DagVersion, Run, Task, Try, XCom, XComKey
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
from app.model.leaves import LeafAddress, Place
from app.model.values import Json
from app.query.terms import Contains, Named, Query, Scope, Term
from app.query.writing import written
from app.refresh.indexing import index_runs
from app.store.contracts import write_contracts
from app.store.dags import write_dags, write_version
from app.store.deployments import ensure_deployment, note_failure
from app.store.findings import write_analysis
from app.store.numbers import dag_numbers
from app.store.runs import write_runs
from app.store.session import Store
from app.store.tries import write_tries
from app.store.xcoms import write_xcoms
from app.web import links
from tests.web.conftest import make_app

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}\ud800\0\u202e" + "w" * 300
AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
# Half a character cannot stand in an address, so no page could be asked for by such an id.
EVIL_ID = EVIL.replace("\ud800", "").replace("\0", "")

DAG = "d-" + EVIL_ID.replace("/", "")
TASK = "t-" + EVIL_ID.replace("/", "")


def hostile_run() -> RunKey:
    return RunKey(DAG, f"r/{EVIL_ID}")


def _task() -> TaskInstanceKey:
    return TaskInstanceKey(DAG, hostile_run().run_id, TASK)


def fill_hostile(store: Store) -> None:
    run, task = hostile_run(), _task()
    producer = Producer(task, 1, EVIL, (EVIL, 0))
    consumer = Consumer(task, 1, f"env_vars.{EVIL}", ((0, 9), (5, 12), (-1, 10**9)))
    problem = Problem(
        ProblemKind.UNKNOWN_TASK,
        Severity.ERROR,
        EVIL,
        consumer=consumer,
        pull=Pull(EVIL, (EVIL,), EVIL, (EVIL,), EVIL, 1),
        silent=True,
        checks=(Check(EVIL, ok=False, seen=EVIL),),
        suggestion=Suggestion(EVIL, EVIL + "!"),
        airflow_said=EVIL,
        wrong=EVIL,
    )
    flow = Flow(producer, consumer, Evidence.CONFIRMED, EVIL, line=1)
    with store.writing() as session:
        pk = ensure_deployment(session, name="default", url="javascript:alert(1)")
        dag = Dag(DAG, EVIL, EVIL, fileloc=EVIL, latest_version=1, tags=(EVIL,))
        write_dags(session, deployment_pk=pk, dags=[dag])
        tasks = (Task(TASK, EVIL),)
        version = DagVersion(DAG, 1, source=f"x = {EVIL!r}\n{EVIL}", tasks=tasks)
        write_version(session, deployment_pk=pk, version=version)
        runs = [Run(run, EVIL, EVIL, AT, AT, AT, AT, AT, 1)]
        write_runs(session, deployment_pk=pk, runs=runs)
        rendered: dict[str, Json] = {"env_vars": {EVIL: EVIL}, "image": EVIL}
        attempt = Try(TryKey(task, 1), EVIL, EVIL, AT, AT, hostname=EVIL, rendered=rendered)
        write_tries(session, deployment_pk=pk, tries=[attempt])
        xcom = XCom(XComKey(task, EVIL, AT), {EVIL: [EVIL, float("nan"), 10**400]}, size=10**12)
        keyed = XCom(XComKey(task, EVIL_ID, AT), {EVIL_ID: [EVIL]})
        write_xcoms(session, deployment_pk=pk, xcoms=[xcom, keyed])
        analysis = Analysis((flow,), (problem,))
        write_analysis(
            session,
            deployment_pk=pk,
            run=run,
            analysis=analysis,
            engine_version=1,
            structure_hash=None,
            at=AT,
        )
        dag_pk = dag_numbers(session, deployment_pk=pk)[DAG]
        # Only a name that is not too long is told apart from others.
        given = Given(EVIL, {EVIL: [EVIL, 10**400], EVIL[:40]: EVIL}, 1)
        contract = observed((1, 1), [[given]])
        write_contracts(session, dag_pk=dag_pk, contracts={TASK: contract})
        index_runs(session, deployment_pk=pk, runs=[run])
        note_failure(session, deployment_pk=pk, at=AT, error=EVIL)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str | None] = []
        self.images = 0
        self.handlers: list[str] = []
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self.scripts.append(given.get("src"))
        self.images += tag == "img"
        self.handlers += [name for name in given if name.startswith("on")]
        self.hrefs.append(given.get("href") or "")


PAGES = (
    links.overview(),
    links.dags(),
    links.dag(deployment="default", dag_id=DAG),
    links.contract(deployment="default", dag_id=DAG, task_id=TASK),
    links.task_instance(deployment="default", instance=_task()),
    links.history(deployment="default", instance=_task()),
    links.tryout(deployment="default", dag_id=DAG, problem=1),
    links.tryout(
        deployment="default",
        dag_id=DAG,
        run_id=hostile_run().run_id,
        task_id=TASK,
        field=f"env_vars.{EVIL_ID}",
        template=f"{EVIL_ID}{{{{ ti.xcom_pull({TASK!r}, key={EVIL_ID!r}) }}}}",
    ),
    links.search(),
    links.search(q="alert"),
    links.search(q=written(Query((Term(Contains(EVIL_ID)), Term(Named(Scope.DAG, DAG)))))),
    links.value(LeafAddress("default", Place.XCOM, _task(), 1, EVIL_ID, (EVIL_ID, 0), AT)),
    links.value(LeafAddress("default", Place.FIELD, _task(), 1, "image", (), AT)),
    links.problems(),
    links.problem(1),
    links.status(),
    f"/nowhere/{DAG}",
)


@pytest.mark.parametrize("address", PAGES, ids=lambda address: address[:24])
def test_hostile_text_is_only_text(empty_store: Store, address: str) -> None:
    fill_hostile(empty_store)
    with TestClient(make_app(empty_store)) as client:
        answer = client.get(address)
    assert answer.status_code == (404 if address.startswith("/nowhere") else 200)
    tags = _Tags()
    tags.feed(answer.text)
    assert all(src and src.startswith("/static/") for src in tags.scripts)
    assert tags.images == 0
    assert tags.handlers == []
    assert not [href for href in tags.hrefs if href.startswith("javascript")]
