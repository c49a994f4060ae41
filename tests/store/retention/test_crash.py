"""`kill -9` while runs are deleted: what is to be kept is whole, and the rest goes next time."""

import subprocess
import sys

from app.model.retention import Retention
from tests.store.retention.runs import Past

KEPT = Retention(days=996.5)
_PRUNES = """
import sys, time
from app.model.retention import Retention
from app.refresh.pruning import Pruner
from app.store.session import Store
from tests.store.retention.runs import day

def wait(_seconds):
    print("step", flush=True)
    time.sleep(0.01)
    return False

store = Store(sys.argv[1])
pruner = Pruner(store, int(sys.argv[2]), Retention(days=996.5), wait=wait)
pruner.rows = 7
pruner.prune(now=day(1000))
"""


def test_a_killed_prune_keeps_what_is_to_be_kept(store_url: str, past: Past) -> None:
    for number in range(6):
        past.run(number, value=list(range(50)))
    whole = past.kept()
    for steps in (1, 2, 4, 9):
        command = [sys.executable, "-c", _PRUNES, store_url, str(past.deployment_pk)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own script
            assert process.stdout is not None
            for _ in range(steps):
                process.stdout.readline()
            process.kill()
        seen = {run: one for run, one in past.kept().items() if run in whole}
        assert seen == {run: whole[run] for run in seen}
        assert {"r4", "r5"} <= seen.keys()
    past.prune(KEPT)
    assert past.kept() == {run: whole[run] for run in ("r4", "r5")}
    assert past.rows("dag_run") == {"dag_run": 2}
