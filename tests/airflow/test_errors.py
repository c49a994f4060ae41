"""Everything that HTTP can do wrong, as one clear line."""

import inspect
import socket
import ssl
import time
from pathlib import Path

import pytest
import urllib3.exceptions

from app.airflow import errors
from app.airflow.client import Airflow
from app.airflow.connection import Way
from app.model.errors import (
    AirflowError,
    Busy,
    LoginFailed,
    NotAllowed,
    NotThere,
    TlsFailed,
    Unreachable,
)
from tests.airflow.fake import FakeAirflow
from tests.airflow.faults import half, hang_up, status, text
from tests.airflow.tls import certificate, over_tls


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def test_no_exception_of_urllib3_is_left_without_a_meaning() -> None:
    every = [
        each
        for _, each in inspect.getmembers(urllib3.exceptions, inspect.isclass)
        if issubclass(each, Exception) and not issubclass(each, Warning)
    ]
    # The roots are never raised as such; these two are told apart before the table is read.
    roots = {urllib3.exceptions.HTTPError, urllib3.exceptions.RequestError}
    meant = tuple(kind for kind, _ in errors._MEANINGS)
    unmapped = [
        each
        for each in every
        if each not in roots
        and each not in (urllib3.exceptions.ProxyError, urllib3.exceptions.SSLError)
        and each.__module__.startswith("urllib3")
        and not issubclass(each, meant)
    ]
    assert len(every) > 20
    assert unmapped == []


def test_a_closed_port_names_the_setting() -> None:
    with pytest.raises(Unreachable, match=r"nothing answers at .*: check XCOMTRACE_AIRFLOW_URL"):
        Airflow(f"http://127.0.0.1:{free_port()}").version()


def test_an_unknown_host_names_the_setting() -> None:
    with pytest.raises(Unreachable, match="has no address: check XCOMTRACE_AIRFLOW_URL"):
        Airflow("http://airflow.invalid:8080").version()


def test_an_address_that_is_none_names_the_setting() -> None:
    with pytest.raises(Unreachable, match="XCOMTRACE_AIRFLOW_URL"):
        Airflow("http://127.0.0.1:notaport").version()


def test_a_page_that_breaks_off_is_unreachable(server: FakeAirflow) -> None:
    server.fails("dagRuns", half(), times=2)
    with pytest.raises(Unreachable, match="broke off in the middle"):
        Airflow(server.url).open_runs()


def test_a_connection_that_closes_without_a_word_is_tried_once_more(server: FakeAirflow) -> None:
    server.fails("dagRuns", hang_up)
    assert Airflow(server.url).open_runs() == ()
    server.fails("dagRuns", hang_up, times=2)
    with pytest.raises(Unreachable, match="broke off"):
        Airflow(server.url).open_runs()


def test_a_server_that_says_nothing_is_too_slow() -> None:
    with pytest.raises(Unreachable, match="took too long"):
        raise errors.from_http(
            urllib3.exceptions.ReadTimeoutError(None, "/", "slow"),  # type: ignore[arg-type]  # of no pool
            url="http://x",
        )


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (401, LoginFailed),
        (403, NotAllowed),
        (404, NotThere),
        (429, Busy),
        (500, Busy),
        (502, Busy),
        (503, Busy),
        (504, Busy),
        (418, AirflowError),
    ],
)
def test_each_status_has_its_error(
    server: FakeAirflow, code: int, error: type[AirflowError]
) -> None:
    server.fails("dagRuns", status(code))
    with pytest.raises(error) as caught:
        Airflow(server.url).open_runs()
    assert "\n" not in str(caught.value)


def test_text_that_is_not_json_does_not_show_itself(server: FakeAirflow) -> None:
    server.fails("dagRuns", text(b'{"dag_runs": [{"conf": {"password": "hunter2"'))
    with pytest.raises(AirflowError, match="cannot be read") as caught:
        Airflow(server.url).open_runs()
    assert "hunter2" not in str(caught.value)


def test_a_user_in_the_address_is_never_shown() -> None:
    assert errors.shown("https://me:hunter2@airflow.example/x?y=z") == "https://airflow.example/x"


@pytest.mark.parametrize("tail", ["/api/v2", "/api/v2/", "/home", "/api/v1/dags", "/docs"])
def test_the_base_of_a_copied_address_is_found(tail: str) -> None:
    assert errors.base_address("https://airflow.example/prod" + tail) == (
        "https://airflow.example/prod"
    )


def test_retry_after_counts_in_seconds_and_has_a_bound() -> None:
    def told(value: str | None) -> float | None:
        error = errors.from_status(503, path="/x", url="http://a", retry_after=value)
        assert isinstance(error, Busy)
        return error.retry_after

    assert told("5") == 5
    assert told("99999999") == 600
    assert told("Wed, 21 Oct 2026 07:28:00 GMT") is None
    assert told(None) is None


def test_a_certificate_that_nobody_signed_names_the_setting(tmp_path: Path) -> None:
    key, own = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(own, key)
    with FakeAirflow() as server:
        url = over_tls(server, context)
        with pytest.raises(TlsFailed, match="set XCOMTRACE_AIRFLOW_CA_FILE"):
            Airflow(url).version()
        trusting = Airflow(url, way=Way(ca_file=str(own)))
        assert trusting.version().version == "3.3.2"
        trusting.close()


def test_https_to_a_server_without_tls_is_told_so(server: FakeAirflow) -> None:
    with pytest.raises(TlsFailed, match="should begin with http://"):
        Airflow(server.url.replace("http://", "https://")).version()


def test_a_certificate_of_another_name_is_told_so(tmp_path: Path) -> None:
    key, own = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(own, key)
    with FakeAirflow() as server:
        url = over_tls(server, context).replace("127.0.0.1", "localhost")
        with pytest.raises(TlsFailed, match="a certificate of another name"):
            Airflow(url, way=Way(ca_file=str(own))).version()


def test_calls_that_wait_when_the_client_closes_are_unreachable(server: FakeAirflow) -> None:
    airflow = Airflow(server.url)

    def closes() -> None:
        airflow.close()
        time.sleep(0.1)

    with pytest.raises(Unreachable, match="closed"):
        airflow.many([closes] * 40)


def test_a_closed_client_is_unreachable(server: FakeAirflow) -> None:
    airflow = Airflow(server.url)
    airflow.close()
    with pytest.raises(Unreachable, match="closed"):
        airflow.many([airflow.version])


def test_a_steady_drip_is_cut_off(server: FakeAirflow) -> None:
    ticks = iter(range(0, 10_000, 300))
    airflow = Airflow(server.url, clock=lambda: next(ticks))
    with pytest.raises(Unreachable, match="took too long"):
        airflow._at.whole(
            lambda headers: airflow._at.get("/api/v2/version", headers), dict, what="x"
        )
