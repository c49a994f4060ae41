"""xcomtrace.toml: the settings that have no variable, and secrets by reference.

`{ env = "NAME" }` and `{ file = "/run/secrets/x" }` stand for what the variable or the file holds,
so that the file itself can lie in a repository.
"""

import os
import tomllib
from pathlib import Path
from typing import Any

from app.model.errors import SettingsError
from app.settings.naming import CONFIG, DEFAULT_FILE


def file_of_settings() -> Path | None:
    """The file that XCOMTRACE_CONFIG names, else xcomtrace.toml where we are, if there is one."""
    named = os.environ.get(CONFIG)
    if named:
        return Path(named)
    here = Path(DEFAULT_FILE)
    return here if here.is_file() else None


def read_file(file: Path) -> dict[str, Any]:
    """What the file says, its references resolved.

    Raises SettingsError: it cannot be read, is not TOML, or refers to what is not there.
    """
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{CONFIG}: cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} is not a text in UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file} is not TOML: {error}") from None
    resolved: dict[str, Any] = _resolved(said, str(file))
    return resolved


def _resolved(value: Any, place: str) -> Any:
    match value:
        case {"env": str(name), **rest} if not rest:
            return _variable(name, place)
        case {"file": str(name), **rest} if not rest:
            return _content(name, place)
        case dict():
            return {key: _resolved(inner, f"{place}: {key}") for key, inner in value.items()}
        case list():
            return [_resolved(inner, place) for inner in value]
    return value


def _variable(name: str, place: str) -> str:
    if name not in os.environ:
        raise SettingsError(f"{place}: the variable {name} that it refers to is not set")
    return os.environ[name]


def _content(name: str, place: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{place}: cannot read {name}") from error
