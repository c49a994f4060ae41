"""A real Airflow 3.3.2 with FAB's roles: what we say that each of its users may read is so."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.airflow.auth import Password
from app.airflow.client import Airflow
from app.airflow.readable import Readable
from app.model.errors import LoginFailed, NotAllowed
from app.model.ids import RunKey
from tests.lab.fab3 import USERS, Fab3

pytestmark = [pytest.mark.lab, pytest.mark.timeout(900)]
RUN_ID = "r1"


@pytest.fixture(scope="module")
def fab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fab3]:
    with Fab3.start(tmp_path_factory.mktemp("fab3")) as fab:
        for dag_id in ("alone", "shared", "vault"):
            fab.push(dag_id, RUN_ID, {"of": dag_id})
        yield fab


@contextmanager
def asked_by(fab: Fab3, name: str, password: str = "") -> Iterator[Airflow]:
    airflow = Airflow(fab.url, Password(name, password or USERS[name]))
    yield airflow
    airflow.close()


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("admin", Readable(None)),
        ("viewer", Readable(None)),
        ("some_dags", Readable(frozenset({"alone", "shared"}))),
        ("no_xcoms", Readable(None, ("XComs",))),
    ],
)
def test_it_tells_what_each_of_its_users_may_read(fab: Fab3, name: str, readable: Readable) -> None:
    with asked_by(fab, name) as airflow:
        kept = airflow.sign_in()
    again = Airflow(fab.url, kept)
    assert again.readable() == readable
    again.close()


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("viewer", {"alone", "shared", "vault"}),
        ("some_dags", {"alone", "shared"}),
        ("no_xcoms", set()),
    ],
)
def test_what_we_say_is_what_airflow_gives(fab: Fab3, name: str, seen: set[str]) -> None:
    with asked_by(fab, name) as airflow:
        assert {one for one in ("alone", "shared", "vault") if gives(airflow, one)} == seen


def gives(airflow: Airflow, dag_id: str) -> bool:
    try:
        found = airflow.xcom_index(RunKey(dag_id, RUN_ID))
    except NotAllowed:
        return False
    return [one.key for one in found] == ["return_value"]


def test_a_file_is_for_who_may_read_all_dags_in_it(fab: Fab3) -> None:
    with asked_by(fab, "viewer") as viewer:
        assert '"vault"' in (viewer.source("shared", 1) or "")
    with asked_by(fab, "some_dags") as airflow:
        assert "for itself" in (airflow.source("alone", 1) or "")
        with pytest.raises(NotAllowed, match="its file holds DAGs"):
            airflow.source("shared", 1)


def test_who_has_no_rights_may_read_nothing(fab: Fab3) -> None:
    with asked_by(fab, "nobody") as airflow, pytest.raises(NotAllowed):
        airflow.readable()


def test_it_knows_nobody_by_a_wrong_password(fab: Fab3) -> None:
    with asked_by(fab, "viewer", "guess") as airflow, pytest.raises(LoginFailed):
        airflow.sign_in()
