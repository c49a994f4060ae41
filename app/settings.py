"""Settings: read once, from the environment variables XCOMTRACE_*, wrong ones refused by name."""

import os
import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FilePath,
    SecretStr,
    ValidationError,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as NotJson
from rapidfuzz import process

from app.model.amounts import bytes_from
from app.model.errors import SettingsError
from app.model.retention import Retention

PREFIX = "XCOMTRACE_"
#: Names with our prefix that belong to the tests' lab and are none of the service's.
FOREIGN = frozenset({"XCOMTRACE_CACHE", "XCOMTRACE_LAB_RUN", "XCOMTRACE_LAB_STATE"})

# How pydantic begins a refusal; ours begins with the variable's name.
_PYDANTICS_SUBJECT = re.compile(r"^(Input|String) should")

_OWN_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not known",
    "tuple_type": "must be a JSON list of objects",
}

# Below this score (of 100) a known name is no likely spelling of an unknown one.
_LIKELY = 70


def _web_address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return value.rstrip("/")


def _secret_web_address(value: SecretStr) -> SecretStr:
    _web_address(value.get_secret_value())
    return value


def _words(value: str) -> str:
    if not shlex.split(value):
        raise ValueError("must name a program")
    return value


def _bytes(value: object) -> object:
    return bytes_from(value) if isinstance(value, str) else value


def _default_database() -> str:
    """One file per user, wherever the service is started from (XDG Base Directory)."""
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return f"sqlite:///{home}/xcomtrace/xcomtrace.sqlite"


class WebhookSettings(BaseModel):
    """One webhook of `XCOMTRACE_WEBHOOKS`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[SecretStr, AfterValidator(_secret_web_address)]
    name: str | None = Field(None, pattern=r"^[\w.-]{1,40}$")
    style: Literal["json", "slack"] = "json"
    deployment: str = "*"
    dags: str = "*"
    severity: Literal["error", "warning", "info"] = "warning"
    secret: SecretStr | None = None


class Settings(BaseSettings):
    """Everything that can be set; each field is the variable of its name after `XCOMTRACE_`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True)

    airflow_url: Annotated[str, AfterValidator(_web_address)] | None = Field(
        None, description="Airflow's address without /api/v2, for example https://airflow.example"
    )
    airflow_username: str | None = Field(
        None, description="A user of Airflow with the role Viewer; needs the password too"
    )
    airflow_password: SecretStr | None = Field(None, description="That user's password")
    airflow_token: SecretStr | None = Field(
        None, description="A token to send as it is, instead of user and password"
    )
    airflow_token_command: Annotated[str, AfterValidator(_words)] | None = Field(
        None, description="A command that prints a token, run again when Airflow refuses it"
    )
    airflow_ca_file: FilePath | None = Field(
        None, description="Certificates (PEM) to trust beside the system's, for https"
    )
    deployment: str = Field(
        "default", min_length=1, pattern=r"^[\w.-]+$", description="What this Airflow is called"
    )
    database_url: str = Field(
        default_factory=_default_database,
        description="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME",
    )
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8081, ge=0, le=65535, description="Port to listen on; 0 takes a free one")
    interval_seconds: float = Field(
        3.0, ge=0.5, le=3600, description="Seconds between passes while a run is open"
    )
    idle_interval_seconds: float = Field(
        15.0, ge=0.5, le=3600, description="Seconds between passes while none is"
    )
    backfill_days: float = Field(
        30.0, ge=0, description="How far back runs are fetched that ended before the first pass"
    )
    backfill_runs: int = Field(1000, ge=0, description="At most so many of them")
    value_limit_bytes: Annotated[int, BeforeValidator(_bytes)] = Field(
        1_000_000,
        ge=1000,
        description="Longer XCom values are kept as a preview, their size and their SHA-256",
    )
    retention_days: float | None = Field(
        None, gt=0, description="Runs that ended longer ago are deleted; not set: none is"
    )
    retention_bytes: Annotated[int | None, BeforeValidator(_bytes)] = Field(
        None,
        ge=1_000_000,
        description="What runs may take in the database, for example 10GB: the oldest are deleted"
        " until the others fit; not set: none is",
    )

    public_url: Annotated[str, AfterValidator(_web_address)] | None = Field(
        None, description="Where readers open the dashboard; notifications then link to it"
    )
    webhooks: tuple[WebhookSettings, ...] = Field(
        (),
        description="Who is told of new and returned problems, a JSON list of objects with url"
        " and, as needed, name, style (json or slack), deployment and dags (patterns as prod_*),"
        " severity (the least told: error, warning or info) and secret (it signs what is sent)",
    )

    @property
    def keep(self) -> Retention:
        return Retention(self.retention_days, self.retention_bytes)

    @property
    def token_argv(self) -> tuple[str, ...]:
        """The token command as its words; empty when there is none."""
        return tuple(shlex.split(self.airflow_token_command or ""))


def read_settings(**chosen: Any) -> Settings:
    """The settings of this process; `chosen` come from the command line and win.

    Raises:
        SettingsError: a value is wrong, names contradict each other, or a name is unknown.
    """
    _refuse_unknown(os.environ)
    try:
        settings = Settings(**{name: value for name, value in chosen.items() if value is not None})
    except NotJson:
        # Its text may quote the value, and that holds secrets.
        raise SettingsError(f"{variable('webhooks')}: must be a JSON list of objects") from None
    except ValidationError as error:
        raise SettingsError(_one_line(error.errors(include_input=False))) from None
    _refuse_contradictions(settings)
    return settings


def described() -> Iterator[str]:
    """Each variable with its meaning and, where it has one, its default."""
    for name, info in Settings.model_fields.items():
        default = info.get_default(call_default_factory=True, validated_data={})
        yield f"{variable(name)}" + ("" if default in (None, ()) else f" = {default}")
        yield f"    {info.description}"


def variable(field: str) -> str:
    return PREFIX + field.upper()


def _refuse_unknown(environ: Iterable[str]) -> None:
    known = {variable(field) for field in Settings.model_fields}
    given = {name for name in environ if name.upper().startswith(PREFIX)}
    unknown = sorted(given - known - FOREIGN)
    if unknown:
        raise SettingsError(f"{unknown[0]} is not a setting{_did_you_mean(unknown[0])}")


def _did_you_mean(name: str) -> str:
    fields = [field.upper() for field in Settings.model_fields]
    asked = name[len(PREFIX) :].upper()
    # Names are cut short more often than mistyped: USER is USERNAME rather than URL.
    longer = [field for field in fields if field.startswith(asked)] if asked else []
    best = process.extractOne(asked, longer or fields, score_cutoff=0 if longer else _LIKELY)
    return f": did you mean {PREFIX}{best[0]}?" if best else " (`xcomtrace settings` lists them)"


def _one_line(errors: list[ErrorDetails]) -> str:
    first = errors[0]
    field, *inner = first["loc"] or ("",)
    # In a list, the place of what is wrong: "number 2, style".
    place = ", ".join(f"number {part + 1}" if isinstance(part, int) else part for part in inner)
    return f"{variable(str(field))}: {f'{place}: ' if place else ''}{_told(first)}"


def _told(error: ErrorDetails) -> str:
    if error["type"] in _OWN_WORDS:
        return _OWN_WORDS[error["type"]]
    told = error["msg"].removeprefix("Value error, ").partition(", unable to ")[0]
    return _PYDANTICS_SUBJECT.sub("must", told)


def _refuse_contradictions(settings: Settings) -> None:
    names = [one.name for one in settings.webhooks if one.name]
    if len(names) > len(set(names)):
        raise SettingsError(f"{variable('webhooks')}: two of them have the same name")
    if (settings.airflow_username is None) != (settings.airflow_password is None):
        missing = "password" if settings.airflow_password is None else "username"
        raise SettingsError(
            f"{variable(f'airflow_{missing}')} is missing: a user name and a password go together"
        )
    ways = {
        "airflow_username": settings.airflow_username,
        "airflow_token": settings.airflow_token,
        "airflow_token_command": settings.airflow_token_command,
    }
    given = [variable(field) for field, value in ways.items() if value is not None]
    if len(given) > 1:
        raise SettingsError(f"set one way to sign in only, not {' and '.join(given)}")
