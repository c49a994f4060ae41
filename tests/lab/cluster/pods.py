"""Pods the cluster has taken, kept in memory and run at once."""

import itertools
import shutil
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.lab.cluster import kubelet
from tests.lab.cluster.admission import admit
from tests.lab.cluster.containers import Container, kubernetes_time
from tests.lab.cluster.pod import Pod
from tests.lab.cluster.record import Record
from tests.lab.cluster.selectors import selects
from tests.lab.cluster.status import Json, Refusal, already_exists, not_found


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
        threading.Thread(target=kubelet.run, args=(pod, self._versions), daemon=True).start()
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


def _merged(old: Any, change: Any) -> Any:
    """RFC 7386, which is what a strategic merge does to labels and annotations."""
    if not isinstance(old, dict) or not isinstance(change, dict):
        return change
    merged = old | {name: _merged(old.get(name), value) for name, value in change.items()}
    return {name: value for name, value in merged.items() if value is not None}
