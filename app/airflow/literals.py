"""Rendered fields that are told as a text of what they are, read back.

Airflow 2 and 3.0 write a field as JSON when that can be done and else the whole field as `str()`
gives it: a list of V1EnvVar, a V1ResourceRequirements, arguments with a time in them. Airflow 3.1
to 3.2.1 write such a field as a text that is JSON, later ones as JSON itself.
"""

import ast
import json
from typing import Any

#: Fields that hold what is no text: those of the pod operator that Kubernetes' own objects go
#: into, and those of Python operators. In any other field a text may look like a dict and be one.
_STRUCTURED = frozenset(
    {
        "affinity", "configmaps", "container_resources", "containers", "env_from", "env_vars",
        "init_containers", "op_args", "op_kwargs", "params", "secrets", "templates_dict",
        "tolerations", "volume_mounts", "volumes",
    }
)  # fmt: skip
# Characters of a text that are parsed; Airflow cuts fields at 4,096 unless its limit was raised.
_LONGEST = 200_000


def native_fields(fields: Any) -> Any:
    """The fields, those read back that are a text; one that cannot be read stays the text."""
    if not isinstance(fields, dict):
        return fields
    return {
        name: _structure(value) if name in _STRUCTURED and isinstance(value, str) else value
        for name, value in fields.items()
    }


def _structure(text: str) -> Any:
    if text[:1] not in ("{", "[") or len(text) > _LONGEST:
        return literal(text)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return literal(text)


def literal(text: str) -> Any:
    """The dict or list that the text is a Python literal of, as JSON would have it, or the text."""
    if text[:1] not in ("{", "[", "(") or len(text) > _LONGEST:
        return text
    try:
        return _json(ast.literal_eval(text))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return text


def _json(value: Any) -> Any:
    """Raises TypeError for what JSON cannot hold."""
    if isinstance(value, dict):
        return {
            name if isinstance(name, str) else str(name): _json(each)
            for name, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [_json(each) for each in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(type(value))
