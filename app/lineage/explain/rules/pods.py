"""Pods that did not start, were taken away, or failed."""

import re

from app.lineage.explain.remedies import image, role
from app.lineage.explain.remedies.memory import more_memory
from app.lineage.explain.remedies.sidecar import SIDECAR
from app.lineage.explain.remedies.writing import writing_lines
from app.lineage.explain.rules.rule import LogRule, Said, Speaker
from app.model.findings import ProblemKind

_PULL = re.compile(
    r"Image cannot be pulled, unable to start: \w{1,100}[^\n]{0,100}(?:\n[^\n]{1,500})?"
    r"|Container '[^'\n]{1,63}': state='WAITING', reason='(?:ErrImagePull|ImagePullBackOff"
    r"|InvalidImageName|ErrImageNeverPull)'[^\n]{0,500}"
)


def _sidecars_image(said: Said) -> bool:
    """Also by the container's state, which the provider tells beside its exception."""
    named = f"Container '{SIDECAR}': state='WAITING', reason='"
    waits = any(line.text.startswith(named) and "Image" in line.text for line in said.lines)
    return waits or image.is_sidecars(said.text, said.image)


def _tell_the_end(said: Said) -> str | None:
    """What to switch on when the log tells no container's end."""
    is_told = any(": state='TERMINATED'" in line.text for line in said.lines)
    return None if is_told else "log_events_on_failure=True"


TAKEN = (
    LogRule(
        ProblemKind.POD_EVICTED,
        re.compile(
            r"Pod phase: Failed, reason: (?:Evicted|Preempting|Preempted|NodeLost|NodeShutdown"
            r"|NodeAffinity|Shutdown|Terminated|UnexpectedAdmissionError|OutOf\w{1,20})"
            r"|The node was low on resource: [^\n]{1,300}|Pod was evicted[^\n]{0,200}"
        ),
        "was taken from its node, and its value with it",
        "try again; give the pod memory requests, and keep its node from being drained",
        "K17 #60319",
        "Pod phase: Failed, reason: Evicted",
    ),
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(r"Pod phase: Failed, reason: DeadlineExceeded"),
        "ran longer than its pod may",
        "raise active_deadline_seconds, or let it do less",
        "K28",
        "Pod phase: Failed, reason: DeadlineExceeded",
    ),
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(r"More than one pod running with labels [^\n]{1,300}"),
        "has two pods for the same try",
        "delete the older pod; a worker that was lost leaves one behind",
        "K29",
        "FoundMoreThanOnePodFailure: More than one pod running with labels dag_id=x",
    ),
    LogRule(
        ProblemKind.PUSH_LOST_AFTER_DEFERRAL,
        re.compile(r"Pod \S{1,320} not found after resuming from deferral[^\n]{0,60}"),
        "was deleted before Airflow came back for its return.json",
        "keep ended pods longer, or set deferrable=False",
        "K21",
        "PodNotFoundException: Pod ns/foo not found after resuming from deferral",
        setting=lambda _: "deferrable=False",
    ),
)
STARTING = (
    LogRule(
        ProblemKind.IMAGE_PULL,
        _PULL,
        "could not start, since the image of its XCom sidecar cannot be pulled",
        "let the sidecar's image come from a registry that the nodes reach, in the Kubernetes"
        " connection's extra; name the pull secret in image_pull_secrets",
        "K18 #16996 #10605",
        "Image cannot be pulled, unable to start: ErrImagePull\n"
        'failed to pull and unpack image "docker.io/library/alpine:3.24.2": not found',
        setting=lambda said: image.sidecar_extra(said.text, said.image),
        applies=_sidecars_image,
    ),
    LogRule(
        ProblemKind.IMAGE_PULL,
        _PULL,
        "could not pull its image",
        "check the image's name and tag, and the pull secret in image_pull_secrets",
        "K18 #16996",
        "Image cannot be pulled, unable to start: ErrImagePull",
    ),
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(
            r"Container '[^'\n]{1,63}': state='WAITING', reason='(?:CreateContainerConfigError"
            r"|CreateContainerError|RunContainerError|CrashLoopBackOff)'[^\n]{0,500}"
        ),
        "could not start its container",
        "read Kubernetes' reason: often a secret, a config map or a volume that does not exist",
        "K19",
        "Container 'base': state='WAITING', reason='CreateContainerConfigError',"
        " message='secret \"db\" not found'",
    ),
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(r"Pod took too long to (?:start|be scheduled)[^\n]{0,200}"),
        "waited too long for its pod to start",
        "read the pod's events: no node fits, a slow image, a volume; or raise the timeout",
        "K19",
        "Pod took too long to start. More than 120s. Check the pod events in kubernetes.",
        setting=lambda _: "startup_timeout_seconds=600",
    ),
)
FAILING = (
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(r"Container 'base': state='TERMINATED', reason='OOMKilled'[^\n]{0,200}"),
        "used more memory than its limit, and was killed",
        "raise the memory limit of the pod's own container",
        "K28 #8792",
        "Container 'base': state='TERMINATED', reason='OOMKilled', exit_code=137, message='None'",
        setting=lambda said: more_memory(said.one),
    ),
    LogRule(
        ProblemKind.PUSH_DISABLED,
        re.compile(
            r"(?:No such file or directory: '|can(?:'t| ?not) create |bash: |sh: )"
            r"/airflow/xcom/[\w.-]{1,60}'?"
            r"(?:: (?:nonexistent directory|Directory nonexistent|No such file or directory))?"
        ),
        "has no /airflow/xcom to write its return.json into, since its push is switched off",
        "set do_xcom_push=True: only then Airflow adds the sidecar and the directory",
        "airflow-facts 1.4",
        "FileNotFoundError: [Errno 2] No such file or directory: '/airflow/xcom/return.json'",
        setting=lambda _: "do_xcom_push=True",
        speaker=Speaker.CONTAINER,
    ),
    LogRule(
        ProblemKind.RETURN_JSON_NOT_WRITABLE,
        re.compile(
            r"mkdir: (?:cannot|can't) create directory .?/airflow[^\n]{0,100}"
            r"|Permission denied: '/airflow/xcom[^\n]{0,100}"
            r"|/airflow/xcom/[\w.-]{1,60}: Permission denied"
        ),
        "may not write its return.json",
        "set do_xcom_push=True, which gives the pod a directory of its own there, and upgrade the"
        " cncf-kubernetes provider",
        "K23 #56545 #59347",
        "mkdir: cannot create directory \u2018/airflow\u2019: Permission denied",
        setting=lambda _: "do_xcom_push=True",
        speaker=Speaker.CONTAINER,
    ),
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(r"Error while deleting istio-proxy sidecar[^\n]{0,200}"),
        "could not stop the service mesh's sidecar",
        "keep the mesh out of the pod",
        "K22 #6067 #64962 #37298",
        "AirflowException: Error while deleting istio-proxy sidecar",
        setting=lambda _: 'labels={"sidecar.istio.io/inject": "false"}',
    ),
    LogRule(
        ProblemKind.POD_EVENTS_FORBIDDEN,
        re.compile(
            r"Exception: \(403\) Forbidden: [^\n]{0,400}cannot (?:list|watch) resource \"events\""
            r"[^\n]{0,300}"
        ),
        "may not read its pod's events",
        "let the worker's service account list and watch events",
        "K27 #58736",
        'ApiException: (403) Forbidden: events is forbidden: User "system:serviceaccount:a:worker"'
        ' cannot list resource "events" in API group "" in the namespace "jobs"',
        setting=lambda said: role.role(said.text),
    ),
    LogRule(
        ProblemKind.INVALID_JSON,
        re.compile(r"cat: can't open '/airflow/xcom/return\.json': No such file or directory"),
        "wrote no return.json, and its provider fails over that",
        "let it write return.json before it ends, and upgrade the cncf-kubernetes provider",
        "K2 #22318",
        "stderr from command: cat: can't open '/airflow/xcom/return.json': No such file or"
        " directory",
        setting=lambda said: writing_lines(said.one.rendered),
    ),
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(r"AirflowTaskTimeout: [^\n]{0,100}"),
        "did not end within its execution_timeout",
        "raise execution_timeout, or find out what it waits for",
        "K19",
        "AirflowTaskTimeout: Timeout, PID: 17485",
        applies=lambda said: said.is_pods,
    ),
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(r"Pod \S{1,300} returned a failure"),
        "failed in its container",
        "read what its container printed last; log_events_on_failure tells how it ended",
        "K28 #8792",
        "Pod foo returned a failure.",
        setting=_tell_the_end,
    ),
)
REFUSED = (
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(r"Exception: \(401\)\s{1,2}(?:Reason: )?Unauthorized[^\n]{0,200}"),
        "was not started, since Kubernetes did not accept Airflow's token",
        "look at the Kubernetes connection: an expired token, or another cluster's",
        "K14 #38288",
        "ApiException: (401) Unauthorized: Unauthorized",
    ),
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(r"Max retries exceeded with url: /api[^\n]{0,300}"),
        "could not reach the Kubernetes API",
        "look at the Kubernetes connection's address and at the network between",
        "K14 #38288",
        "MaxRetryError: HTTPSConnectionPool(host='10.96.0.1', port=443): Max retries exceeded with"
        " url: /api/v1/namespaces/jobs/pods",
        applies=lambda said: said.is_pods,
    ),
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(
            r"Exception: \(4(?:00|01|03|09|13|22|29)\)\s{1,2}(?:Reason: )?[A-Z][^\n]{1,500}"
        ),
        "was refused by Kubernetes",
        "read what the API server says about the pod",
        "airflow-facts 1.5",
        "ApiException: (422)\nReason: Unprocessable Entity",
    ),
)
GONE = (
    LogRule(
        ProblemKind.POD_EVICTED,
        re.compile(r"Exception: \(404\)\s{1,2}(?:Reason: )?Not Found: pods \"[^\n]{1,300}"),
        "was deleted while Airflow waited for it",
        "try again; find out who deletes pods: a node that goes, a cleaner, a person",
        "K17 #60319",
        'NotFoundException: (404) Not Found: pods "p" not found',
    ),
)
