from ipaddress import ip_network

import pytest

from app.access.proxies import ByProxy, Proxies
from app.access.reader import Visit
from app.access.rules import Rule

PROXIES = Proxies((ip_network("10.0.0.0/24"), ip_network("::1")))
WAY = ByProxy(PROXIES, (Rule(users=("*@data.example",)), Rule(groups=("geo",), dags=("geo_*",))))


def visit(user: str = "", groups: str = "", *, peer: str = "10.0.0.7") -> Visit:
    headers = {"x-forwarded-user": user, "x-forwarded-groups": groups}
    return Visit({name: value for name, value in headers.items() if value}, peer=peer)


def test_a_proxy_is_believed_who_reads() -> None:
    reader = WAY.reader(visit("ann@data.example"))
    assert reader is not None
    assert (reader.name, reader.rights.is_everything) == ("ann@data.example", True)


def test_groups_count_too() -> None:
    reader = WAY.reader(visit("bob@elsewhere.example", "sales, geo"))
    assert reader is not None
    assert reader.rights.may_read("any", "geo_tiles")
    assert not reader.rights.may_read("any", "orders")


def test_whom_no_rule_is_for_is_known_and_sees_nothing() -> None:
    reader = WAY.reader(visit("eve@elsewhere.example"))
    assert reader is not None
    assert not reader.rights.grants


@pytest.mark.parametrize("peer", ["10.0.1.7", "192.168.0.1", "", "testclient"])
def test_nobody_else_is_believed(peer: str) -> None:
    assert WAY.reader(visit("ann@data.example", peer=peer)) is None


@pytest.mark.parametrize("peer", ["::1", "::ffff:10.0.0.9"])
def test_proxies_may_have_addresses_of_either_kind(peer: str) -> None:
    assert WAY.reader(visit("ann@data.example", peer=peer)) is not None


@pytest.mark.parametrize(
    "user", ["", "  ", "ann@data.example, eve@data.example", "x" * 201 + "@data.example"]
)
def test_no_name_two_names_and_endless_names_are_none(user: str) -> None:
    assert WAY.reader(visit(user)) is None


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("10.0.0.7", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.7", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.7", "203.0.113.9, 10.0.0.8", "203.0.113.9"),
        ("10.0.0.7", "", "10.0.0.7"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
    ],
)
def test_the_address_is_the_last_that_no_proxy_of_ours_has(
    peer: str, forwarded: str, address: str
) -> None:
    assert PROXIES.address(Visit({"x-forwarded-for": forwarded}, peer=peer)) == address
