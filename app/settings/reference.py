"""Every setting as a page of documentation, made from the fields that read them."""

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from app.settings.fields import DeploymentTable, Settings, WebhookSettings
from app.settings.naming import CONFIG, DEFAULT_FILE, variable

_HEAD = f"""# Settings

Every setting is a variable, or stands in `{DEFAULT_FILE}` under the same name in lower case,
without `XCOMTRACE_` ([deployments.md](deployments.md)); `{CONFIG}` names another file. What the
command line says wins over variables, and these over the file. A wrong value or an unknown name is
refused in one line that names the nearest right one.

This page is made from the code that reads the settings: `xcomtrace settings --format markdown`.
"""
_KINDS: dict[Any, str] = {
    int: "whole number",
    float: "number",
    str: "text",
    SecretStr: "secret text",
    dict: "JSON object",
    tuple: "list",
}
# What it is by itself depends on who starts it.
_DEFAULTS = {"database_url": "a file of the user's: `~/.local/share/xcomtrace/xcomtrace.sqlite`"}


def as_markdown() -> str:
    """The whole page."""
    return "\n".join(
        (
            _HEAD,
            *_section("For each Airflow", _DEPLOYMENT, _of_each),
            *_section("For all", _ALL, _of_all),
            *_section("Of one webhook", _WEBHOOK, WebhookSettings.model_fields),
        )
    )


_of_each = {n: f for n, f in Settings.model_fields.items() if n in DeploymentTable.model_fields}
_of_all = {n: f for n, f in Settings.model_fields.items() if n not in _of_each}
_DEPLOYMENT = "These may differ from one `[deployments.NAME]` of the file to the next."
_ALL = "These stand before all tables of the file."
_WEBHOOK = "Each object of `XCOMTRACE_WEBHOOKS`, each `[[webhooks]]` of the file, has these."


def _section(title: str, words: str, fields: dict[str, FieldInfo]) -> Iterator[str]:
    yield f"## {title}\n\n{words}\n"
    yield "| name | kind | by itself | meaning |\n|---|---|---|---|"
    for name, info in fields.items():
        shown = name if fields is WebhookSettings.model_fields else variable(name)
        yield f"| `{shown}` | {_kind(info)} | {_default(name, info)} | {_cell(info)} |"
    yield ""


def _kind(info: FieldInfo) -> str:
    kind = _kind_of(info.annotation)
    bounds = [*_bounds(info.metadata), *_inner_bounds(info.annotation)]
    return f"{kind}, {' and '.join(bounds)}" if bounds else kind


def _kind_of(annotation: Any) -> str:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind_of(get_args(annotation)[0])
    if origin is Literal:
        return " or ".join(f"`{one}`" for one in get_args(annotation))
    if origin in (Union, UnionType):
        return _kind_of(next(one for one in get_args(annotation) if one is not NoneType))
    return _KINDS.get(origin or annotation, "file")


def _inner_bounds(annotation: Any) -> Iterator[str]:
    for one in get_args(annotation) if get_origin(annotation) is not Literal else ():
        if get_origin(one) is Annotated:
            yield from _bounds(get_args(one)[1:])


def _bounds(metadata: Any) -> Iterator[str]:
    for one in metadata:
        match one:
            case Ge(ge):
                yield f"at least {ge}"
            case Gt(gt):
                yield f"more than {gt}"
            case Le(le):
                yield f"at most {le}"


def _default(name: str, info: FieldInfo) -> str:
    if name in _DEFAULTS:
        return _DEFAULTS[name]
    if info.is_required():
        return "needed"
    value = info.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, tuple):
        value = ",".join(value)
    return "" if value in (None, "", {}) else f"`{value}`"


def _cell(info: FieldInfo) -> str:
    return (info.description or "").replace("|", "\\|")
