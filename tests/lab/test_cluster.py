"""The cluster over HTTP and websocket, with real processes and without Airflow."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.lab.environment import airflow_python
from tests.lab.processes import ROOT
from tests.lab.supervisor import Supervisor, free_port, is_listening

pytestmark = pytest.mark.timeout(900)

PODS = "/api/v1/namespaces/default/pods"
XCOM = {"name": "xcom", "mountPath": "/airflow/xcom"}
SIDECAR = {
    "name": "airflow-xcom-sidecar",
    "image": "alpine:3",
    "command": ["sh", "-c", 'trap "exit 0" INT; while true; do sleep 0.2; done;'],
    "volumeMounts": [XCOM],
}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def cluster(state: Path) -> Iterator[httpx2.Client]:
    python, port = airflow_python(), free_port()
    command: list[str | Path] = [
        python,
        "-m",
        "tests.lab.cluster",
        "--port",
        str(port),
        "--state",
        state,
    ]
    with Supervisor(state / "logs") as supervisor:
        supervisor.start("cluster", command, {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"})
        supervisor.wait_until("the cluster", lambda: is_listening(port), seconds=60)
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            yield client


def create(cluster: httpx2.Client, name: str, script: str, **base: Any) -> None:
    """Makes a pod that runs a shell script beside the sidecar."""
    container = {
        "name": "base",
        "image": "registry.local/lab:1.0",
        "command": ["sh", "-c", script],
        "volumeMounts": [XCOM],
    }
    pod = {
        "metadata": {"name": name, "labels": {"name": name}},
        "spec": {
            "containers": [container | base, SIDECAR],
            "volumes": [{"name": "xcom", "emptyDir": {}}],
        },
    }
    assert cluster.post(PODS, json=pod).status_code == 201


def status_of(cluster: httpx2.Client, name: str, container: str) -> dict[str, Any]:
    statuses = cluster.get(f"{PODS}/{name}").json()["status"]["containerStatuses"]
    return next(dict(status["state"]) for status in statuses if status["name"] == container)


def wait_for(cluster: httpx2.Client, name: str, container: str, state: str) -> dict[str, Any]:
    for _ in range(200):
        if state in (found := status_of(cluster, name, container)):
            return dict(found[state])
        time.sleep(0.05)
    raise TimeoutError(f"{container} of {name} is {found}")


def execute(cluster: httpx2.Client, pod: str, protocol: str, script: str) -> dict[str, Any]:
    """Runs a script in the sidecar through the real Kubernetes client."""
    client = ROOT / "tests" / "lab" / "inside" / "execute.py"
    where = [str(cluster.base_url).rstrip("/"), pod, "airflow-xcom-sidecar", protocol]
    done = subprocess.run(  # noqa: S603 # our own script
        [airflow_python(), client, *where, "/bin/sh", "-c", script],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def log_of(cluster: httpx2.Client, name: str, **parameters: str) -> list[str]:
    answer = cluster.get(f"{PODS}/{name}/log", params={"container": "base"} | parameters)
    return answer.text.splitlines()


def test_a_container_runs_with_its_variables_and_its_own_tmp(cluster: httpx2.Client) -> None:
    variables = [{"name": "A", "value": "x"}, {"name": "B", "value": "$(A)-$$(A)"}]
    create(cluster, "runs", "echo $A $B $HOSTNAME; ls /tmp | wc -l; echo $$$$", env=variables)
    wait_for(cluster, "runs", "base", "terminated")
    assert log_of(cluster, "runs") == ["x x-$(A) runs", "0", "1"]


def test_a_followed_log_ends_with_the_container_and_carries_times(cluster: httpx2.Client) -> None:
    create(cluster, "talks", "echo one; sleep 0.5; echo two")
    wait_for(cluster, "talks", "base", "running")
    lines = log_of(cluster, "talks", follow="true", timestamps="true")
    assert [line.split(" ")[1] for line in lines] == ["one", "two"]
    assert all(line.startswith("20") and "Z " in line for line in lines)
    assert status_of(cluster, "talks", "base")["terminated"]["exitCode"] == 0


def test_an_exit_code_is_told(cluster: httpx2.Client) -> None:
    create(cluster, "fails", "exit 3")
    ended = wait_for(cluster, "fails", "base", "terminated")
    assert (ended["exitCode"], ended["reason"]) == (3, "Error")


@pytest.mark.parametrize("protocol", ["v4.channel.k8s.io", "v5.channel.k8s.io"])
def test_exec_reads_return_json_through_the_sidecar(cluster: httpx2.Client, protocol: str) -> None:
    name = f"gives-{protocol[:2]}"
    create(cluster, name, """printf '{"key1": "é"}' > /airflow/xcom/return.json""")
    wait_for(cluster, name, "base", "terminated")
    assert execute(cluster, name, protocol, "cat /airflow/xcom/return.json") == {
        "stdout": '{"key1": "é"}',
        "stderr": "",
        "code": 0,
        "protocol": protocol,
    }


def test_exec_tells_the_error_stream_and_the_exit_code(cluster: httpx2.Client) -> None:
    create(cluster, "errs", "true")
    wait_for(cluster, "errs", "airflow-xcom-sidecar", "running")
    said = execute(cluster, "errs", "v5.channel.k8s.io", "echo no >&2; exit 7")
    assert (said["stdout"], said["stderr"], said["code"]) == ("", "no\n", 7)


def test_the_pod_has_succeeded_when_the_sidecar_was_told_to_end(cluster: httpx2.Client) -> None:
    create(cluster, "ends", "true")
    wait_for(cluster, "ends", "base", "terminated")
    wait_for(cluster, "ends", "airflow-xcom-sidecar", "running")
    assert cluster.get(f"{PODS}/ends").json()["status"]["phase"] == "Running"
    execute(cluster, "ends", "v4.channel.k8s.io", "kill -2 1")
    wait_for(cluster, "ends", "airflow-xcom-sidecar", "terminated")
    assert cluster.get(f"{PODS}/ends").json()["status"]["phase"] == "Succeeded"


@pytest.mark.parametrize("image", ["registry.local/app:None", "registry.local/missing:1"])
def test_an_image_that_cannot_be_pulled_keeps_its_container_waiting(
    cluster: httpx2.Client, image: str
) -> None:
    name = f"pulls-{image.rpartition(':')[2].lower()}"
    create(cluster, name, "true", image=image)
    wait_for(cluster, name, "airflow-xcom-sidecar", "running")
    waiting = status_of(cluster, name, "base")["waiting"]
    assert waiting["reason"] == "ErrImagePull"
    assert "not found" in waiting["message"]
    log = cluster.get(f"{PODS}/{name}/log", params={"container": "base"})
    assert (log.status_code, log.json()["reason"]) == (400, "BadRequest")
    events = cluster.get(
        "/api/v1/namespaces/default/events",
        params={"fieldSelector": f"involvedObject.name={name}"},
    )
    assert "Failed" in [event["reason"] for event in events.json()["items"]]


def test_pods_are_found_by_label_patched_and_deleted(cluster: httpx2.Client) -> None:
    create(cluster, "kept", "sleep 60")
    selector = {"labelSelector": "name=kept,already_checked!=True"}
    assert len(cluster.get(PODS, params=selector).json()["items"]) == 1
    cluster.patch(f"{PODS}/kept", json={"metadata": {"labels": {"already_checked": "True"}}})
    assert cluster.get(PODS, params=selector).json()["items"] == []
    assert cluster.delete(f"{PODS}/kept").status_code == 200
    gone = cluster.get(f"{PODS}/kept")
    assert (gone.status_code, gone.json()["reason"]) == (404, "NotFound")


def test_a_refusal_is_a_status_and_is_written_down(cluster: httpx2.Client, state: Path) -> None:
    container = {"name": "base", "image": "a/b:1", "args": [42]}
    pod = {"metadata": {"name": "refused"}, "spec": {"containers": [container]}}
    answer = cluster.post(PODS, json=pod)
    assert (answer.status_code, answer.json()["kind"]) == (400, "Status")
    lines = [json.loads(line) for line in (state / "pods.jsonl").read_text().splitlines()]
    (line,) = [line for line in lines if line["name"] == "refused"]
    assert (line["accepted"], line["args"], line["refusal"]) == (False, [42], answer.json())
