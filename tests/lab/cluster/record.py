"""Every pod the cluster was asked to run, taken or refused: the tests' truth."""

import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.lab.cluster.status import Json, Refusal


@dataclass(frozen=True, slots=True)
class Record:
    """JSON lines, one per create request, in the order of the requests."""

    file: Path
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, pod: Json, namespace: str, refusal: Refusal | None) -> None:
        """Adds one line: when, for whom, what the base container was given, and the whole pod."""
        metadata, base = pod["metadata"], pod["spec"]["containers"][0]
        line = {
            "time": datetime.now(UTC).isoformat(),
            "accepted": refusal is None,
            "refusal": refusal.status() if refusal else None,
            "name": metadata.get("name"),
            "namespace": namespace,
            "labels": metadata.get("labels") or {},
            "annotations": metadata.get("annotations") or {},
            "image": base.get("image"),
            "cmds": base.get("command") or [],
            "args": base.get("args") or [],
            "env": base.get("env") or [],
            "pod": pod,
        }
        with self._lock, self.file.open("a") as lines:
            lines.write(json.dumps(line) + "\n")
