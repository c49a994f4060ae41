"""Pods that the cluster refused: quotas, limit ranges, policies, images, labels, rights."""

import re

from app.lineage.explain.remedies import image, label, limit_range, quota, role, security
from app.lineage.explain.rules.rule import LogRule, Said
from app.model.findings import ProblemKind

_QUOTA = re.compile(r"failed quota: [^:\n]{1,200}: must specify [^\n\"]{1,2000}")
_LIMIT_RANGE = re.compile(
    r"(?:minimum|maximum) [a-z-]{1,40} usage per (?:Container|Pod) is [^\n\"]{1,400}"
    r"|max limit to request ratio per (?:Container|Pod) is [^\n\"]{1,400}"
)
_IMAGE = re.compile(
    r"from (?:an )?(?:unapproved|untrusted|disallowed) registr[^\n]{0,300}"
    r"|has an invalid image repo [^\n]{1,600}"
    r"|Unknown image registry[^\n]{0,300}"
    r"|Container image [^\s\n]{1,200} for container [^\s\n]{1,100} has not been allowed"
    r"|Image \S{1,300} denied by [^\n]{1,300}"
)
_POLICY = re.compile(
    r"violates PodSecurity [^\n]{1,1500}"
    r"|Privilege escalation [^\n]{0,40}is not allowed[^\n]{0,300}"
    r"|Read-only root filesystem is required[^\n]{0,300}"
    r"|Seccomp profile [^\n]{1,400}"
    r"|is not dropping all required capabilities[^\n]{0,300}"
    r"|without a required securityContext[^\n]{0,300}"
    r"|container has runAsNonRoot and image will run as root[^\n]{0,300}"
    r"|unable to validate against any (?:pod security policy|security context)[^\n]{0,300}"
)


def _base_quota(said: Said) -> str:
    return quota.job_resources(said.text)


def _sidecars_image(said: Said) -> bool:
    return image.is_sidecars(said.text, said.image)


def _images_extra(said: Said) -> str:
    return image.sidecar_extra(said.text, said.image)


QUOTA = (
    LogRule(
        ProblemKind.QUOTA_NEEDS_SIDECAR_RESOURCES,
        _QUOTA,
        "was refused by the namespace's quota because of the XCom sidecar and of its own container",
        "give the sidecar resources in the Kubernetes connection's extra, and the pod's own"
        " container with container_resources",
        "K9 #10722 #28125",
        'pods "p" is forbidden: failed quota: default: must specify limits.memory for: base;'
        " limits.memory for: airflow-xcom-sidecar; requests.memory for: base",
        setting=lambda said: quota.sidecar_extra(said.text),
        applies=lambda said: quota.needs_both(said.text),
    ),
    LogRule(
        ProblemKind.QUOTA_NEEDS_SIDECAR_RESOURCES,
        _QUOTA,
        "was refused by the namespace's quota because of the XCom sidecar",
        "give the sidecar resources in the Kubernetes connection's extra",
        "K9 #10722 #28125",
        'pods "xyz" is forbidden: failed quota: default: must specify requests.memory',
        setting=lambda said: quota.sidecar_extra(said.text),
        applies=lambda said: quota.needs_sidecar(said.text),
    ),
    LogRule(
        ProblemKind.POD_FAILED,
        _QUOTA,
        "was refused by the namespace's quota: its container names no such resources",
        "give the pod's own container all that the quota counts; the amounts are a first guess",
        "K9",
        'pods "xyz" is forbidden: failed quota: q: must specify limits.cpu for: base',
        setting=_base_quota,
    ),
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(r"exceeded quota: [^\n\"]{1,600}"),
        "was refused, since the namespace's quota is used up",
        "ask for less, let fewer pods run at once (a pool), or have the quota raised",
        "K9 #10722",
        'pods "xyz" is forbidden: exceeded quota: default, requested: limits.cpu=2,'
        " used: limits.cpu=8, limited: limits.cpu=8",
    ),
)
LIMITS = (
    LogRule(
        ProblemKind.LIMIT_RANGE,
        _LIMIT_RANGE,
        "was refused by the namespace's limit range because of the XCom sidecar",
        "give the sidecar resources within the bounds, in the Kubernetes connection's extra",
        "K10 #14926",
        "minimum cpu usage per Container is 400m, but request is 1m.",
        setting=lambda said: limit_range.sidecar_extra(said.text),
        applies=lambda said: limit_range.is_sidecars(said.text),
    ),
    LogRule(
        ProblemKind.LIMIT_RANGE,
        _LIMIT_RANGE,
        "was refused by the namespace's limit range",
        "keep the pod's own container within the bounds",
        "K10 #14926",
        'pods "p" is forbidden: maximum memory usage per Container is 1Gi, but limit is 4Gi',
        setting=lambda said: limit_range.job_resources(said.text),
    ),
)
IMAGES = (
    LogRule(
        ProblemKind.IMAGE_REFUSED,
        _IMAGE,
        "was refused because of the XCom sidecar's image",
        "take the sidecar's image from an allowed registry, in the Kubernetes connection's extra",
        "K11 #10715 #32805 #26766",
        'Pod spec contains images from unapproved registries: {"alpine"}',
        setting=_images_extra,
        applies=_sidecars_image,
    ),
    LogRule(
        ProblemKind.IMAGE_REFUSED,
        _IMAGE,
        "was refused because of its image",
        "take the pod's image from a registry that the cluster allows",
        "K11 #32805",
        'container <base> has an invalid image repo <docker.io/app:1>, allowed repos are ["r.io/"]',
    ),
)
POLICIES = (
    LogRule(
        ProblemKind.SECURITY_POLICY,
        _POLICY,
        "was refused by a security policy because of the XCom sidecar and of its own container",
        "give the sidecar a security context in the Kubernetes connection's extra (provider of July"
        " 2026 or later), and the pod's own container the same with container_security_context",
        "K12 #49276 #69613",
        'violates PodSecurity "restricted:latest": seccompProfile (pod or containers "base",'
        ' "airflow-xcom-sidecar" must set securityContext.seccompProfile.type)',
        setting=lambda said: security.sidecar_extra(said.text),
        applies=lambda said: security.is_both(said.text),
    ),
    LogRule(
        ProblemKind.SECURITY_POLICY,
        _POLICY,
        "was refused by a security policy because of the XCom sidecar",
        "give the sidecar a security context in the Kubernetes connection's extra (provider of July"
        " 2026 or later)",
        "K12 #49276 #69613",
        "denied the request: [deny-privilege-escalation] Privilege escalation in container is not"
        " allowed: airflow-xcom-sidecar",
        setting=lambda said: security.sidecar_extra(said.text),
        applies=lambda said: security.is_sidecars(said.text),
    ),
    LogRule(
        ProblemKind.SECURITY_POLICY,
        _POLICY,
        "was refused by a security policy",
        "give the pod's own container the security context that the policy wants",
        "K12 #27318",
        'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container'
        ' "base" must set securityContext.allowPrivilegeEscalation=false)',
        setting=lambda said: security.job_context(said.text),
    ),
)
OTHERS = (
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(
            r"Invalid value: \"[^\n]{1,600}?\": (?:a valid label must be|must be no more than 63)"
            r"|a valid label must be[^\n\"]{0,200}|must be no more than 63 (?:characters|bytes)"
        ),
        "gives its pod a label that Kubernetes refuses",
        "a label holds at most 63 letters, digits, '-', '_' and '.': Kubernetes would take this",
        "airflow-facts 1.5",
        '(422) Unprocessable Entity: Pod "p" is invalid: metadata.labels: Invalid value:'
        ' "s3://b/x": a valid label must be an empty string or consist of alphanumeric characters',
        setting=lambda said: label.allowed_label(said.text),
    ),
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(r"cannot [a-z]{1,20} resource \"(?:pods|pods/log)\"[^\n]{0,300}"),
        "may not run pods in this namespace",
        "let the worker's service account do so",
        "K13",
        'pods is forbidden: User "system:serviceaccount:airflow:worker" cannot create resource'
        ' "pods" in API group "" in the namespace "jobs"',
        setting=lambda said: role.role(said.text),
    ),
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(r"serviceaccount \"[^\"\n]{1,253}\" not found"),
        "names a service account that does not exist",
        "make the service account in the pod's namespace, or correct service_account_name",
        "airflow-facts 1.5",
        '(403) Forbidden: error looking up service account jobs/spark: serviceaccount "spark" not'
        " found",
    ),
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(r"namespaces \"[^\"\n]{1,253}\" not found"),
        "names a namespace that does not exist",
        "correct namespace, in the operator or in the Kubernetes connection",
        "airflow-facts 1.5",
        'ApiException: (404) Not Found: namespaces "nope" not found',
    ),
)
