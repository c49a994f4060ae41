"""Refusals, in Kubernetes' words."""

from typing import Any

import pytest

from tests.lab.cluster.admission import admit
from tests.lab.cluster.status import Refusal


def pod_with(**changes: Any) -> dict[str, Any]:
    container = {"name": "base", "image": "registry.local/show:1.0"} | changes.pop("base", {})
    metadata = {"name": "a-pod"} | changes.pop("metadata", {})
    return {"metadata": metadata, "spec": {"containers": [container]} | changes}


def refusal_of(pod: dict[str, Any], namespace: str = "default") -> Refusal:
    with pytest.raises(Refusal) as caught:
        admit(pod, namespace)
    return caught.value


def test_a_plain_pod_is_taken() -> None:
    admit(pod_with(base={"args": ["a"], "env": [{"name": "A", "value": "b"}]}), "default")


@pytest.mark.parametrize(
    ("base", "message"),
    [
        ({"args": [42]}, "number into Go struct field Container.spec.containers.args of"),
        ({"args": [True]}, "bool into Go struct field Container.spec.containers.args of"),
        ({"args": [{"a": 1}]}, "object into Go struct field Container.spec.containers.args of"),
        ({"command": [["a"]]}, "array into Go struct field Container.spec.containers.command of"),
        ({"args": "text"}, "string into Go struct field Container.spec.containers.args of type []"),
        ({"env": [{"name": "A", "value": 1.5}]}, "number into Go struct field EnvVar.spec."),
    ],
)
def test_what_is_not_text_cannot_be_decoded(base: dict[str, Any], message: str) -> None:
    refusal = refusal_of(pod_with(base=base))
    assert refusal.code == 400
    assert refusal.message.startswith('Pod in version "v1" cannot be handled as a Pod: json: ')
    assert message in refusal.message


def test_a_null_argument_is_decoded_as_an_empty_text() -> None:
    admit(pod_with(base={"args": [None], "env": [{"name": "A", "value": None}]}), "default")


@pytest.mark.parametrize("label", ["Ann & Bob", "s3://lab/x", "-a", "a" * 64])
def test_a_bad_label_is_invalid(label: str) -> None:
    refusal = refusal_of(pod_with(metadata={"labels": {"owner": label}}))
    assert refusal.code == 422
    assert refusal.message.startswith(
        f'Pod "a-pod" is invalid: metadata.labels: Invalid value: "{label}": '
    )


def test_an_unknown_namespace_is_not_found() -> None:
    refusal = refusal_of(pod_with(), namespace="nowhere")
    assert (refusal.code, refusal.message) == (404, 'namespaces "nowhere" not found')


def test_a_quota_on_limits_refuses_the_container_without_them() -> None:
    limited = {"name": "base", "image": "a/b:1", "resources": {"limits": {"cpu": 1, "memory": 1}}}
    sidecar = {"name": "airflow-xcom-sidecar", "image": "alpine", "resources": {"requests": {}}}
    pod = {"metadata": {"name": "a-pod"}, "spec": {"containers": [limited, sidecar]}}
    refusal = refusal_of(pod, namespace="metered")
    assert refusal.code == 403
    assert refusal.message == (
        'pods "a-pod" is forbidden: failed quota: compute-limits: must specify '
        "limits.cpu for: airflow-xcom-sidecar; limits.memory for: airflow-xcom-sidecar"
    )


def test_the_same_pod_without_a_sidecar_meets_the_quota() -> None:
    admit(pod_with(base={"resources": {"limits": {"cpu": 1, "memory": 1}}}), "metered")


SIDECAR = {
    "name": "airflow-xcom-sidecar",
    "image": "alpine:3.24.2",
    "resources": {"requests": {"cpu": "1m", "memory": "10Mi"}},
}


def pod_with_sidecar(**base: Any) -> dict[str, Any]:
    pod = pod_with(base=base)
    pod["spec"]["containers"].append(SIDECAR)
    return pod


def test_a_limit_range_refuses_the_sidecar_that_asks_for_too_little() -> None:
    ample = {"requests": {"cpu": "100m", "memory": "64Mi"}}
    refusal = refusal_of(pod_with_sidecar(resources=ample), namespace="ranged")
    assert refusal.code == 403
    assert refusal.message == (
        'pods "a-pod" is forbidden: [minimum cpu usage per Container is 10m, but request is 1m, '
        "minimum memory usage per Container is 16Mi, but request is 10Mi]"
    )
    admit(pod_with(base={"resources": ample}), "ranged")


def test_a_policy_of_registries_refuses_the_sidecars_image() -> None:
    refusal = refusal_of(pod_with_sidecar(), namespace="approved")
    assert refusal.code == 403
    assert refusal.message.endswith('images from unapproved registries: {"alpine"}')
    admit(pod_with(), "approved")


def test_pod_security_refuses_the_sidecar_without_a_security_context() -> None:
    modest = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    refusal = refusal_of(pod_with_sidecar(securityContext=modest), namespace="restricted")
    assert refusal.message.startswith(
        'pods "a-pod" is forbidden: violates PodSecurity "restricted:latest": '
        'allowPrivilegeEscalation != false (container "airflow-xcom-sidecar" must set '
        "securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container"
    )
    admit(pod_with(base={"securityContext": modest}), "restricted")


def test_a_service_account_that_is_not_there_is_looked_up_in_vain() -> None:
    refusal = refusal_of(pod_with(serviceAccountName="{{ raw }}"))
    assert refusal.message == (
        'pods "a-pod" is forbidden: error looking up service account default/{{ raw }}: '
        'serviceaccount "{{ raw }}" not found'
    )
