"""A label that Kubernetes takes, made of one that it refused."""

import re

_REFUSED = re.compile(r"Invalid value: \"(?P<value>(?:[^\"\\]|\\.){1,4000})\": ")
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9_.-]+")
_LONGEST = 63


def allowed_label(message: str) -> str | None:
    """The refused value as Kubernetes would take it; None when the message has none."""
    found = _REFUSED.search(message)
    if found is None:
        return None
    kept = _NOT_ALLOWED.sub("-", found["value"]).strip("-_.")
    return kept[:_LONGEST].strip("-_.") or None
