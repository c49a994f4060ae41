"""A security context with all that a policy misses."""

import json
import re
from typing import Any

from app.lineage.explain.remedies.sidecar import SIDECAR, connection_extra

#: `nobody`: alpine runs as root unless it is told another user.
_NOBODY = 65534
# What a policy complains of (Pod Security, Gatekeeper, Kyverno), and what it wants instead.
_WANTED: tuple[tuple[re.Pattern[str], dict[str, Any]], ...] = (
    (re.compile(r"privilege ?escalation", re.IGNORECASE), {"allowPrivilegeEscalation": False}),
    (re.compile(r"capabilities", re.IGNORECASE), {"capabilities": {"drop": ["ALL"]}}),
    (
        re.compile(r"run(?:ning)? ?as ?(?:a )?(?:non-?root|user|root)", re.IGNORECASE),
        {"runAsNonRoot": True, "runAsUser": _NOBODY},
    ),
    (re.compile(r"seccomp", re.IGNORECASE), {"seccompProfile": {"type": "RuntimeDefault"}}),
    (re.compile(r"read-?only ?root", re.IGNORECASE), {"readOnlyRootFilesystem": True}),
    (re.compile(r"privileged"), {"privileged": False}),
)
# OpenShift gives each namespace users of its own.
_USERS = re.compile(r"must be in the ranges: \[(\d{1,12}),")
_OWN = re.compile(r"[\"']base[\"']|: base\b|<base>")


def is_sidecars(message: str) -> bool:
    """Whether the policy complains of the sidecar; a text without names is about both."""
    return SIDECAR in message or not _OWN.search(message)


def is_both(message: str) -> bool:
    """Whether it complains of the sidecar and of the pod's own container, by its usual name."""
    return SIDECAR in message and _OWN.search(message) is not None


def sidecar_extra(message: str) -> str:
    """The connection's extra with the sidecar's security context."""
    return connection_extra(security_context=_context(message))


def job_context(message: str) -> str:
    """The operator's argument with the security context of the pod's own container."""
    # Which user the job's own image can run as is not ours to say.
    wanted = {name: value for name, value in _context(message).items() if name != "runAsUser"}
    text = json.dumps(wanted).replace("true", "True").replace("false", "False")
    return f"container_security_context={text}"


def _context(message: str) -> dict[str, Any]:
    """All that the policy complains of; all of the restricted standard when that is not told."""
    told = [wanted for complaint, wanted in _WANTED if complaint.search(message)]
    context: dict[str, Any] = {}
    for wanted in told or [wanted for _, wanted in _WANTED[:4]]:
        context |= wanted
    first = _USERS.search(message)
    if first is not None and "runAsUser" in context:
        context["runAsUser"] = int(first[1])
    return context
