"""An image for the XCom sidecar that comes from where the cluster allows."""

import re

from app.lineage.explain.remedies.sidecar import IMAGE, SIDECAR, connection_extra

#: Stands for what only the cluster's keeper knows.
_UNKNOWN = "YOUR-REGISTRY"
# Gatekeeper: `allowed repos are ["registry.example.com/"]`; others say registries, in brackets too.
_ALLOWED = re.compile(
    r"allowed (?:repos|registries|repositories)(?: are|:)? {0,2}[\[{](?P<names>[^\]}\n]{1,2000})"
)
_NAME = re.compile(r"[a-zA-Z0-9][\w.:/-]{2,200}")
_ALPINE = re.compile(r"(?<![\w-])alpine(?::[\w.-]{1,60})?(?![\w/-])")
# Kyverno tells a container by its place; the sidecar comes after the pod's own.
_AT = re.compile(r"/containers/(\d{1,3})/image")


def is_sidecars(message: str, own: str = "") -> bool:
    """Whether the image that is refused or not found is the sidecar's; `own` is the pod's image."""
    if SIDECAR in message:
        return True
    places = {int(place) for place in _AT.findall(message)}
    if places:
        return 0 not in places
    return _ALPINE.search(message) is not None and not (own and own in message)


def sidecar_extra(message: str, own: str = "") -> str:
    """The connection's extra: alpine from the first allowed registry, else from the own image's."""
    used = _ALPINE.search(message)
    name = used[0] if used and ":" in used[0] else IMAGE
    return connection_extra(image=f"{_registry(message, own)}/{name}")


def _registry(message: str, own: str) -> str:
    allowed = _ALLOWED.search(message)
    names = _NAME.findall(allowed["names"]) if allowed else []
    if names:
        return str(names[0]).rstrip("/")
    # The image of the pod itself was let in.
    host, slash, _ = own.rpartition("/")
    return host if slash and _NAME.fullmatch(host) else _UNKNOWN
