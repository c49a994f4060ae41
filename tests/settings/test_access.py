"""Settings of who may read: half of a way in is refused, and so is an open address."""

import pytest

from app.model.errors import SettingsError
from app.settings import read_settings, refuse_open_address

SECRET = "0123456789abcdef0123456789abcdef"
OIDC = {
    "ACCESS": "oidc",
    "SESSION_SECRET": SECRET,
    "PUBLIC_URL": "https://xcomtrace.example",
    "OIDC_ISSUER": "https://id.example/realms/a",
    "OIDC_CLIENT_ID": "xcomtrace",
    "OIDC_CLIENT_SECRET": "secret",
    "ACCESS_RULES": '[{"groups": ["data"], "dags": ["geo_*"]}]',
}
PROXY = {
    "ACCESS": "proxy",
    "ACCESS_PROXIES": "10.0.0.0/8, ::1",
    "ACCESS_RULES": '[{"users": ["*"]}]',
}


def chosen(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"XCOMTRACE_{name}", value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.9"])
def test_on_this_machine_alone_nobody_need_sign_in(host: str) -> None:
    refuse_open_address(read_settings(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "dashboard.example"])  # noqa: S104
def test_an_address_that_others_reach_needs_a_word_on_who_may_read(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    with pytest.raises(SettingsError, match="set XCOMTRACE_ACCESS to airflow, proxy or oidc"):
        refuse_open_address(read_settings(host=host))
    chosen(monkeypatch, {"ACCESS": "none"})
    refuse_open_address(read_settings(host=host))


@pytest.mark.parametrize(
    ("given", "left_out"),
    [
        *((OIDC, name) for name in OIDC if name != "ACCESS"),
        *((PROXY, name) for name in PROXY if name != "ACCESS"),
        ({"ACCESS": "airflow", "SESSION_SECRET": SECRET}, "SESSION_SECRET"),
    ],
)
def test_half_of_a_way_in_is_refused_by_the_name_of_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], left_out: str
) -> None:
    chosen(monkeypatch, {name: one for name, one in given.items() if name != left_out})
    with pytest.raises(SettingsError, match=f"^XCOMTRACE_{left_out} is missing"):
        read_settings()
    chosen(monkeypatch, given)
    assert read_settings().access == given["ACCESS"]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SESSION_SECRET", "short", "32 characters"),
        ("ACCESS", "everyone", "'none', 'airflow', 'proxy' or 'oidc'"),
        ("ACCESS_PROXIES", "10.0.0.0/8,proxy.example", "must be an address or a network"),
        ("ACCESS_PROXIES", "10.0.0.1/8", "must be an address or a network"),
        ("ACCESS_RULES", '[{"dags": ["a"]}]', "names neither users nor groups"),
        ("ACCESS_RULES", '[{"user": ["a"]}]', "user: is not known"),
        ("ACCESS_TOKENS", '[{"name": "a", "token": "short"}]', "20 characters"),
        ("OIDC_ISSUER", "id.example", "http:// or https://"),
    ],
)
def test_what_is_wrong_is_told_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    chosen(monkeypatch, {name: value})
    with pytest.raises(SettingsError, match=f"^XCOMTRACE_{name}.*{told}") as caught:
        read_settings()
    assert "short" not in str(caught.value)
