"""JSON texts read when they are needed, and what stands in them."""

import json
from functools import lru_cache
from typing import Any

from app.lineage.fields import tree
from app.model.sides import InstanceSide
from app.model.values import Json


def read(text: str | None) -> Json:
    """The value of the text; a text that is no JSON, such as a preview, is its own value."""
    if text is None:
        return None
    try:
        value: Json = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value


@lru_cache(maxsize=8)
def fields_of(rendered: str | None) -> dict[str, Json]:
    """The rendered fields by name, environment variables by theirs."""
    found: Any = read(rendered)
    if not isinstance(found, dict):
        return {}
    return {name: tree(name, value) for name, value in found.items()}


def pods_of(instance: InstanceSide) -> tuple[str, ...]:
    """The names of its pods, as far as its operator pushed them."""
    stored = instance.xcoms.get(POD_NAME)
    value = read(stored.text) if stored else None
    return (value,) if isinstance(value, str) else ()


#: The key under which the KubernetesPodOperator pushes the name of its pod.
POD_NAME = "pod_name"
