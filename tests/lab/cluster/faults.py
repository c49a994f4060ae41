"""Namespaces whose pods are taken and then fare badly: what their exec answers, how they run.

The bodies are those of an API server's own authorizer, of an HTTP proxy in front of it, and of an
API server that does not reach the node's kubelet.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.lab.cluster.status import Json, Refusal

SIDECAR = "airflow-xcom-sidecar"


@dataclass(frozen=True, slots=True)
class Denial:
    """An answer to a websocket's opening handshake that is not the socket."""

    code: int
    content_type: str
    body: str


def _no_right(pod_name: str, namespace: str) -> Refusal:
    user = "system:serviceaccount:airflow:airflow-worker"
    words = (
        f'pods "{pod_name}" is forbidden: User "{user}" cannot get resource "pods/exec"'
        f' in API group "" in the namespace "{namespace}"'
    )
    return Refusal(403, "Forbidden", words, {"name": pod_name, "kind": "pods"})


def _no_node(_pod_name: str, _namespace: str) -> Refusal:
    words = "error dialing backend: dial tcp 10.0.3.7:10250: connect: connection refused"
    return Refusal(500, "InternalError", words)


def _behind_proxy(_pod_name: str, _namespace: str) -> Denial:
    body = (
        "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n"
        "<center><h1>403 Forbidden</h1></center>\r\n<hr><center>nginx/1.27.1</center>\r\n"
        "</body>\r\n</html>\r\n"
    )
    return Denial(403, "text/html", body)


#: Namespace -> what exec says there instead of opening.
EXEC: dict[str, Callable[[str, str], Refusal | Denial]] = {
    "no-exec": _no_right,
    "proxied": _behind_proxy,
    "unreachable": _no_node,
}
#: Its sidecars end as soon as they start, and are started again and again.
CRASHING = "crashing"
#: Its node is short of memory: a pod is evicted when its first container has ended.
DRAINING = "draining"
#: It reaches its own registry only.
AIRGAPPED = "airgapped"


def cannot_pull(image: str, namespace: str) -> bool:
    return namespace == AIRGAPPED and not image.startswith("registry.")


def crashes(container: str, namespace: str) -> bool:
    return namespace == CRASHING and container == SIDECAR


def eviction(namespace: str) -> Json | None:
    """The part of the status that says that the pod was evicted; None where none is."""
    if namespace != DRAINING:
        return None
    words = (
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 71724Ki."
        f" Container {SIDECAR} was using 1208Ki, request is 10Mi, has larger consumption of memory."
    )
    return {"phase": "Failed", "reason": "Evicted", "message": words}
