"""Whether the settings let in nobody who was not meant to come in."""

from app.model.addresses import is_loopback
from app.model.errors import SettingsError
from app.settings.fields import Settings
from app.settings.naming import variable

_NEEDED = {
    "airflow": ("session_secret",),
    "proxy": ("access_proxies", "access_rules"),
    "oidc": (
        "session_secret",
        "public_url",
        "oidc_issuer",
        "oidc_client_id",
        "oidc_client_secret",
        "access_rules",
    ),
}
_WHY = {
    "session_secret": "what sessions are signed with, 32 characters or more;"
    " `openssl rand -hex 32` makes one",
    "public_url": "where readers open the dashboard, which the provider sends them back to",
    "access_proxies": "the addresses of the proxies that are believed, such as 10.0.0.7",
    "access_rules": 'who may see which DAGs, such as [{"users": ["*"]}] for all who sign in',
    "oidc_issuer": "the provider's address",
    "oidc_client_id": "what we are called at the provider",
    "oidc_client_secret": "our secret at the provider",
}


def refuse_half_an_access(settings: Settings) -> None:
    """Raises SettingsError when the way in that is set lacks something."""
    for field in _NEEDED.get(settings.access or "", ()):
        if not getattr(settings, field):
            raise SettingsError(
                f"{variable(field)} is missing, which {variable('access')}={settings.access} needs:"
                f" {_WHY[field]}"
            )
    for rule in settings.access_rules:
        if not rule.users and not rule.groups:
            raise SettingsError(
                f"{variable('access_rules')}: a rule names neither users nor groups:"
                ' {"users": ["*"]} is for all who sign in'
            )


def refuse_open_address(settings: Settings) -> None:
    """Raises SettingsError when others can reach the dashboard and nothing says who may read."""
    if settings.access is not None or is_loopback(settings.host):
        return
    raise SettingsError(
        f"{variable('host')} is {settings.host}, where others reach it: set {variable('access')} to"
        " airflow, proxy or oidc (docs/access.md), or to none to let everybody read everything"
    )
