"""Signing in at a provider that others wrote: redirect, its forms, consent, back, claims, keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.access.discovery import Provider as Known
from app.access.oidc import ByOidc
from app.access.reader import Visit
from app.access.sessions import Sessions
from app.model.errors import SignInRefused
from app.store.session import Store
from tests.access.certified import came_back, certified_provider
from tests.access.conftest import Clock
from tests.access.provider import CLIENT, CLIENTS_SECRET
from tests.access.test_oidc import BACK, by_oidc
from tests.browser.node import node_package
from tests.lab.supervisor import free_port


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return node_package("oidc-provider", tmp_path_factory.mktemp("node"))


@pytest.fixture(scope="module")
def url(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    logs = tmp_path_factory.mktemp("logs")
    with certified_provider(package, port=free_port(), back=BACK, logs=logs) as url:
        yield url


@pytest.fixture
def way(url: str, store: Store, sessions: Sessions, clock: Clock) -> ByOidc:
    return by_oidc(Known(url, CLIENT, CLIENTS_SECRET), store, sessions, clock)


def came_in(way: ByOidc, name: str) -> Visit:
    leaving = way.begin("/status")
    query = came_back(leaving.url, name, back=BACK)
    cookie, onward = way.finish(Visit(), query, leaving.cookie)
    assert onward == "/status"
    return Visit(cookies={way.sessions.cookie: cookie})


def test_who_signs_in_there_sees_what_the_rules_say_and_can_sign_out(way: ByOidc) -> None:
    visit = came_in(way, "ann")
    reader = way.reader(visit)
    assert reader is not None
    # Neither stands in its token: it tells them when it is asked.
    assert reader.name == "ann@data.example"
    assert reader.rights.may_read("any", "geo_tiles")
    assert not reader.rights.may_read("any", "orders")
    way.sign_out(visit)
    assert way.reader(visit) is None


@pytest.mark.parametrize(
    ("name", "why"), [("eve", "may not see anything here"), ("ugo", "mail address is yours")]
)
def test_who_is_not_meant_is_refused(way: ByOidc, name: str, why: str) -> None:
    with pytest.raises(SignInRefused, match=why):
        came_in(way, name)


def test_a_code_counts_once(way: ByOidc) -> None:
    leaving = way.begin("/")
    query = came_back(leaving.url, "ann", back=BACK)
    way.finish(Visit(), query, leaving.cookie)
    with pytest.raises(SignInRefused, match="invalid_grant"):
        way.finish(Visit(), query, leaving.cookie)


def test_a_wrong_secret_of_ours_is_told_as_ours(
    url: str, store: Store, sessions: Sessions, clock: Clock
) -> None:
    way = by_oidc(Known(url, CLIENT, "another"), store, sessions, clock)
    with pytest.raises(SignInRefused, match="does not know us"):
        came_in(way, "ann")


def test_it_may_change_its_keys_while_we_run(
    package: Path, store: Store, sessions: Sessions, clock: Clock, tmp_path: Path
) -> None:
    port = free_port()
    way = by_oidc(Known(f"http://127.0.0.1:{port}", CLIENT, CLIENTS_SECRET), store, sessions, clock)
    for _ in range(2):
        with certified_provider(package, port=port, back=BACK, logs=tmp_path):
            assert way.reader(came_in(way, "ann")) is not None
