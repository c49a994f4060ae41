"""A larger memory limit for a container that was killed for its memory."""

import re
from collections.abc import Mapping

from app.lineage.explain.remedies.resources import container_resources
from app.model.facts import Try
from app.model.values import Json

_AMOUNT = re.compile(r"(\d{1,9})(Ki|Mi|Gi|Ti|k|M|G|T)")
#: Suggested where the limit is not known.
_FIRST_GUESS = "1Gi"


def more_memory(one: Try) -> str:
    """The operator's argument with twice the limit that was rendered."""
    had = _AMOUNT.fullmatch(_limit(one.rendered or {}))
    amount = f"{int(had[1]) * 2}{had[2]}" if had else _FIRST_GUESS
    return container_resources({"memory": amount}, {"memory": amount})


def _limit(rendered: Mapping[str, Json]) -> str:
    resources = rendered.get("container_resources")
    limits = resources.get("limits") if isinstance(resources, dict) else None
    memory = limits.get("memory") if isinstance(limits, dict) else None
    return memory if isinstance(memory, str) else ""
