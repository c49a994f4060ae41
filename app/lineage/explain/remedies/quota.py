"""What makes a pod meet its namespace's quota: resources for the sidecar and for its own container.

Kubernetes names the containers since 1.25 or so, `must specify limits.cpu for: base,sidecar; …`;
before, only the resources, `must specify limits.cpu,memory`. A bare name is a request.
"""

import re
from collections.abc import Iterator

from app.lineage.explain.remedies.resources import container_resources
from app.lineage.explain.remedies.sidecar import AMPLE, REQUESTS, SIDECAR, connection_extra

#: What a job may begin with; only who wrote it knows what it needs.
_FIRST_GUESS = {"cpu": "500m", "memory": "512Mi", "ephemeral-storage": "1Gi"}

_END = re.compile(r"[\n\"\\]")
_ITEM = re.compile(r"(?:\b(limits|requests)\.)?\b(cpu|memory|ephemeral-storage)\b")


def needs_sidecar(message: str) -> bool:
    """Whether the sidecar is among the containers that miss something; older texts name none."""
    return SIDECAR in message or " for: " not in message


def needs_both(message: str) -> bool:
    """Whether the refusal names the sidecar and the pod's own container."""
    return needs_sidecar(message) and " for: " in message and any(_missing(message, None))


def sidecar_extra(message: str) -> str:
    """The connection's extra: requests and limits for all that the refusal misses."""
    resources: dict[str, dict[str, str]] = {"requests": dict(REQUESTS)}
    for group, name in _missing(message, SIDECAR):
        amounts = {**AMPLE, **REQUESTS} if group == "requests" else AMPLE
        resources.setdefault(group, {})[name] = amounts[name]
    return connection_extra(resources=resources)


def job_resources(message: str) -> str:
    """The operator's argument that names all that the pod's own container misses."""
    resources: dict[str, dict[str, str]] = {}
    for group, name in _missing(message, None):
        resources.setdefault(group, {})[name] = _FIRST_GUESS[name]
    return container_resources(**resources)


def _missing(message: str, container: str | None) -> Iterator[tuple[str, str]]:
    """What the container misses; None stands for every other than the sidecar."""
    asked = _END.split(message.partition("must specify ")[2])[0]
    for part in asked.split(";"):
        items, _, names = part.partition(" for: ")
        containers = {name.strip() for name in names.split(",")} - {""}
        is_meant = container in containers if container else bool(containers - {SIDECAR})
        if is_meant or not containers:
            yield from ((group or "requests", name) for group, name in _ITEM.findall(items))
