"""What kubectl asks of a cluster before it looks at a manifest: which kinds there are."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Group and version to kinds, with the names of their resources.
KINDS = {
    "v1": {
        "Namespace": "namespaces",
        "ServiceAccount": "serviceaccounts",
        "ConfigMap": "configmaps",
        "Secret": "secrets",
        "Service": "services",
    },
    "apps/v1": {"Deployment": "deployments"},
    "networking.k8s.io/v1": {"NetworkPolicy": "networkpolicies"},
    "policy/v1": {"PodDisruptionBudget": "poddisruptionbudgets"},
}


@contextmanager
def answering() -> Iterator[str]:
    """The address of an API server that tells of kinds, and of nothing else."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        told = _told(self.path.partition("?")[0].strip("/"))
        body = json.dumps(told or {"kind": "Status", "status": "Failure", "code": 404}).encode()
        self.send_response(200 if told else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # http.server's own name
        """Nothing."""


def _told(path: str) -> dict[str, object] | None:
    if path == "api":
        return {"kind": "APIVersions", "versions": ["v1"]}
    if path == "apis":
        groups = [_group(one) for one in KINDS if "/" in one]
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
    version = path.removeprefix("apis/").removeprefix("api/")
    return _resources(version) if version in KINDS else None


def _group(version: str) -> dict[str, object]:
    known = {"groupVersion": version, "version": version.partition("/")[2]}
    return {"name": version.partition("/")[0], "versions": [known], "preferredVersion": known}


def _resources(version: str) -> dict[str, object]:
    resources = [
        {
            "name": name,
            "singularName": "",
            "namespaced": kind != "Namespace",
            "kind": kind,
            "verbs": ["create", "get", "patch"],
        }
        for kind, name in KINDS[version].items()
    ]
    return {"kind": "APIResourceList", "groupVersion": version, "resources": resources}
