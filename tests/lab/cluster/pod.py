"""One pod: what was asked for, what runs it, and how the API shows it."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.lab.cluster.containers import Container, kubernetes_time
from tests.lab.cluster.status import Json, Refusal

POD_IP = "127.0.0.1"


@dataclass(slots=True, eq=False)
class Pod:
    """One pod: what was asked for, and the containers that run it."""

    manifest: Json
    folder: Path
    containers: tuple[Container, ...]
    created: datetime
    events: list[Json] = field(default_factory=list)
    version: int = 0
    #: What the status says instead of what the containers do, when the node took the pod away.
    eviction: Json | None = None

    @property
    def name(self) -> str:
        name: str = self.manifest["metadata"]["name"]
        return name

    @property
    def labels(self) -> Json:
        labels: Json = self.manifest["metadata"].get("labels") or {}
        return labels

    def container(self, name: str) -> Container:
        """Raises Refusal when the pod has none of this name."""
        for container in self.containers:
            if container.name == name:
                return container
        raise Refusal(400, "BadRequest", f"container {name} is not valid for pod {self.name}")

    def kill(self) -> None:
        for container in self.containers:
            container.kill()

    def describe(self) -> Json:
        """The pod as the API shows it: the manifest with its status."""
        return {
            "kind": "Pod",
            "apiVersion": "v1",
            "metadata": self.manifest["metadata"] | {"resourceVersion": str(self.version)},
            "spec": self.manifest["spec"] | {"nodeName": "lab"},
            "status": {
                "phase": self.phase,
                "conditions": [{"type": "PodScheduled", "status": "True"}],
                "podIP": POD_IP,
                "startTime": kubernetes_time(self.created),
                "containerStatuses": [container.status() for container in self.containers],
            }
            | (self.eviction or {}),
        }

    @property
    def phase(self) -> str:
        if all(container.is_terminated for container in self.containers):
            failed = any(container.exit_code for container in self.containers)
            return "Failed" if failed else "Succeeded"
        started = (
            one.is_running or one.is_terminated or one.has_crashed for one in self.containers
        )
        return "Running" if all(started) else "Pending"
