"""The settings in force, as a stranger may see them: secrets are said to be set, no more."""

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr
from sqlalchemy import make_url

from app.doctor.finding import Finding, Level
from app.settings import Settings, WebhookSettings, variable

_HIDDEN = "(hidden)"


def look_at_settings(settings: Settings) -> Iterator[Finding]:
    """Each setting that is not as it would be by itself, those of each deployment too."""
    for name in sorted(settings.model_fields_set - {"deployments"}):
        shown = shown_value(name, getattr(settings, name))
        yield Finding(Level.OK, "settings", f"{variable(name)} = {shown}")
    for deployment, table in sorted(settings.deployments.items()):
        for name, value in sorted(table.given.items()):
            place = f"deployments.{deployment}.{name}"
            yield Finding(Level.OK, "settings", f"{place} = {shown_value(name, value)}")
    if not (settings.model_fields_set or settings.deployments):
        yield Finding(Level.OK, "settings", "nothing is set: all is as it comes")


def shown_value(name: str, value: object) -> str:
    """The value of a setting without what is secret in it."""
    if show := _SHOWN.get(name):
        return show(str(value))
    match value:
        case SecretStr():
            return _HIDDEN
        case Mapping():
            return ", ".join(f"{key}: {_HIDDEN}" for key in value)
        case tuple():
            return ", ".join(_of_list(one) for one in value)
    return str(value)


def _of_list(one: object) -> str:
    if isinstance(one, WebhookSettings):
        return one.name or f"a webhook without a name, address {_HIDDEN}"
    return str(one)


def _database(url: str) -> str:
    # What stands after the question mark may hold a password too.
    return make_url(url).set(query={}).render_as_string(hide_password=True)


def _address(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def _program(command: str) -> str:
    # What a secret store is asked with is a secret itself.
    return f"{command.split(maxsplit=1)[0]} {_HIDDEN}"


_SHOWN: dict[str, Callable[[str], str]] = {
    "database_url": _database,
    "airflow_url": _address,
    "public_url": _address,
    "airflow_token_command": _program,
}
