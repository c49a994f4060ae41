"""The Role that lets a user do what Kubernetes forbade."""

import json
import re

_FORBIDDEN = re.compile(
    r"User \"(?P<user>[\w.:@/*-]{1,300})\" cannot [a-z]{1,20} resource \"(?P<what>[a-z/]{1,60})\""
    r"(?: in API group \"[\w.]{0,100}\")?(?: in the namespace \"(?P<namespace>[a-z0-9-]{1,63})\")?"
)
#: Stands for a name that was masked in the log.
_UNKNOWN = "system:serviceaccount:AIRFLOWS-NAMESPACE:AIRFLOWS-SERVICE-ACCOUNT"
#: What the pod operator does with each; `get` on pods/exec is what the websocket asks for.
_VERBS = {
    "pods": ("create", "delete", "get", "list", "patch", "watch"),
    "pods/exec": ("create", "get"),
    "pods/log": ("get", "list"),
    "events": ("list", "watch"),
}
_ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {name}
  namespace: {namespace}
rules:
  - apiGroups: [""]
    resources: ["{what}"]
    verbs: {verbs}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {name}
  namespace: {namespace}
subjects:
{subject}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {name}"""


def role(message: str) -> str | None:
    """A Role and its RoleBinding, in YAML; None when the message names no user and resource."""
    found = _FORBIDDEN.search(message)
    if found is None or found["what"] not in _VERBS:
        return None
    what = found["what"]
    return _ROLE.format(
        name=f"airflow-{what.replace('/', '-')}",
        namespace=found["namespace"] or "default",
        what=what,
        verbs=json.dumps(_VERBS[what]),
        subject=_subject(found["user"]),
    )


def _subject(user: str) -> str:
    """`system:serviceaccount:airflow:worker` is an account of a namespace; others are users."""
    if "*" in user:
        user = _UNKNOWN
    before, _, account = user.partition("system:serviceaccount:")
    namespace, _, name = account.partition(":")
    if before or not name:
        quoted = json.dumps(user)
        return f"  - kind: User\n    apiGroup: rbac.authorization.k8s.io\n    name: {quoted}"
    account = f"    name: {json.dumps(name)}\n    namespace: {json.dumps(namespace)}"
    return f"  - kind: ServiceAccount\n{account}"
