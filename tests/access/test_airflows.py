"""Readers who sign in with their name of Airflow: what Airflow lets them read, they see."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from app.access.airflows import AT_MOST, BELIEVED, ByAirflow, Opening
from app.access.limiting import OF_USER, WHILE, Limit
from app.access.proxies import Proxies
from app.access.reader import Visit
from app.access.sessions import Sessions
from app.airflow.auth import Credentials
from app.airflow.client import Airflow
from app.model.errors import RightsUnknown, SignInRefused
from app.store.audit import Act, read_acts
from app.store.deployments import ensure_deployment
from app.store.session import Store
from tests.access.conftest import Clock
from tests.access.readers_airflow import ReadersAirflow, ReadersAirflow2
from tests.airflow.serving import Handler

ANN, ANNS = "ann", "password-of-ann"  # May read all.
BOB, BOBS = "bob", "password-of-bob"  # May read `geo`.


@pytest.fixture(params=[ReadersAirflow, ReadersAirflow2], ids=["v2", "v1"])
def server(request: pytest.FixtureRequest) -> Iterator[ReadersAirflow]:
    with request.param() as server:
        for dag_id in ("geo", "orders"):
            server.add_dag(dag_id)
        server.add_user(ANN, ANNS)
        server.add_user(BOB, BOBS, "geo")
        yield server


@pytest.fixture
def way(server: ReadersAirflow, store: Store, sessions: Sessions, clock: Clock) -> ByAirflow:
    @contextmanager
    def opening(user: Credentials) -> Iterator[Airflow]:
        airflow = Airflow(server.url, user)
        yield airflow
        airflow.close()

    with store.writing() as session:
        ensure_deployment(session, name="default", url=server.url)
    return by_airflow({"default": opening}, store, sessions, clock)


def by_airflow(
    airflows: Mapping[str, Opening], store: Store, sessions: Sessions, clock: Clock
) -> ByAirflow:
    return ByAirflow(
        airflows,
        store=store,
        sessions=sessions,
        limit=Limit(store, now=clock),
        proxies=Proxies(),
        clock=clock.seconds,
    )


@pytest.fixture
def second() -> Iterator[ReadersAirflow]:
    """A second deployment, which knows BOB too."""
    with ReadersAirflow() as server:
        server.add_dag("geo")
        server.add_user(BOB, BOBS, "geo")
        yield server


@pytest.fixture
def of_two(
    server: ReadersAirflow,
    second: ReadersAirflow,
    store: Store,
    sessions: Sessions,
    clock: Clock,
) -> ByAirflow:
    @contextmanager
    def opening(url: str, user: Credentials) -> Iterator[Airflow]:
        airflow = Airflow(url, user)
        yield airflow
        airflow.close()

    with store.writing() as session:
        for name in ("default", "second"):
            ensure_deployment(session, name=name, url="")
    airflows = {"default": partial(opening, server.url), "second": partial(opening, second.url)}
    return by_airflow(airflows, store, sessions, clock)


def signed_in(way: ByAirflow, name: str, password: str) -> Visit:
    return Visit(cookies={way.sessions.cookie: way.sign_in(Visit(), name, password)})


def test_who_may_read_all_in_airflow_sees_everything(way: ByAirflow) -> None:
    reader = way.reader(signed_in(way, ANN, ANNS))
    assert reader is not None
    assert (reader.name, reader.rights.is_everything) == (ANN, True)


def test_who_may_read_one_dag_sees_that_one(way: ByAirflow) -> None:
    reader = way.reader(signed_in(way, BOB, BOBS))
    assert reader is not None
    assert reader.rights.may_read("default", "geo")
    assert not reader.rights.may_read("default", "orders")
    assert not reader.rights.may_read("other", "geo")
    assert not reader.rights.may_read_all_of("default")


def test_nobody_is_known_without_a_cookie_of_ours(way: ByAirflow) -> None:
    assert way.reader(Visit()) is None
    assert way.reader(Visit(cookies={"xcomtrace": "made up"})) is None
    assert way.reader(Visit(cookies={"xcomtrace": "made.up"})) is None


@pytest.mark.parametrize(
    ("name", "password"), [(ANN, "wrong"), ("nobody", ANNS), ("", ""), (ANN, ""), (ANN, "x" * 501)]
)
def test_a_wrong_name_or_password_lets_nobody_in(way: ByAirflow, name: str, password: str) -> None:
    with pytest.raises(SignInRefused):
        way.sign_in(Visit(), name, password)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("xcomEntries", "XComs"),
        ("taskInstances", "task instances"),
        ("logs/1", "logs"),
    ],
)
def test_who_may_not_read_a_kind_of_thing_that_pages_show_is_told_so(
    way: ByAirflow, server: ReadersAirflow, path: str, told: str
) -> None:
    server.add_user("eve", "password-of-eve", "geo", refused=(path,))
    with pytest.raises(SignInRefused, match=f"not read {told}"):
        way.sign_in(Visit(), "eve", "password-of-eve")


def test_rights_that_airflow_takes_away_are_gone_within_a_minute(
    way: ByAirflow, server: ReadersAirflow, clock: Clock
) -> None:
    visit = signed_in(way, BOB, BOBS)
    server.rights[BOB] = frozenset({"orders"})
    clock.passes(seconds=BELIEVED + 1)
    reader = way.reader(visit)
    assert reader is not None
    assert not reader.rights.may_read("default", "geo")
    assert reader.rights.may_read("default", "orders")


def test_rights_are_asked_for_once_a_minute(
    way: ByAirflow, server: ReadersAirflow, clock: Clock
) -> None:
    visit = signed_in(way, BOB, BOBS)
    before = len(server.requests)
    for _ in range(20):
        way.reader(visit)
    assert len(server.requests) == before
    clock.passes(seconds=BELIEVED + 1)
    way.reader(visit)
    assert before < len(server.requests) < before + 10


def test_whom_airflow_no_longer_knows_is_signed_out(
    way: ByAirflow, server: ReadersAirflow, clock: Clock
) -> None:
    visit = signed_in(way, BOB, BOBS)
    server.remove_user(BOB)
    clock.passes(seconds=BELIEVED + 1)
    assert way.reader(visit) is None
    server.add_user(BOB, BOBS, "geo")
    assert way.reader(visit) is None


def test_while_airflow_is_away_rights_are_believed_a_little_longer(
    way: ByAirflow, server: ReadersAirflow, clock: Clock
) -> None:
    visit = signed_in(way, BOB, BOBS)
    server.fails("/api/", _breaks_off, times=1000)
    clock.passes(seconds=BELIEVED + 1)
    reader = way.reader(visit)
    assert reader is not None
    assert reader.rights.may_read("default", "geo")
    clock.passes(seconds=AT_MOST)
    with pytest.raises(RightsUnknown, match="Try later"):
        way.reader(visit)


def test_one_airflow_that_is_away_keeps_nobody_from_the_others(
    of_two: ByAirflow, second: ReadersAirflow, clock: Clock
) -> None:
    visit = signed_in(of_two, BOB, BOBS)
    second.fails("/api/", _breaks_off, times=1000)
    clock.passes(seconds=BELIEVED + 1)
    reader = of_two.reader(visit)
    assert reader is not None
    assert reader.rights.may_read("second", "geo")  # What it told last.
    clock.passes(seconds=AT_MOST)
    reader = of_two.reader(visit)
    assert reader is not None
    assert reader.rights.may_read("default", "geo")
    assert not reader.rights.may_read("second", "geo")


def test_who_signs_in_while_one_airflow_is_away_sees_the_others(
    of_two: ByAirflow, second: ReadersAirflow
) -> None:
    second.fails(".", _breaks_off, times=1000)
    reader = of_two.reader(signed_in(of_two, BOB, BOBS))
    assert reader is not None
    assert reader.rights.may_read("default", "geo")


def test_a_wrong_password_is_refused_and_counted_though_one_airflow_is_away(
    of_two: ByAirflow, second: ReadersAirflow
) -> None:
    second.fails(".", _breaks_off, times=1000)
    for _ in range(OF_USER):
        with pytest.raises(SignInRefused, match="not every Airflow answers"):
            of_two.sign_in(Visit(), BOB, "guess")
    with pytest.raises(SignInRefused, match="too often"):
        of_two.sign_in(Visit(), BOB, BOBS)


def test_nobody_signs_in_while_airflow_is_away(way: ByAirflow, server: ReadersAirflow) -> None:
    server.fails(".", _breaks_off, times=1000)
    with pytest.raises(RightsUnknown):
        way.sign_in(Visit(), BOB, BOBS)


def test_who_signs_out_is_unknown_at_once(way: ByAirflow) -> None:
    visit = signed_in(way, BOB, BOBS)
    way.sign_out(visit)
    assert way.reader(visit) is None


def test_a_session_ends_with_its_time(way: ByAirflow, clock: Clock) -> None:
    visit = signed_in(way, ANN, ANNS)
    clock.passes(hours=12.1)
    assert way.reader(visit) is None


def test_after_ten_refusals_a_name_waits(
    way: ByAirflow, server: ReadersAirflow, clock: Clock
) -> None:
    for _ in range(OF_USER):
        with pytest.raises(SignInRefused, match="nobody by this"):
            way.sign_in(Visit(peer="10.0.0.1"), BOB, "guess")
    before = len(server.requests)
    with pytest.raises(SignInRefused, match="too often"):
        way.sign_in(Visit(peer="10.0.0.2"), BOB, BOBS)
    assert len(server.requests) == before
    clock.passes(seconds=WHILE.total_seconds() + 1)
    assert way.sign_in(Visit(), BOB, BOBS)


def test_signing_in_and_out_and_being_refused_are_written_down(
    way: ByAirflow, store: Store
) -> None:
    with pytest.raises(SignInRefused):
        way.sign_in(Visit(peer="10.0.0.1"), BOB, "guess")
    way.sign_out(signed_in(way, BOB, BOBS))
    with store.reading() as session:
        acts = read_acts(session, most=10)
    assert [(one.who, one.what) for one in acts] == [
        (BOB, Act.SIGNED_OUT),
        (BOB, Act.SIGNED_IN),
        (BOB, Act.REFUSED),
    ]
    assert acts[-1].address == "10.0.0.1"


def test_neither_password_nor_token_stands_in_the_database(
    way: ByAirflow, server: ReadersAirflow, store: Store
) -> None:
    cookie = way.sign_in(Visit(), BOB, BOBS)
    file = Path(str(store.engine.url.database))
    text = b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))
    (token,) = server.let_in()
    for secret in (BOBS, token, cookie, cookie.rpartition(".")[0]):
        assert secret.encode() not in text
    assert b"reader_session" in text


def _breaks_off(handler: Handler) -> None:
    handler.close_connection = True
    handler.connection.close()
