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
