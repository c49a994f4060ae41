"""The settings of this process, and the list of all there are."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource
from pydantic_settings import SettingsError as NotJson

from app.model.errors import SettingsError
from app.settings.access import refuse_half_an_access
from app.settings.fields import Settings
from app.settings.file import file_of_settings, read_file
from app.settings.naming import CONFIG, DEFAULT_FILE, variable
from app.settings.refusing import refusal, refuse_contradictions, refuse_unknown_variables


def read_settings(**chosen: Any) -> Settings:
    """The settings of this process.

    `chosen` come from the command line and win over variables, and these over the file.

    Raises:
        SettingsError: a value is wrong, names contradict each other, or a name is unknown.
    """
    refuse_unknown_variables()
    file = file_of_settings()
    said = read_file(file) if file else {}
    given = {name: value for name, value in chosen.items() if value is not None}
    try:
        settings = Settings(**{**said, **_from_variables(), **given})
    except NotJson as error:
        # What follows in its text may quote the value, and that holds secrets.
        field = str(error).partition('"')[2].partition('"')[0]
        kind = "list of objects" if field == "webhooks" else "object"
        raise SettingsError(f"{variable(field)}: must be a JSON {kind}") from None
    except ValidationError as error:
        raise refusal(error.errors(include_input=False)[0], file) from None
    refuse_contradictions(settings)
    refuse_half_an_access(settings)
    return settings


def described() -> Iterator[str]:
    """Each variable with its meaning and, where it has one, its default."""
    for name, info in Settings.model_fields.items():
        default = info.get_default(call_default_factory=True, validated_data={})
        if isinstance(default, tuple):
            default = ",".join(default)
        yield f"{variable(name)}" + ("" if default in (None, "", {}) else f" = {default}")
        yield f"    {info.description}"
    yield f"{CONFIG} = {DEFAULT_FILE}"
    yield "    A file with the same names in lower case, and a table for each of several Airflows"


def _from_variables() -> dict[str, Any]:
    return EnvSettingsSource(Settings)()
