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
)
