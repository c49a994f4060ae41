import socket

import pytest

from app.model.errors import SettingsError
from app.web.server import local_address, open_port, open_some_port


def test_a_port_listens_as_soon_as_it_is_open() -> None:
    with open_port("127.0.0.1", 0) as listener:
        socket.create_connection(listener.getsockname()).close()


def test_a_taken_port_is_refused_by_the_settings_name() -> None:
    with open_port("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port} is taken: set XCOMTRACE_PORT"):
            open_port("127.0.0.1", port)


def test_where_any_port_will_do_a_taken_one_is_left_alone() -> None:
    with (
        open_port("127.0.0.1", 0) as taken,
        open_some_port("127.0.0.1", taken.getsockname()[1]) as other,
    ):
        assert other.getsockname()[1] != taken.getsockname()[1]


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_a_host_that_is_not_ours_is_refused_by_the_settings_name(host: str) -> None:
    with pytest.raises(SettingsError, match=f"cannot listen on {host}: .*; set XCOMTRACE_HOST"):
        open_port(host, 0)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:81"),
        ("0.0.0.0", "http://127.0.0.1:81"),  # noqa: S104 # not listened on
        ("::", "http://[::1]:81"),
        ("box.test", "http://box.test:81"),
    ],
)
def test_the_address_is_one_that_a_browser_here_can_open(host: str, address: str) -> None:
    assert local_address(host, 81) == address
