"""Signing in at a provider of OpenID Connect, and all that must not let anybody in."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey

from app.access.discovery import Provider as Known
from app.access.limiting import Limit
from app.access.oidc import ByOidc
from app.access.proxies import Proxies
from app.access.reader import Visit
from app.access.rules import Rule
from app.access.sessions import Sessions
from app.model.errors import RightsUnknown, SignInRefused
from app.store.session import Store
from tests.access.conftest import SECRET, Clock
from tests.access.provider import CLIENT, CLIENTS_SECRET, Provider

BACK = "https://xcomtrace.example/sign-in/back"
RULES = (Rule(users=("*@data.example",), dags=("geo_*",)), Rule(groups=("admins",)))


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as provider:
        yield provider


@pytest.fixture
def way(provider: Provider, store: Store, sessions: Sessions, clock: Clock) -> ByOidc:
    return by_oidc(Known(provider.url, CLIENT, CLIENTS_SECRET), store, sessions, clock)


def by_oidc(known: Known, store: Store, sessions: Sessions, clock: Clock) -> ByOidc:
    return ByOidc(
        known,
        back=BACK,
        rules=RULES,
        sessions=sessions,
        limit=Limit(store, now=clock),
        proxies=Proxies(),
        secret=SECRET,
    )


def came_in(way: ByOidc, provider: Provider, onward: str = "/") -> tuple[Visit, str]:
    leaving = way.begin(onward)
    cookie, back = way.finish(Visit(), provider.sign_in(leaving.url), leaving.cookie)
    return Visit(cookies={way.sessions.cookie: cookie}), back


def test_who_comes_back_signed_in_is_known_and_goes_on(way: ByOidc, provider: Provider) -> None:
    visit, onward = came_in(way, provider, "/status")
    reader = way.reader(visit)
    assert reader is not None
    assert (reader.name, onward) == ("ann@data.example", "/status")
    assert reader.rights.may_read("any", "geo_tiles")
    assert not reader.rights.may_read("any", "orders")


def test_groups_of_the_provider_count(way: ByOidc, provider: Provider) -> None:
    provider.user = {"sub": "2", "email": "bob@else.example", "groups": ["admins"]}
    reader = way.reader(came_in(way, provider)[0])
    assert reader is not None
    assert reader.rights.is_everything


def test_what_the_token_leaves_out_the_provider_is_asked_for(
    way: ByOidc, provider: Provider
) -> None:
    provider.user = {"sub": "2"}
    provider.told_when_asked = {"sub": "2", "email": "bob@else.example", "groups": ["admins"]}
    reader = way.reader(came_in(way, provider)[0])
    assert reader is not None
    assert (reader.name, reader.rights.is_everything) == ("bob@else.example", True)


@pytest.mark.parametrize(
    "told",
    [
        {"sub": "3", "email": "bob@data.example"},
        {"email": "bob@data.example"},
        {"sub": "2", "email": "bob@data.example", "email_verified": False},
    ],
    ids=["of another", "of nobody", "not verified"],
)
def test_what_the_provider_tells_of_somebody_else_lets_nobody_in(
    way: ByOidc, provider: Provider, told: dict[str, Any]
) -> None:
    provider.user, provider.told_when_asked = {"sub": "2"}, told
    with pytest.raises(SignInRefused):
        came_in(way, provider)


def test_a_wrong_secret_of_ours_is_told_as_ours(
    provider: Provider,
    store: Store,
    sessions: Sessions,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    way = by_oidc(Known(provider.url, CLIENT, "another"), store, sessions, clock)
    with pytest.raises(SignInRefused, match=r"does not know us \(invalid_client\): tell who runs"):
        came_in(way, provider)
    assert f"a sign-in at {provider.url} failed: invalid_client" in caplog.text


def test_the_provider_is_asked_for_a_code_with_state_nonce_and_pkce(way: ByOidc) -> None:
    asked = {name: one[0] for name, one in parse_qs(urlsplit(way.begin("/").url).query).items()}
    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == BACK
    assert asked["client_id"] == CLIENT
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) > 20
    assert len(asked["nonce"]) > 20
    assert CLIENTS_SECRET not in str(asked)


def test_whom_no_rule_is_for_is_not_let_in(way: ByOidc, provider: Provider) -> None:
    provider.user = {"sub": "3", "email": "eve@else.example"}
    with pytest.raises(SignInRefused, match="may not see anything"):
        came_in(way, provider)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://else.example"},
        {"aud": "another"},
        {"nonce": "of-another-sign-in"},
        {"exp": 1_700_000_000},
        {"email": None},
        {"email": ["ann@data.example"]},
        {"email_verified": False},
    ],
    ids=lambda claims: next(iter(claims)),
)
def test_a_token_that_is_not_for_us_now_lets_nobody_in(
    way: ByOidc, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    with pytest.raises(SignInRefused):
        came_in(way, provider)


def test_a_token_that_somebody_else_signed_lets_nobody_in(way: ByOidc, provider: Provider) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "1"}, auto_kid=False)
    with pytest.raises(SignInRefused):
        came_in(way, provider)


def test_new_keys_of_the_provider_are_asked_for(way: ByOidc, provider: Provider) -> None:
    came_in(way, provider)
    provider.key = RSAKey.generate_key(2048, {"kid": "1"}, auto_kid=False)
    assert way.reader(came_in(way, provider)[0]) is not None


@pytest.mark.parametrize(
    "changed",
    [
        lambda query, _: (query.replace("state=", "state=x"), None),
        lambda query, _: (query.replace("code=", "code=x"), None),
        lambda _query, _: ("error=access_denied", None),
        lambda _query, _: ("", None),
        lambda query, _: (query, ""),
        lambda query, cookie: (query, cookie[:-2]),
    ],
    ids=["state", "code", "denied", "nothing", "no cookie", "a changed cookie"],
)
def test_what_does_not_belong_together_lets_nobody_in(
    way: ByOidc,
    provider: Provider,
    changed: Callable[[str, str], tuple[str, str | None]],
) -> None:
    leaving = way.begin("/")
    query, cookie = changed(provider.sign_in(leaving.url), leaving.cookie)
    with pytest.raises(SignInRefused):
        way.finish(Visit(), query, leaving.cookie if cookie is None else cookie)


def test_the_sign_in_of_one_browser_lets_no_other_in(way: ByOidc, provider: Provider) -> None:
    theirs, ours = way.begin("/"), way.begin("/")
    with pytest.raises(SignInRefused):
        way.finish(Visit(), provider.sign_in(theirs.url), ours.cookie)


def test_a_code_lets_in_once(way: ByOidc, provider: Provider) -> None:
    leaving = way.begin("/")
    query = provider.sign_in(leaving.url)
    way.finish(Visit(), query, leaving.cookie)
    with pytest.raises(SignInRefused):
        way.finish(Visit(), query, leaving.cookie)


def test_a_provider_that_is_away_is_told_so(way: ByOidc, provider: Provider) -> None:
    provider.is_away = True
    with pytest.raises(RightsUnknown, match="does not answer"):
        way.begin("/")


def test_a_provider_that_calls_itself_otherwise_is_not_believed(
    way: ByOidc, provider: Provider
) -> None:
    provider.issuer = "https://else.example"
    with pytest.raises(RightsUnknown, match="XCOMTRACE_OIDC_ISSUER"):
        way.begin("/")


def test_who_signs_out_is_unknown(way: ByOidc, provider: Provider) -> None:
    visit, _ = came_in(way, provider)
    way.sign_out(visit)
    assert way.reader(visit) is None
