"""Pods that ran, and whose return.json could not be read out of the sidecar."""

import re

from app.lineage.explain.remedies.proxy import no_proxy
from app.lineage.explain.remedies.role import role
from app.lineage.explain.rules.rule import LogRule, Said
from app.model.findings import ProblemKind

_SIDECAR_OFF = "do_xcom_push=False"


def _never_started(said: Said) -> bool:
    """A slow sidecar is waited for as well, and starts in the end."""
    return not any("xcom sidecar container has started" in line.text for line in said.lines)


def _no_proxy(said: Said) -> str:
    return no_proxy(tuple(line.text for line in said.lines if not line.container))


EXEC = (
    LogRule(
        ProblemKind.EXEC_FORBIDDEN,
        re.compile(r"cannot [a-z]{1,20} resource \"pods/exec\"[^\n]{0,300}"),
        "ran, but Airflow may not read its return.json: no right to pods/exec",
        "let the worker's service account get and create pods/exec",
        "K13 kubernetes-client/python#690",
        '(0) Handshake status 403 Forbidden: pods "x" is forbidden: User'
        ' "system:serviceaccount:airflow:worker" cannot get resource "pods/exec" in API group ""'
        ' in the namespace "jobs"',
        setting=lambda said: role(said.text),
    ),
    LogRule(
        ProblemKind.EXEC_BLOCKED_BY_PROXY,
        re.compile(
            r"Handshake status 403\b[^\n]{0,300}|failed CONNECT via proxy status: \d{1,4}"
            r"|Handshake status 407\b[^\n]{0,100}"
        ),
        "ran, but a proxy kept Airflow from reading its return.json",
        "let the workers reach the API server without the proxy",
        "K13 K15 kubernetes-client/python#1981",
        "WebSocketProxyException: failed CONNECT via proxy status: 403",
        setting=_no_proxy,
    ),
    LogRule(
        ProblemKind.EXEC_LOST,
        re.compile(r"Handshake status 401\b[^\n]{0,200}"),
        "ran, but Airflow's token was not accepted when it read return.json",
        "try again; if it stays so, look at the connection's token and at the clocks",
        "K14 #38288 kubernetes-client/python#2297",
        "(0) Handshake status 401 Unauthorized",
    ),
    LogRule(
        ProblemKind.EXEC_LOST,
        re.compile(r"Handshake status (?:404|410)\b[^\n]{0,200}"),
        "ran, but was gone when Airflow read its return.json",
        "try again; if it stays so, find out who deletes the pods so soon",
        "K14",
        "(0) Handshake status 404 Not Found",
    ),
    LogRule(
        ProblemKind.EXEC_LOST,
        re.compile(
            r"Handshake status (?:4\d\d|5\d\d)\b[^\n]{0,200}"
            r"|WebSocketConnectionClosedException[^\n]{0,200}|Connection to remote host was lost"
            r"|socket is already closed|Failed to extract xcom from pod: \S{1,253}"
        ),
        "ran, but the connection broke while Airflow read its return.json",
        "try again; if it stays so, raise the idle timeout of the load balancer before the API"
        " server",
        "K14 K31 #32111",
        "WebSocketConnectionClosedException: Connection to remote host was lost.",
    ),
)
SIDECAR = (
    LogRule(
        ProblemKind.SIDECAR_NOT_STARTED,
        re.compile(
            r"Xcom sidecar container did not start within \d{1,5} minutes"
            r"|xcom sidecar container is not yet started"
            r"|Still waiting for the xcom sidecar container to start"
        ),
        "ran, but its XCom sidecar never started",
        "look at the sidecar's image; where a pod of your own has no sidecar, switch the push off",
        "K16 #38115 #39184 #42504",
        "AirflowException: Xcom sidecar container did not start within 15 minutes.",
        setting=lambda _: _SIDECAR_OFF,
        applies=_never_started,
    ),
    LogRule(
        ProblemKind.POD_EVICTED,
        re.compile(
            r"Xcom sidecar container is already terminated!"
            r"|airflow-xcom-sidecar container is not running! Not possible to read xcom from pod:"
            r" \S{1,253}"
        ),
        "lost its XCom sidecar before return.json was read: evicted, drained or out of memory",
        "try again: the value is lost; give the pod memory requests and protect it from eviction",
        "K17 #60319",
        "airflow-xcom-sidecar container is not running! Not possible to read xcom from pod: foo",
    ),
    LogRule(
        ProblemKind.SIDECAR_NOT_STOPPED,
        re.compile(
            r"(?:PodCommandException|AirflowException): Command failed with stderr: [^\n]{0,300}"
        ),
        "gave its value, which Airflow threw away since it could not stop the XCom sidecar",
        "upgrade the cncf-kubernetes provider: since 10.25 it keeps the value",
        "K20 #71369 #72068",
        "AirflowException: Command failed with stderr: sh: can't kill pid 314: Permission denied",
        setting=lambda _: "apache-airflow-providers-cncf-kubernetes>=10.25.0",
    ),
)
