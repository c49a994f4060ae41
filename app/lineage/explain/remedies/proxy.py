"""The environment variable that keeps the API server's address from the proxy."""

import re

#: How pods reach the API server from inside a cluster.
_INSIDE = ("kubernetes.default.svc", ".svc", ".cluster.local")
_HOST = re.compile(r"(?:host='|wss?://|https://)(?P<host>[a-zA-Z0-9][a-zA-Z0-9.-]{1,200})(?=['/:])")


def no_proxy(texts: tuple[str, ...]) -> str:
    """`NO_PROXY=…` with the API server's host where the log names it, for the workers."""
    hosts = (found["host"] for text in texts if (found := _HOST.search(text)))
    return f"NO_PROXY={','.join(dict.fromkeys((*hosts, *_INSIDE)))}"
