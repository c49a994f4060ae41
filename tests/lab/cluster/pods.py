"""Pods the cluster has taken: kept in memory, run at once, described in Kubernetes' words."""

import itertools
import re
import shutil
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.lab.cluster.admission import admit
from tests.lab.cluster.containers import Container, expanded, kubernetes_time
from tests.lab.cluster.record import Record
from tests.lab.cluster.selectors import selects
from tests.lab.cluster.status import Json, Refusal, already_exists, not_found

POD_IP = "127.0.0.1"
# No registry holds these, so that a DAG can ask for an image that cannot be pulled. `None` is what
# an image tag becomes when the pull that should fill it found nothing.
# An image is a shell program here: `registry.geo/tiler:4.2` runs `images/tiler`, whatever the tag.
IMAGES = Path(__file__).parents[1] / "images"
_MISSING_IMAGE = re.compile(r"(/missing(:.*)?|:missing|:None)$")


@dataclass(slots=True, eq=False)
class Pod:
    """One pod: what was asked for, and the containers that run it."""

    manifest: Json
    folder: Path
    containers: tuple[Container, ...]
    created: datetime
    events: list[Json] = field(default_factory=list)
    version: int = 0

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
            },
        }

    @property
    def phase(self) -> str:
        if all(container.is_terminated for container in self.containers):
            failed = any(container.exit_code for container in self.containers)
            return "Failed" if failed else "Succeeded"
        started = (one.is_running or one.is_terminated for one in self.containers)
        return "Running" if all(started) else "Pending"


@dataclass(slots=True, eq=False)
class Cluster:
    """All pods by (namespace, name); safe to use from many threads."""

    folder: Path
    record: Record
    _pods: dict[tuple[str, str], Pod] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _versions: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def create(self, manifest: Json, namespace: str) -> Json:
        """The pod as it was taken; its containers start in a thread of their own.

        Raises:
            Refusal: what a cluster says when it does not take it.
        """
        try:
            admit(manifest, namespace)
            pod = self._take(manifest, namespace)
        except Refusal as refusal:
            self.record.write(manifest, namespace, refusal)
            raise
        self.record.write(manifest, namespace, None)
        threading.Thread(target=_run, args=(pod, self._versions), daemon=True).start()
        return pod.describe()

    def _take(self, manifest: Json, namespace: str) -> Pod:
        pod = _new_pod(manifest, namespace, self.folder)
        with self._lock:
            if (namespace, pod.name) in self._pods:
                raise already_exists(pod.name)
            pod.version = next(self._versions)
            self._pods[namespace, pod.name] = pod
        return pod

    def get(self, namespace: str, name: str) -> Pod:
        """Raises Refusal (404) when there is none."""
        with self._lock:
            pod = self._pods.get((namespace, name))
        if pod is None:
            raise not_found("pods", name)
        return pod

    def select(self, namespace: str, selector: str) -> Json:
        with self._lock:
            here = [pod for (where, _), pod in self._pods.items() if where == namespace]
        items = [pod.describe() for pod in here if selects(selector, pod.labels)]
        return self._list_of("PodList", items)

    def patch(self, namespace: str, name: str, change: Json) -> Json:
        pod = self.get(namespace, name)
        with self._lock:
            pod.manifest = _merged(pod.manifest, change)
            pod.version = next(self._versions)
        return pod.describe()

    def delete(self, namespace: str, name: str) -> Json:
        pod = self.get(namespace, name)
        last = pod.describe()
        with self._lock:
            self._pods.pop((namespace, name), None)
        pod.kill()
        shutil.rmtree(pod.folder, ignore_errors=True)
        return last

    def events(self, namespace: str, pod_name: str | None) -> Json:
        with self._lock:
            here = [pod for (where, _), pod in self._pods.items() if where == namespace]
        wanted = (pod for pod in here if pod_name in (None, pod.name))
        return self._list_of("EventList", [event for pod in wanted for event in pod.events])

    def end(self) -> None:
        with self._lock:
            pods = list(self._pods.values())
        for pod in pods:
            pod.kill()

    def _list_of(self, kind: str, items: list[Json]) -> Json:
        version = str(next(self._versions))
        return {
            "kind": kind,
            "apiVersion": "v1",
            "metadata": {"resourceVersion": version},
            "items": items,
        }


def _new_pod(manifest: Json, namespace: str, folder: Path) -> Pod:
    created, uid = datetime.now(UTC), str(uuid.uuid4())
    identity = {
        "namespace": namespace,
        "uid": uid,
        "creationTimestamp": kubernetes_time(created),
    }
    containers = tuple(
        Container(container["name"], container["image"])
        for container in manifest["spec"]["containers"]
    )
    whole = manifest | {"metadata": manifest["metadata"] | identity}
    return Pod(whole, folder / uid, containers, created)


def _run(pod: Pod, versions: Iterator[int]) -> None:
    _tell(pod, versions, "Normal", "Scheduled", f"Successfully assigned {pod.name} to lab")
    for container, spec in zip(pod.containers, pod.manifest["spec"]["containers"], strict=True):
        if _MISSING_IMAGE.search(container.image):
            message = _pull_failure(container.image)
            container.refuse("ErrImagePull", message)
            _tell(pod, versions, "Warning", "Failed", f"Failed to pull image: {message}")
        elif not (command := _command(container.image, spec)):
            container.refuse("CreateContainerError", "no command specified")
            _tell(pod, versions, "Warning", "Failed", "Error: no command specified")
        else:
            _start(pod, container, spec, command)
            _tell(pod, versions, "Normal", "Started", f"Started container {container.name}")


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


def _merged(old: Any, change: Any) -> Any:
    """RFC 7386, which is what a strategic merge does to labels and annotations."""
    if not isinstance(old, dict) or not isinstance(change, dict):
        return change
    merged = old | {name: _merged(old.get(name), value) for name, value in change.items()}
    return {name: value for name, value in merged.items() if value is not None}
