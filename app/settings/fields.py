"""Every setting with its type, its bounds, its default and its meaning."""

import os
import shlex
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FilePath,
    SecretStr,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.ingest.names import SENSITIVE, WRITTEN
from app.model.amounts import bytes_from
from app.model.retention import Retention
from app.settings.naming import PREFIX


def _web_address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    if "@" in urlsplit(value).netloc:
        raise ValueError("must not hold a user or a password: it is shown to readers")
    return value.rstrip("/")


def _secret_web_address(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return value


def _at_least(least: int) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < least:
            raise ValueError(f"must have {least} characters or more")
        return value

    return AfterValidator(check)


def _words(value: str) -> str:
    if not shlex.split(value):
        raise ValueError("must name a program")
    return value


def _bytes(value: object) -> object:
    return bytes_from(value) if isinstance(value, str) else value


def _patterns(value: object) -> object:
    """`etl_*, geo_*`, as a variable has it."""
    if isinstance(value, str):
        return tuple(filter(None, (part.strip() for part in value.split(","))))
    return value


def _network(value: object) -> object:
    try:
        return ip_network(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("must be an address or a network, such as 10.0.0.0/8") from None


def _default_database() -> str:
    """One file per user, wherever the service is started from (XDG Base Directory)."""
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return f"sqlite:///{home}/xcomtrace/xcomtrace.sqlite"


def _names(value: tuple[str, ...]) -> tuple[str, ...]:
    for name in value:
        if not WRITTEN.fullmatch(name):
            raise ValueError(
                "must be names of two characters or more, made of letters, digits, _, -, . and *"
            )
    return value


def _standard_names(value: tuple[str, ...]) -> tuple[str, ...]:
    for name in value:
        if name.lower() not in SENSITIVE:
            raise ValueError(f"must be among Airflow's own: {', '.join(sorted(SENSITIVE))}")
    return value


_Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
_Networks = Annotated[tuple[_Network, ...], NoDecode, BeforeValidator(_patterns)]
_Patterns = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_patterns)]
_Names = Annotated[_Patterns, AfterValidator(_names)]
_StandardNames = Annotated[_Patterns, AfterValidator(_standard_names)]


class WebhookSettings(BaseModel):
    """One webhook of `XCOMTRACE_WEBHOOKS`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[SecretStr, AfterValidator(_secret_web_address)] = Field(
        description="Where to post; shown in no log and on no page"
    )
    name: str | None = Field(
        None, pattern=r"^[\w.-]{1,40}$", description="What logs and the status page call it"
    )
    style: Literal["json", "slack"] = Field("json", description="How messages look")
    deployment: str = Field("*", description="Only of deployments whose names match this pattern")
    dags: str = Field("*", description="Only of DAGs whose ids match this pattern")
    severity: Literal["error", "warning", "info"] = Field(
        "warning", description="The least that is told"
    )
    secret: SecretStr | None = Field(None, description="Signs what is sent")


class AccessRule(BaseModel):
    """One rule of `XCOMTRACE_ACCESS_RULES`: who may see which DAGs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ("*",)
    dags: tuple[str, ...] = ("*",)


class AccessToken(BaseModel):
    """One token of `XCOMTRACE_ACCESS_TOKENS`: a program that reads the JSON API."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[\w.-]{1,40}$")
    token: Annotated[SecretStr, _at_least(20)]
    deployments: tuple[str, ...] = ("*",)
    dags: tuple[str, ...] = ("*",)


class OfDeployment(BaseModel):
    """What may differ from one Airflow to the next."""

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
    airflow_headers: dict[str, SecretStr] = Field(
        {}, description="Headers to send with each request, for a proxy in between: a JSON object"
    )
    airflow_ca_file: FilePath | None = Field(
        None, description="Certificates (PEM) to trust beside the system's, for https"
    )
    airflow_client_certificate: FilePath | None = Field(
        None, description="Our own certificate (PEM), where Airflow or a proxy asks for one"
    )
    airflow_client_key: FilePath | None = Field(
        None, description="Its key (PEM), where it is not in the certificate's file"
    )
    requests_at_once: int = Field(
        4, ge=1, le=8, description="Requests to this Airflow under way at once"
    )
    requests_per_minute: int = Field(
        6_000, ge=60, description="Requests to this Airflow in any one minute, at most"
    )
    dags: _Patterns = Field(
        ("*",), description="DAGs to mirror, by patterns: etl_*,geo_*; the others are not read"
    )
    without_dags: _Patterns = Field((), description="DAGs to leave out of these, by patterns")
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
    keep_values: Literal["all", "structure"] = Field(
        "all",
        description="all: everything but secrets; structure: names, shapes, types, and a keyed hash"
        " of each scalar, but no value, log, source or rendered text (docs/secrets.md)",
    )
    mask_names: _Names = Field(
        (),
        description="More names beside which a value is a secret: words that stand in a name, or"
        " patterns for all of it: pin,card_number,*_otp",
    )
    unmask_names: _StandardNames = Field(
        (), description="Names of Airflow's own list to leave readable, for example proxy,dsn"
    )
    mask_entropy: Literal["off", "tokens", "all"] = Field(
        "off",
        description="tokens: long texts that look random are masked too, but hashes and UUIDs;"
        " all: these as well",
    )
    mask_key: SecretStr | None = Field(
        None,
        min_length=16,
        description="A key of 16 characters or more: a keyed hash then stands behind each mask, the"
        " same for the same secret, so that its flows can be told",
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

    @property
    def keep(self) -> Retention:
        return Retention(self.retention_days, self.retention_bytes)

    @property
    def token_argv(self) -> tuple[str, ...]:
        """The token command as its words; empty when there is none."""
        return tuple(shlex.split(self.airflow_token_command or ""))


class DeploymentTable(OfDeployment):
    """`[deployments.NAME]` of the file: what it does not say is as for all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def given(self) -> dict[str, Any]:
        """What it does say."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Settings(OfDeployment, BaseSettings):
    """Everything that can be set; each field is the variable of its name after `XCOMTRACE_`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, env_ignore_empty=True, extra="forbid"
    )

    deployment: str = Field(
        "default", min_length=1, pattern=r"^[\w.-]+$", description="What this Airflow is called"
    )
    deployments: dict[Annotated[str, Field(pattern=r"^[\w.-]+$")], DeploymentTable] = Field(
        {},
        description="Several Airflows: tables [deployments.NAME] of xcomtrace.toml, each with what"
        " differs from the settings for all (docs/deployments.md)",
    )
    database_url: str = Field(
        default_factory=_default_database,
        description="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME",
    )
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8081, ge=0, le=65535, description="Port to listen on; 0 takes a free one")
    public_url: Annotated[str, AfterValidator(_web_address)] | None = Field(
        None, description="Where readers open the dashboard; notifications then link to it"
    )
    access: Literal["none", "airflow", "proxy", "oidc"] | None = Field(
        None,
        description="Who may read: `airflow` (sign in with Airflow's name and password, see what"
        " Airflow lets you read), `proxy` (a proxy names the reader), `oidc` (a provider of"
        " sign-ins does) or `none` (everybody); to be set where others reach the address"
        " (docs/access.md)",
    )
    access_rules: tuple[AccessRule, ...] = Field(
        (),
        description="With `proxy` and `oidc`, who may see which DAGs: a JSON list of objects with"
        " users and groups, and, where not all, deployments and dags; each a list of patterns",
    )
    access_tokens: tuple[AccessToken, ...] = Field(
        (),
        description="Programs that read the JSON API: a JSON list of objects with name, token, and,"
        " where not all, deployments and dags",
    )
    access_proxies: _Networks = Field(
        (),
        description="Addresses or networks of proxies in front of us, which alone are believed what"
        " they say of a reader: 10.0.0.0/8,127.0.0.1",
    )
    access_user_header: str = Field(
        "X-Forwarded-User", description="With `proxy`: the header that names the reader"
    )
    access_groups_header: str = Field(
        "X-Forwarded-Groups", description="With `proxy`: the header that lists the reader's groups"
    )
    oidc_issuer: Annotated[str, AfterValidator(_web_address)] | None = Field(
        None, description="With `oidc`: the provider's address, as its own configuration calls it"
    )
    oidc_client_id: str | None = Field(None, description="What we are called there")
    oidc_client_secret: SecretStr | None = Field(None, description="Our secret there")
    oidc_scope: str = Field("openid email profile", description="What the provider is asked for")
    oidc_user_claim: str = Field("email", description="The claim that names the reader")
    oidc_groups_claim: str = Field("groups", description="The claim that lists their groups")
    session_secret: Annotated[SecretStr, _at_least(32)] | None = Field(
        None,
        description="With `airflow` and `oidc`: what sessions are signed and encrypted with, the"
        " same for all processes; `openssl rand -hex 32` makes one",
    )
    session_hours: float = Field(
        12.0, gt=0, le=720, description="How long a reader stays signed in"
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="Log lines: text for people, or json, an object in each line"
    )
    metrics_token: SecretStr | None = Field(
        None,
        min_length=16,
        description="What whoever asks for /metrics has to show (Authorization: Bearer); not set:"
        " nothing",
    )
    passes_at_once: int = Field(
        4, ge=1, le=64, description="Airflows that one process polls at once, on PostgreSQL"
    )
    webhooks: tuple[WebhookSettings, ...] = Field(
        (),
        description="Who is told of new and returned problems, a JSON list of objects with url"
        " and, as needed, name, style (json or slack), deployment and dags (patterns as prod_*),"
        " severity (the least told: error, warning or info) and secret (it signs what is sent)",
    )
