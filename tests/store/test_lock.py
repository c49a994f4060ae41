from pathlib import Path

import pytest

from app.model.errors import StoreLocked
from app.store.lock import polling_alone, sqlite_file


def test_a_second_poller_of_the_same_file_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    with polling_alone(url):
        with pytest.raises(StoreLocked, match="already polls into"), polling_alone(url):
            pass
        with polling_alone(f"sqlite:///{tmp_path / 'other.sqlite'}"):
            pass
    with polling_alone(url):
        pass


def test_several_pollers_may_write_to_postgresql() -> None:
    url = "postgresql://user@127.0.0.1/name"
    with polling_alone(url), polling_alone(url):
        pass


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///store.sqlite", Path("store.sqlite")),
        ("sqlite:////var/lib/store.sqlite", Path("/var/lib/store.sqlite")),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
        ("postgresql://user@127.0.0.1/name", None),
    ],
)
def test_the_file_of_a_sqlite_url_is_known(url: str, file: Path | None) -> None:
    assert sqlite_file(url) == file
