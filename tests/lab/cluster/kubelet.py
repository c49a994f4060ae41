"""Starts what a pod asks for, as a kubelet does: images, variables, mounts, events."""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.lab.cluster import faults
from tests.lab.cluster.containers import Container, expanded, kubernetes_time
from tests.lab.cluster.pod import POD_IP, Pod
from tests.lab.cluster.status import Json

# An image is a shell program here: `registry.geo/tiler:4.2` runs `images/tiler`, whatever the tag.
IMAGES = Path(__file__).parents[1] / "images"
# No registry holds these, so that a DAG can ask for an image that cannot be pulled. `None` is what
# an image tag becomes when the pull that should fill it found nothing.
_MISSING_IMAGE = re.compile(r"(/missing(:.*)?|:missing|:None)$")


def run(pod: Pod, versions: Iterator[int]) -> None:
    """Starts the pod's containers in their order; what cannot start stays waiting and says why."""
    _tell(pod, versions, "Normal", "Scheduled", f"Successfully assigned {pod.name} to lab")
    namespace: str = pod.manifest["metadata"]["namespace"]
    for container, spec in zip(pod.containers, pod.manifest["spec"]["containers"], strict=True):
        if _is_missing(container.image) or faults.cannot_pull(container.image, namespace):
            message = _pull_failure(container.image)
            container.refuse("ErrImagePull", message)
            _tell(pod, versions, "Warning", "Failed", f"Failed to pull image: {message}")
        elif faults.crashes(container.name, namespace):
            message = f"back-off 10s restarting failed container={container.name} pod={pod.name}"
            container.crash(message)
            _tell(pod, versions, "Warning", "BackOff", message)
        elif not (command := _command(container.image, spec)):
            container.refuse("CreateContainerError", "no command specified")
            _tell(pod, versions, "Warning", "Failed", "Error: no command specified")
        else:
            _start(pod, container, spec, command)
            _tell(pod, versions, "Normal", "Started", f"Started container {container.name}")
    if eviction := faults.eviction(namespace):
        _evict(pod, eviction, versions)


def _evict(pod: Pod, eviction: Json, versions: Iterator[int]) -> None:
    """Takes the pod away when its first container has done its work."""
    pod.containers[0].wait()
    pod.kill()
    pod.eviction = eviction
    _tell(pod, versions, "Warning", "Evicted", eviction["message"])


def _is_missing(image: str) -> bool:
    return _MISSING_IMAGE.search(image) is not None


def _command(image: str, spec: Json) -> list[str | None]:
    """What to run: the command, or the image's entry point, and the args."""
    program = IMAGES / image.rpartition("/")[2].partition(":")[0]
    entry = ["sh", f"/image/{program.name}"] if program.is_file() else []
    return [*(spec.get("command") or entry), *(spec.get("args") or [])]


def _start(pod: Pod, container: Container, spec: Json, texts: Sequence[str | None]) -> None:
    env = _environment(pod, spec)
    command = expanded(texts, env)
    root = _made(pod.folder / container.name / "root")
    tmp = _made(pod.folder / container.name / "tmp")
    mounts = {"/tmp": tmp, "/image": IMAGES}  # noqa: S108 # inside the container
    for mount in spec.get("volumeMounts") or []:
        mounts[mount["mountPath"]] = _made(pod.folder / "volumes" / mount["name"])
    container.start(command, env, root, mounts)


def _environment(pod: Pod, spec: Json) -> dict[str, str]:
    """The container's variables; later ones may refer to earlier ones as `$(NAME)`."""
    env = {"HOSTNAME": pod.name}
    for variable in spec.get("env") or []:
        text = variable.get("value") or _from_field(pod, variable.get("valueFrom") or {})
        env |= {variable["name"]: expanded([text], env)[0]}
    return env


def _from_field(pod: Pod, source: Mapping[str, Any]) -> str:
    """A variable that names a field of its pod (the downward API)."""
    metadata = pod.manifest["metadata"]
    fields: dict[str, str] = {
        "metadata.name": pod.name,
        "metadata.namespace": metadata["namespace"],
        "metadata.uid": metadata["uid"],
        "status.podIP": POD_IP,
    }
    return fields.get((source.get("fieldRef") or {}).get("fieldPath", ""), "")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _pull_failure(image: str) -> str:
    return (
        f'failed to pull and unpack image "{image}": failed to resolve reference "{image}": '
        f"{image}: not found"
    )


def _tell(pod: Pod, versions: Iterator[int], kind: str, reason: str, message: str) -> None:
    now, uid = kubernetes_time(datetime.now(UTC)), str(uuid.uuid4())
    metadata = pod.manifest["metadata"]
    pod.events.append(
        {
            "metadata": {
                "name": f"{pod.name}.{uid}",
                "namespace": metadata["namespace"],
                "uid": uid,
                "resourceVersion": str(next(versions)),
            },
            "involvedObject": {
                "kind": "Pod",
                "name": pod.name,
                "namespace": metadata["namespace"],
                "uid": metadata["uid"],
            },
            "type": kind,
            "reason": reason,
            "message": message,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
        }
    )
