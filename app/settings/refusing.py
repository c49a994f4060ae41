"""What is wrong with settings, in one line that names it and never quotes a value."""

import os
import re
from pathlib import Path

from pydantic_core import ErrorDetails

from app.model.errors import SettingsError
from app.settings.deployments import each_deployment
from app.settings.fields import DeploymentTable, Settings
from app.settings.naming import CONFIG, FOREIGN, PREFIX, nearest, variable

# How pydantic begins a refusal; ours begins with the variable's name.
_PYDANTICS_SUBJECT = re.compile(r"^(Input|String) should")
_UNKNOWN = "extra_forbidden"
_OWN_WORDS = {
    "missing": "is missing",
    _UNKNOWN: "is not known",
    "tuple_type": "must be a JSON list of objects",
}
_TABLE = "deployments"


def refuse_unknown_variables() -> None:
    fields = [field.upper() for field in Settings.model_fields]
    known = {f"{PREFIX}{field}" for field in fields} | {CONFIG}
    given = {name for name in os.environ if name.upper().startswith(PREFIX)}
    unknown = sorted(given - known - FOREIGN)
    if unknown:
        meant = nearest(unknown[0][len(PREFIX) :].upper(), fields)
        hint = f": did you mean {PREFIX}{meant}?" if meant else " (`xcomtrace settings` lists them)"
        raise SettingsError(f"{unknown[0]} is not a setting{hint}")


def refusal(error: ErrorDetails, file: Path | None) -> SettingsError:
    """What pydantic found, said where it stands: in a variable or in the file."""
    field, *inner = error["loc"] or ("",)
    name = str(field)
    is_in_file = file is not None and variable(name) not in os.environ
    told = _meant(inner or [field], error) if is_in_file else _told(error)
    # In a list, the place of what is wrong: "number 2, style".
    place = ", ".join(f"number {part + 1}" if isinstance(part, int) else part for part in inner)
    where = f"{file}: {name}" if is_in_file else variable(name)
    return SettingsError(f"{where}: {f'{place}: ' if place else ''}{told}")


def refuse_contradictions(settings: Settings) -> None:
    names = [one.name for one in settings.webhooks if one.name]
    if len(names) > len(set(names)):
        raise SettingsError(f"{variable('webhooks')}: two of them have the same name")
    if settings.deployments and settings.airflow_url:
        raise SettingsError(
            f"{variable('airflow_url')} is set and so is [{_TABLE}]: name each Airflow in one place"
        )
    for one in each_deployment(settings):
        is_table = one.deployment in settings.deployments
        _refuse_contradictions_of(one, _Names(one, settings), is_table=is_table)


class _Names:
    """What the fields of a deployment are called where they were set."""

    def __init__(self, one: Settings, settings: Settings) -> None:
        self._table = settings.deployments.get(one.deployment)
        self._prefix = f"{_TABLE}.{one.deployment}."

    def __call__(self, field: str, *, beside: str = "") -> str:
        """The name of the field; where it is not set, as it would be called beside another."""
        is_own = self._table is not None and (beside or field) in self._table.model_fields_set
        return f"{self._prefix}{field}" if is_own else variable(field)


def _refuse_contradictions_of(one: Settings, name: _Names, *, is_table: bool) -> None:
    if is_table and one.airflow_url is None:
        raise SettingsError(
            f"{_TABLE}.{one.deployment}.airflow_url is missing: it is Airflow's address"
        )
    _refuse_half_a_sign_in(one, name)
    if one.airflow_client_key and not one.airflow_client_certificate:
        raise SettingsError(f"{name('airflow_client_key')} is a key without its certificate")
    if one.keep_values == "structure" and one.mask_key is None:
        raise SettingsError(
            f"{name('keep_values')} is structure, and {name('mask_key', beside='keep_values')} is"
            " missing: values are kept as hashes under a key"
        )
    ways = ("airflow_username", "airflow_token", "airflow_token_command")
    given = [name(field) for field in ways if getattr(one, field) is not None]
    if len(given) > 1:
        raise SettingsError(f"set one way to sign in only, not {' and '.join(given)}")


def _refuse_half_a_sign_in(one: Settings, name: _Names) -> None:
    user, password = "airflow_username", "airflow_password"
    if (one.airflow_username is None) == (one.airflow_password is None):
        return
    missing, there = (password, user) if one.airflow_password is None else (user, password)
    told = name(missing, beside=there)
    raise SettingsError(f"{told} is missing: a user name and a password go together")


def _meant(place: list[str | int], error: ErrorDetails) -> str:
    """The refusal; of an unknown name in the file with the known one that was probably meant."""
    if error["type"] != _UNKNOWN:
        return _told(error)
    known = DeploymentTable if len(place) > 1 else Settings
    meant = nearest(str(place[-1]), sorted(known.model_fields))
    return _told(error) + (f": did you mean {meant}?" if meant else "")


def _told(error: ErrorDetails) -> str:
    if error["type"] in _OWN_WORDS:
        return _OWN_WORDS[error["type"]]
    told = error["msg"].removeprefix("Value error, ").partition(", unable to ")[0]
    return _PYDANTICS_SUBJECT.sub("must", told)
