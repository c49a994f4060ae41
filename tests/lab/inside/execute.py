"""Runs a command in a container through the real Kubernetes client; prints what came as JSON.

Runs in Airflow's environment: `execute.py URL POD CONTAINER PROTOCOL COMMAND...`.
"""

import json
import sys

from kubernetes import client
from kubernetes.stream import stream

url, pod, container, protocol, *command = sys.argv[1:]
api = client.CoreV1Api(client.ApiClient(client.Configuration(host=url)))
api.api_client.set_default_header("sec-websocket-protocol", protocol)
answer = stream(
    api.connect_get_namespaced_pod_exec,
    pod,
    "default",
    container=container,
    command=command,
    stdin=False,
    stdout=True,
    stderr=True,
    tty=False,
    _preload_content=False,
)
answer.run_forever(timeout=20)
said = {"stdout": answer.read_stdout(), "stderr": answer.read_stderr()}
print(json.dumps(said | {"code": answer.returncode, "protocol": answer.subprotocol}))  # noqa: T201 # the answer
