"""Resources for the pod's own container, as its operator takes them."""

import json
from collections.abc import Mapping


def container_resources(
    requests: Mapping[str, str] | None = None, limits: Mapping[str, str] | None = None
) -> str:
    """The operator's argument: `container_resources=k8s.V1ResourceRequirements(…)`."""
    given = {"requests": requests, "limits": limits}
    arguments = [f"{name}={json.dumps(amounts)}" for name, amounts in given.items() if amounts]
    return f"container_resources=k8s.V1ResourceRequirements({', '.join(arguments)})"
