"""Pods whose return.json Airflow could not fetch: it is read by `exec` in the sidecar."""

from app.lineage.explain.entries.entry import Entry, Example
from app.model.findings import ProblemKind

ENTRIES = (
    Entry(
        kind=ProblemKind.EXEC_FORBIDDEN,
        name="Exec forbidden",
        brief="The pod ran, but Airflow's service account may not exec into it to read the value.",
        means=(
            "return.json is read with `exec` in the sidecar. The service account of the worker"
            " lacks the right to `pods/exec`, so the task fails after the pod has done its work."
        ),
        known_by=(
            (
                "The log says `Handshake status 403`, and the answer is Kubernetes' own: it names"
                " the user, the resource `pods/exec` and the namespace."
            ),
        ),
        mend=(
            (
                "Grant `get` and `create` on `pods/exec` to the worker's service account, by a Role"
                " in the namespace of the pods."
            ),
            "The pod's work is done; run the task again only if it may be done twice.",
        ),
        goes_into="a Role of the pods' namespace, bound to the worker's service account",
        example=Example(
            'rules:\n- apiGroups: [""]\n  resources: ["pods", "pods/log"]\n'
            '  verbs: ["get", "list", "watch", "create", "delete"]',
            'rules:\n- apiGroups: [""]\n  resources: ["pods", "pods/log"]\n'
            '  verbs: ["get", "list", "watch", "create", "delete"]\n'
            '- apiGroups: [""]\n  resources: ["pods/exec"]\n  verbs: ["get", "create"]',
        ),
        airflow_says=(
            'Handshake status 403 Forbidden … cannot create resource \\"pods/exec\\" in API group',
        ),
    ),
    Entry(
        kind=ProblemKind.EXEC_BLOCKED_BY_PROXY,
        name="Exec blocked by a proxy",
        brief="A proxy between the worker and the API server refuses the connection for exec.",
        means=(
            "`exec` is a websocket. HTTP proxies and `kubectl proxy` refuse its upgrade or the"
            " CONNECT before it, while all other requests pass."
        ),
        known_by=(
            (
                "`Handshake status 403` with a page of HTML or nothing where Kubernetes would"
                " answer with JSON; or `failed CONNECT via proxy`."
            ),
        ),
        mend=("Put the API server's host and the service range into `NO_PROXY` of the workers.",),
        goes_into="the environment of the Airflow workers",
        example=Example(
            "HTTPS_PROXY=http://proxy.example.com:3128",
            "HTTPS_PROXY=http://proxy.example.com:3128\n"
            "NO_PROXY=10.96.0.0/12,kubernetes.default.svc",
        ),
        airflow_says=(
            "WebSocketProxyException: failed CONNECT via proxy status: 403",
            "Handshake status 403 Forbidden … <html>",
        ),
    ),
    Entry(
        kind=ProblemKind.EXEC_LOST,
        name="Exec lost",
        brief="The connection that reads return.json broke, or the API server was not well.",
        means=(
            "The pod ran. The connection by which its value is read was cut: an idle timeout of a"
            " load balancer, an API server that restarts, an expired token."
        ),
        known_by=(
            (
                "`Handshake status` 401, 404 or 5xx, `Connection to remote host was lost`, or"
                " `socket is already closed`."
            ),
        ),
        mend=(
            "Give the task retries: it is nobody's mistake in the DAG.",
            (
                "If it happens often: raise the idle timeout of the load balancer; for 401 look at"
                " how the worker renews its token."
            ),
        ),
        example=Example(
            "KubernetesPodOperator(task_id='extract', do_xcom_push=True)",
            "KubernetesPodOperator(task_id='extract', do_xcom_push=True, retries=2)",
        ),
        airflow_says=(
            "WebSocketConnectionClosedException: Connection to remote host was lost.",
            "Reason: Handshake status 404 Not Found",
        ),
    ),
    Entry(
        kind=ProblemKind.SIDECAR_NOT_STOPPED,
        name="Sidecar not stopped",
        brief="Older providers drop the value that they read when the sidecar cannot be stopped.",
        means=(
            "After reading return.json Airflow sends the sidecar's shell a signal. Where another"
            " user owns that process the signal is refused, and providers before 10.25 fail the"
            " task and lose the value they had read."
        ),
        known_by=("The log says that the command which stops the sidecar failed.",),
        mend=(
            "Upgrade the cncf-kubernetes provider: it only warns since 10.25.",
            "Until then run the sidecar as the user of its image.",
        ),
        goes_into="the requirements of the Airflow workers",
        example=Example(
            "apache-airflow-providers-cncf-kubernetes==10.4.3",
            "apache-airflow-providers-cncf-kubernetes>=10.25.0",
        ),
        airflow_says=("Command failed with stderr: sh: can't kill pid 314: Permission denied",),
    ),
    Entry(
        kind=ProblemKind.PUSH_LOST_AFTER_DEFERRAL,
        name="Pod gone after deferral",
        brief="The pod was deleted before Airflow came back from its deferral to read the value.",
        means=(
            "A deferrable pod is watched by the triggerer; a worker reads return.json when it is"
            " done. A pod that was deleted in between took its value along. If it had succeeded the"
            " task is green and has no XCom."
        ),
        known_by=(
            "The log says that the pod was not found after resuming.",
            "For a green task, that it pushed nothing and somebody reads it.",
        ),
        mend=(
            "Keep ended pods longer: what deletes them is outside of Airflow.",
            "Or set `deferrable=False`, so that the worker stays with the pod.",
        ),
        example=Example(
            'KubernetesPodOperator(task_id="make", deferrable=True)',
            'KubernetesPodOperator(task_id="make", deferrable=False)',
        ),
        airflow_says=("Pod ns/foo not found after resuming from deferral — already GC'd.",),
        silent="The triggerer saw the pod succeed, so the task succeeds without its value.",
    ),
)
