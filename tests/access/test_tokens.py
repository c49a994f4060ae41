import pytest

from app.access.proxies import ByProxy, Proxies
from app.access.reader import ANYBODY, Open, Visit
from app.access.tokens import ApiToken, WithTokens
from app.model.rights import Grant, Rights

GEO = Rights((Grant("*", patterns=("geo_*",)),))
TOKENS = (ApiToken("reports", "token-of-reports-0123", GEO),)
WAY = WithTokens(ByProxy(Proxies(), ()), TOKENS)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_a_program_is_known_by_its_token(scheme: str) -> None:
    reader = WAY.reader(Visit({"authorization": f"{scheme} token-of-reports-0123"}))
    assert reader is not None
    assert (reader.name, reader.rights) == ("reports", GEO)


@pytest.mark.parametrize(
    "sent", ["", "Bearer ", "Bearer token-of-reports-012", "Basic dTpw", "Bearer é"]
)
def test_any_other_is_nobody(sent: str) -> None:
    assert WAY.reader(Visit({"authorization": sent})) is None


def test_where_access_is_open_a_proxys_own_token_is_nothing_to_us() -> None:
    way = WithTokens(Open(), TOKENS)
    assert way.reader(Visit({"authorization": "Bearer somebody-elses"})) == ANYBODY
