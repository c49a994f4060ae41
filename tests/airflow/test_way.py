"""How an Airflow is reached: headers for proxies, certificates of our own, requests at once."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from app.airflow.auth import Password
from app.airflow.client import Airflow
from app.airflow.connection import Way
from app.model.errors import AirflowError
from tests.airflow.fake import FakeAirflow
from tests.airflow.faults import late
from tests.airflow.serving import Fault, Handler
from tests.airflow.tls import certificate, over_tls

KEY = {"X-Proxy-Key": "53CR3T"}


def heard(into: list[str | None], *, and_then: Callable[[Handler], None] | None = None) -> Fault:
    """The right answer, and what the request said in our header."""

    def fault(handler: Handler) -> None:
        into.append(handler.headers.get("X-Proxy-Key"))
        (and_then or Handler.answer)(handler)

    return fault


def signed_in(handler: Handler) -> None:
    assert isinstance(handler.airflow, FakeAirflow)
    handler.airflow.tokens.add("t")
    handler.send(201, {"access_token": "t"})


def test_headers_go_with_every_request_and_with_the_sign_in(server: FakeAirflow) -> None:
    server.users = {"viewer": "pass"}
    told: list[str | None] = []
    server.fails("/auth/token", heard(told, and_then=signed_in), times=1)
    server.fails("/api/", heard(told), times=99)
    airflow = Airflow(server.url, Password("viewer", "pass"), way=Way(headers=KEY))
    airflow.version()
    airflow.dags()
    airflow.close()
    assert told == ["53CR3T"] * 3


def test_headers_do_not_go_to_another_host_that_it_redirects_to(server: FakeAirflow) -> None:
    told: list[str | None] = []
    with FakeAirflow() as other:
        other.fails(".*", heard(told))
        target = other.url.replace("127.0.0.1", "localhost")
        there = {"Location": f"{target}/api/v2/version"}
        server.fails("version", lambda one: one.send(302, {}, headers=there))
        airflow = Airflow(server.url, way=Way(headers=KEY))
        airflow.version()
        airflow.close()
    assert told == [None]


def test_a_way_does_not_show_its_headers() -> None:
    assert "53CR3T" not in repr(Way(headers=KEY))


def test_no_more_requests_are_under_way_than_the_way_says(server: FakeAirflow) -> None:
    server.fails("api/v2/dags", late(0.05), times=20)
    airflow = Airflow(server.url, way=Way(at_once=2))
    airflow.many([airflow.dags for _ in range(8)])
    airflow.close()
    assert server.most_at_once == 2


def test_an_airflow_that_asks_for_our_certificate_gets_it(tmp_path: Path) -> None:
    key, own = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(own, key)
    context.load_verify_locations(own)
    context.verify_mode = ssl.CERT_REQUIRED
    with FakeAirflow() as server:
        url = over_tls(server, context)
        trusted = Way(ca_file=str(own))
        with pytest.raises(AirflowError):
            Airflow(url, way=trusted).version()
        known = Way(ca_file=str(own), client_certificate=str(own), client_key=str(key))
        airflow = Airflow(url, way=known)
        assert airflow.version().version == "3.3.2"
        airflow.close()
