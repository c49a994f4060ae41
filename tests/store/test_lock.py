import subprocess
import sys
from pathlib import Path

import pytest

from app.model.errors import StoreLocked
from app.store.lock import polling_alone, sqlite_file

HOLD = """
import sys
from app.store.lock import polling_alone
with polling_alone(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_poller_is_kept_off_a_sqlite_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    with polling_alone(url), pytest.raises(StoreLocked, match="another xcomtrace already polls"):  # noqa: SIM117 # the second one fails
        with polling_alone(url):
            pass
    with polling_alone(url):
        pass


def test_the_lock_ends_with_the_process_however_it_ends(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    with subprocess.Popen(  # noqa: S603 # our own program
        [sys.executable, "-c", HOLD, url],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreLocked), polling_alone(url):
            pass
        holder.kill()
    with polling_alone(url):
        pass


def test_pollers_of_different_files_do_not_meet(tmp_path: Path) -> None:
    with (
        polling_alone(f"sqlite:///{tmp_path / 'a.sqlite'}"),
        polling_alone(f"sqlite:///{tmp_path / 'b.sqlite'}"),
    ):
        pass


@pytest.mark.parametrize("url", ["postgresql://h/n", "sqlite://", "sqlite:///:memory:"])
def test_what_is_no_file_is_not_locked(url: str) -> None:
    assert sqlite_file(url) is None
    with polling_alone(url), polling_alone(url):
        pass
