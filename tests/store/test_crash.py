"""What a process leaves behind that was killed while it wrote, or that started beside another."""

import subprocess
import sys

from app.store.changes import latest_change
from app.store.deployments import ensure_deployment
from app.store.facts import read_run_facts
from app.store.runs import unsealed_runs
from app.store.schema import SchemaState, schema_state
from app.store.session import Store

_WRITES = """
import sys
from app.model.ids import RunKey
from app.store.session import Store
from tests.build import keep, make_facts, make_run, make_try, make_xcom

store = Store(sys.argv[1])
for number in range(1_000_000):
    run = RunKey("d", f"r{number}")
    tries = tuple(make_try(f"t{n}", run=run) for n in range(50))
    xcoms = tuple(make_xcom(f"t{n}", n, run=run) for n in range(50))
    keep(store, make_facts(make_run(run), tries=tries, xcoms=xcoms))
    print(number, flush=True)
"""
_MIGRATES = "import sys; from app.store.schema import migrate; migrate(sys.argv[1])"


def _python(script: str, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", script, url], stdout=subprocess.PIPE, text=True
    )


def test_a_killed_writer_leaves_whole_transactions(store_url: str, store: Store) -> None:
    with _python(_WRITES, store_url) as writer:
        assert writer.stdout is not None
        committed = [int(writer.stdout.readline()) for _ in range(5)]
        writer.kill()
    with store.writing() as session:
        pk = ensure_deployment(session, name="default", url="http://airflow.test")
        runs = unsealed_runs(session, deployment_pk=pk)
        facts = [read_run_facts(session, deployment_pk=pk, run=run) for run in sorted(runs)]
        assert latest_change(session) >= len(runs)
    assert {f"r{number}" for number in committed} <= {run.run_id for run in runs}
    assert {(len(one.tries), len(one.xcoms)) for one in facts} == {(50, 50)}


def test_processes_that_migrate_at_once_do_it_once(empty_url: str) -> None:
    processes = [_python(_MIGRATES, empty_url) for _ in range(3)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    for process in processes:
        process.communicate()
    store = Store(empty_url)
    assert schema_state(store) is SchemaState.CURRENT
    store.close()
