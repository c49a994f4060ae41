"""Whether something says who may read, and whether whoever signs readers in answers."""

from collections.abc import Callable, Iterator

from app.doctor.finding import Finding, Level
from app.model.addresses import is_loopback
from app.model.errors import RightsUnknown, SettingsError
from app.settings import Settings, refuse_open_address

_READS = {
    "airflow": "who signs in by Airflow reads what Airflow lets them",
    "oidc": "who signs in at the provider reads what the rules say",
    "proxy": "whom the proxy names reads what the rules say",
}


def look_at_access(settings: Settings, ask_provider: Callable[[], object]) -> Iterator[Finding]:
    """What `xcomtrace serve` would make of it; `ask_provider` raises RightsUnknown."""
    try:
        refuse_open_address(settings)
    except SettingsError as error:
        yield Finding(Level.FAIL, "access", str(error))
        return
    if line := _READS.get(settings.access or ""):
        yield Finding(Level.OK, "access", line)
    else:
        yield _open_to_all(settings.host)
    if settings.access == "oidc":
        yield _provider(settings.oidc_issuer or "", ask_provider)


def _open_to_all(host: str) -> Finding:
    line = f"everybody who reaches {host} reads everything"
    if is_loopback(host):
        return Finding(Level.OK, "access", line)
    return Finding(Level.WARN, "access", line, "Set XCOMTRACE_ACCESS to have readers sign in.")


def _provider(issuer: str, ask: Callable[[], object]) -> Finding:
    try:
        ask()
    except RightsUnknown as error:
        advice = "Look at XCOMTRACE_OIDC_ISSUER, and whether this machine reaches it."
        return Finding(Level.FAIL, "access", str(error), advice)
    return Finding(Level.OK, "access", f"{issuer} answers")
