"""The XCom sidecar that the provider puts beside the pod's own container, and its settings."""

import json
from collections.abc import Mapping
from typing import Any

#: The sidecar's container, as Kubernetes names it in its refusals.
SIDECAR = "airflow-xcom-sidecar"
#: What the provider runs and asks for by itself.
IMAGE = "alpine:3.24.2"
REQUESTS = {"cpu": "1m", "memory": "10Mi"}
#: What is ample for a shell that waits.
AMPLE = {"cpu": "50m", "memory": "64Mi", "ephemeral-storage": "16Mi"}


def connection_extra(**settings: Mapping[str, Any] | str) -> str:
    """The Kubernetes connection's extra with settings of the sidecar, by the ends of their names.

    The provider reads resources and security context with json.loads, out of a text: an object
    there makes every pod fail. So they are JSON within the JSON.
    """
    extra = {
        f"xcom_sidecar_container_{name}": value if isinstance(value, str) else json.dumps(value)
        for name, value in settings.items()
    }
    return json.dumps(extra, indent=2)
