from pathlib import Path

from sqlalchemy import text
from starlette.testclient import TestClient

from app.store.session import Store
from tests.web.conftest import make_app


def asked(store: Store, path: str) -> tuple[int, str]:
    with TestClient(make_app(store), raise_server_exceptions=False) as client:
        answer = client.get(path)
    return answer.status_code, answer.text


def test_a_process_lives_whatever_its_store_does(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'no' / 'folder.sqlite'}")
    assert asked(store, "/healthz") == (200, "alive\n")
    status, line = asked(store, "/readyz")
    store.close()
    assert (status, line.count("\n")) == (503, 1)
    assert line.startswith("the database refused")


def test_it_is_ready_when_the_schema_is_its_own(store: Store) -> None:
    assert asked(store, "/readyz") == (200, "ready\n")


def test_it_is_not_ready_before_or_after_its_schema(store: Store, tmp_path: Path) -> None:
    empty = Store(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    assert asked(empty, "/readyz") == (
        503,
        "the database's schema is empty: run `xcomtrace migrate`\n",
    )
    empty.close()
    with store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'of_next_year'"))
    status, line = asked(store, "/readyz")
    assert status == 503
    assert "newer xcomtrace" in line
