"""`python -m tests.lab.cluster --port N --state DIR`: the cluster until it is told to end."""

import argparse
from pathlib import Path

import uvicorn

from tests.lab.cluster.api import cluster_app
from tests.lab.cluster.pods import Cluster
from tests.lab.cluster.record import Record


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    asked = parser.parse_args()
    cluster = Cluster(asked.state / "pods", Record(asked.state / "pods.jsonl"))
    uvicorn.run(
        cluster_app(cluster),
        host="127.0.0.1",
        port=asked.port,
        log_level="warning",
        ws="websockets-sansio",
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
