"""How readers are known and what they may see, made from the settings."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from typing import TypeAlias

from pydantic import SecretStr

from app.access.airflows import ByAirflow
from app.access.discovery import Provider
from app.access.limiting import Limit
from app.access.oidc import ByOidc
from app.access.proxies import ByProxy, Proxies
from app.access.reader import Access, Open
from app.access.rules import Rule
from app.access.sessions import Sessions
from app.access.tokens import ApiToken, WithTokens
from app.airflow.auth import Credentials
from app.airflow.client import Airflow
from app.model.rights import Grant, Rights
from app.settings import Settings, each_deployment
from app.store.session import Store
from app.web import links

#: Opens the Airflow of one deployment's settings for a user.
OpenAirflow: TypeAlias = Callable[[Settings, Credentials], AbstractContextManager[Airflow]]


def access_of(settings: Settings, store: Store, open_airflow: OpenAirflow) -> Access:
    """How readers of the store are known, as the settings say."""
    way = _way_in(settings, store, open_airflow)
    tokens = [
        ApiToken(
            one.name,
            one.token.get_secret_value(),
            Rights(tuple(Grant(each, patterns=one.dags) for each in one.deployments)),
        )
        for one in settings.access_tokens
    ]
    return WithTokens(way, tokens) if tokens else way


def _way_in(settings: Settings, store: Store, open_airflow: OpenAirflow) -> Access:
    proxies = Proxies(settings.access_proxies)
    if settings.access in (None, "none"):
        return Open()
    rules = [
        Rule(one.users, one.groups, one.deployments, one.dags) for one in settings.access_rules
    ]
    if settings.access == "proxy":
        headers = settings.access_user_header.lower(), settings.access_groups_header.lower()
        return ByProxy(proxies, rules, *headers)
    limit, sessions = Limit(store, now=_now), _sessions_of(settings, store)
    if settings.access == "airflow":
        airflows = {one.deployment: partial(open_airflow, one) for one in each_deployment(settings)}
        return ByAirflow(airflows, store=store, sessions=sessions, limit=limit, proxies=proxies)
    return ByOidc(
        provider_of(settings),
        back=f"{settings.public_url}{links.SIGN_IN_BACK}",
        rules=rules,
        sessions=sessions,
        limit=limit,
        proxies=proxies,
        secret=_secret(settings.session_secret),
    )


def provider_of(settings: Settings) -> Provider:
    """The provider of sign-ins that the settings name."""
    return Provider(
        settings.oidc_issuer or "",
        settings.oidc_client_id or "",
        _secret(settings.oidc_client_secret),
        settings.oidc_scope,
        settings.oidc_user_claim,
        settings.oidc_groups_claim,
    )


def _sessions_of(settings: Settings, store: Store) -> Sessions:
    return Sessions(
        store,
        secret=_secret(settings.session_secret),
        hours=settings.session_hours,
        is_secure=(settings.public_url or "").startswith("https://"),
        now=_now,
    )


def _secret(value: SecretStr | None) -> str:
    return "" if value is None else value.get_secret_value()


def _now() -> datetime:
    return datetime.now(UTC)
