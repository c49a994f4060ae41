"""The connection extra that makes the XCom sidecar meet a namespace's quota."""

import json
import re

#: The sidecar's container, as a quota's refusal names it.
SIDECAR = "airflow-xcom-sidecar"
#: What the provider asks for by itself, and limits that are ample for a waiting shell.
_REQUESTS = {"cpu": "1m", "memory": "10Mi"}
_LIMITS = {"cpu": "50m", "memory": "64Mi"}
_OTHERS = {"ephemeral-storage": "16Mi"}

_END = re.compile(r"[\n\"\\]")
_ITEM = re.compile(r"\b(limits|requests)\.([a-z][a-z.-]{0,60})")


def needs_sidecar(message: str) -> bool:
    """Whether the sidecar is among the containers that miss something; older texts name none."""
    return SIDECAR in message or " for: " not in message


def sidecar_extra(message: str) -> str:
    """The extra as JSON: requests and limits for all that the refusal misses."""
    resources: dict[str, dict[str, str]] = {"requests": dict(_REQUESTS), "limits": {}}
    for group, name in _missing(message):
        amounts = _LIMITS if group == "limits" else _REQUESTS
        amount = amounts.get(name) or _OTHERS.get(name)
        if amount:
            resources[group][name] = amount
    if not resources["limits"]:
        del resources["limits"]
    return json.dumps({"xcom_sidecar_container_resources": resources}, indent=2)


def _missing(message: str) -> list[tuple[str, str]]:
    """What the sidecar misses: `must specify limits.cpu for: base,airflow-xcom-sidecar; …`."""
    asked = _END.split(message.partition("must specify ")[2])[0]
    found = []
    for part in asked.split(";"):
        if " for: " not in part or SIDECAR in part:
            found.extend(_ITEM.findall(part.partition(" for: ")[0]))
    return [(group, name.rstrip(".")) for group, name in found]
