"""What a namespace's rules refuse: quotas, ranges, registries, Pod Security. Pure.

Each rule is a function of a pod. Only DAGs about a rule run in its namespace. The texts are those
of Kubernetes 1.34's admission plugins, and of a webhook as policies of registries word it.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

from tests.lab.cluster.status import Json, Refusal, forbidden, over_quota

Rule: TypeAlias = Callable[[Json], Iterator[Refusal]]

_QUOTA = "compute-limits"
_MINIMUM = {"cpu": "10m", "memory": "16Mi"}
_REGISTRY = "registry.local/"


def _quota(pod: Json, *, wanted: tuple[str, ...]) -> Iterator[Refusal]:
    missing = [
        f"{resource} for: {container['name']}"
        for resource in wanted
        for container in pod["spec"]["containers"]
        if _amount(container, resource) is None
    ]
    if missing:
        yield over_quota(pod["metadata"]["name"], _QUOTA, missing)


def _range(pod: Json) -> Iterator[Refusal]:
    """A LimitRange's minimum per container."""
    low = [
        f"minimum {what} usage per Container is {least}, but request is {amount}"
        for container in pod["spec"]["containers"]
        for what, least in _MINIMUM.items()
        if (amount := _amount(container, f"requests.{what}")) is None
        or _plain(amount) < _plain(least)
    ]
    if low:
        yield forbidden(pod, low[0] if len(low) == 1 else f"[{', '.join(low)}]")


def _registries(pod: Json) -> Iterator[Refusal]:
    images = [container["image"] for container in pod["spec"]["containers"]]
    names = [f'"{image.partition(":")[0]}"' for image in images if not image.startswith(_REGISTRY)]
    if names:
        webhook = 'admission webhook "images.policy.lab" denied the request'
        words = f"Pod spec contains images from unapproved registries: {{{', '.join(names)}}}"
        yield Refusal(403, "Forbidden", f"{webhook}: {words}")


def _restricted(pod: Json) -> Iterator[Refusal]:
    """The Pod Security Standard `restricted`."""
    faults = [
        f"{rule} ({named} must set {setting})"
        for rule, where, setting, is_met in _STANDARD
        if (named := _unmet(pod, where, is_met))
    ]
    if faults:
        yield forbidden(pod, f'violates PodSecurity "restricted:latest": {", ".join(faults)}')


def _unmet(pod: Json, where: str, is_met: Callable[[Json], bool]) -> str:
    names = [
        f'"{container["name"]}"'
        for container in pod["spec"]["containers"]
        if not is_met(container.get("securityContext") or {})
    ]
    return f"{where}{'s' if len(names) > 1 else ''} {', '.join(names)}" if names else ""


_STANDARD: tuple[tuple[str, str, str, Callable[[Json], bool]], ...] = (
    (
        "allowPrivilegeEscalation != false",
        "container",
        "securityContext.allowPrivilegeEscalation=false",
        lambda context: context.get("allowPrivilegeEscalation") is False,
    ),
    (
        "unrestricted capabilities",
        "container",
        'securityContext.capabilities.drop=["ALL"]',
        lambda context: "ALL" in ((context.get("capabilities") or {}).get("drop") or ()),
    ),
    (
        "runAsNonRoot != true",
        "pod or container",
        "securityContext.runAsNonRoot=true",
        lambda context: context.get("runAsNonRoot") is True,
    ),
    (
        "seccompProfile",
        "pod or container",
        'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
        lambda context: bool((context.get("seccompProfile") or {}).get("type")),
    ),
)


def _amount(container: Json, resource: str) -> str | None:
    kind, _, what = resource.partition(".")
    amount = ((container.get("resources") or {}).get(kind) or {}).get(what)
    return None if amount is None else str(amount)


def _plain(amount: str) -> float:
    """A quantity as a number, of the units that the lab's pods use."""
    units = {"m": 0.001, "Mi": 1 << 20}
    number = amount.rstrip("Mim")
    return float(number) * units.get(amount[len(number) :], 1)


#: Namespace -> what it refuses.
NAMESPACES: dict[str, tuple[Rule, ...]] = {
    "default": (),
    "geo": (),
    "ml": (),
    "shop": (),
    "metered": (partial(_quota, wanted=("limits.cpu", "limits.memory")),),
    "ranged": (_range,),
    "approved": (_registries,),
    "restricted": (_restricted,),
    # What is wrong with these shows after the pod was taken: see faults.py.
    "no-exec": (),
    "proxied": (),
    "unreachable": (),
    "crashing": (),
    "draining": (),
    "airgapped": (),
}
