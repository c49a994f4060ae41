"""Pods that the cluster's rules refuse, mostly for the sidecar that fetches return.json."""

from app.lineage.explain.entries.entry import CONNECTION_EXTRA, Entry, Example
from app.lineage.explain.remedies.sidecar import connection_extra
from app.model.findings import ProblemKind

_EXTRA = "Put it into the extra of the Kubernetes connection (`kubernetes_default`)."

ENTRIES = (
    Entry(
        kind=ProblemKind.QUOTA_NEEDS_SIDECAR_RESOURCES,
        name="Quota wants resources for the sidecar",
        brief="The namespace's quota refuses the pod, as the XCom sidecar states no limits.",
        means=(
            "With `do_xcom_push=True` the pod gets a second container, `airflow-xcom-sidecar`. It"
            " asks for 1m CPU and 10Mi of memory and has no limits. A ResourceQuota on limits"
            " wants them on every container, so it refuses the pod, however well the base"
            " container is described."
        ),
        known_by=(
            (
                "The log says `failed quota: … must specify …`, and the sidecar is among the"
                " containers meant."
            ),
        ),
        mend=(
            f"Give the sidecar resources that meet the quota. {_EXTRA}",
            "Or let a LimitRange of the namespace give defaults to every container.",
            (
                "Name resources for the base container too, if the message asks for them:"
                " `container_resources`."
            ),
        ),
        goes_into=CONNECTION_EXTRA,
        example=Example(
            "{}",
            connection_extra(
                resources={
                    "requests": {"cpu": "1m", "memory": "10Mi"},
                    "limits": {"cpu": "50m", "memory": "64Mi"},
                }
            ),
        ),
        airflow_says=(
            (
                'pods "extract-x1" is forbidden: failed quota: default: must specify limits.memory'
                " for: airflow-xcom-sidecar"
            ),
        ),
    ),
    Entry(
        kind=ProblemKind.LIMIT_RANGE,
        name="LimitRange refuses the sidecar",
        brief="The namespace's LimitRange wants more, or less, than the sidecar asks for.",
        means=(
            "The sidecar asks for 1m CPU. A LimitRange with a minimum, or with a largest ratio of"
            " limit to request, refuses that, and the pod with it."
        ),
        known_by=(
            (
                "The log says `minimum cpu usage per Container is …, but request is 1m`, or names"
                " the ratio."
            ),
        ),
        mend=(f"Give the sidecar resources within the range. {_EXTRA}",),
        goes_into=CONNECTION_EXTRA,
        example=Example(
            "{}",
            connection_extra(
                resources={
                    "requests": {"cpu": "400m", "memory": "64Mi"},
                    "limits": {"cpu": "400m", "memory": "64Mi"},
                }
            ),
        ),
        airflow_says=("minimum cpu usage per Container is 400m, but request is 1m.",),
    ),
    Entry(
        kind=ProblemKind.IMAGE_REFUSED,
        name="Image not allowed",
        brief="A policy of the cluster refuses an image, mostly the sidecar's alpine.",
        means=(
            "The sidecar's image is `alpine` from Docker Hub. Clusters that allow only their own"
            " registry refuse the whole pod for it."
        ),
        known_by=("The log names images from a registry that is not approved.",),
        mend=(
            f"Copy alpine into your registry and name it for the sidecar. {_EXTRA}",
            "Does the message name the base image? Then change the operator's `image`.",
        ),
        goes_into=CONNECTION_EXTRA,
        example=Example(
            "{}", '{"xcom_sidecar_container_image": "registry.example.com/alpine:3.22"}'
        ),
        airflow_says=('Pod spec contains images from unapproved registries: {"alpine"}',),
    ),
    Entry(
        kind=ProblemKind.SECURITY_POLICY,
        name="Security policy refuses the pod",
        brief="PodSecurity or a policy engine refuses the sidecar, which has no securityContext.",
        means=(
            "The sidecar runs as root and states no securityContext. PodSecurity `restricted`,"
            " Gatekeeper and Kyverno refuse that."
        ),
        known_by=("The log says `violates PodSecurity` or names the sidecar and the rule.",),
        mend=(
            (
                "Give the sidecar a securityContext: `xcom_sidecar_container_security_context`,"
                f" with a provider of July 2026 or newer. {_EXTRA}"
            ),
            "With an older provider: an image that does not run as root, or a mutating webhook.",
            (
                "Does the message name the base container? Then set the operator's"
                " `container_security_context`."
            ),
        ),
        goes_into=CONNECTION_EXTRA,
        example=Example(
            "{}",
            connection_extra(
                security_context={
                    "runAsNonRoot": True,
                    "runAsUser": 65534,
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"drop": ["ALL"]},
                    "seccompProfile": {"type": "RuntimeDefault"},
                }
            ),
        ),
        airflow_says=(
            "Privilege escalation in container is not allowed: airflow-xcom-sidecar",
            'violates PodSecurity "restricted:latest"',
        ),
    ),
)
