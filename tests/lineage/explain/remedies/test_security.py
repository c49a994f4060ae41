import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.explain.remedies.security import (
    is_both,
    is_sidecars,
    job_context,
    sidecar_extra,
)

RESTRICTED = (
    'pods "p" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation !='
    ' false (containers "base", "airflow-xcom-sidecar" must set'
    " securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (containers"
    ' "base", "airflow-xcom-sidecar" must set securityContext.capabilities.drop=["ALL"]),'
    ' runAsNonRoot != true (pod or containers "base", "airflow-xcom-sidecar" must set'
    ' securityContext.runAsNonRoot=true), seccompProfile (pod or containers "base",'
    ' "airflow-xcom-sidecar" must set securityContext.seccompProfile.type to "RuntimeDefault" or'
    ' "Localhost")'
)
GATEKEEPER = (
    "[deny-privilege-escalation] Privilege escalation in container is not allowed:"
    " airflow-xcom-sidecar\n[ro-rootfs-constraint] Read-only root filesystem is required:"
    " airflow-xcom-sidecar"
)
EVERYTHING = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "runAsUser": 65534,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def context(message: str) -> dict[str, Any]:
    text = json.loads(sidecar_extra(message))["xcom_sidecar_container_security_context"]
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (RESTRICTED, EVERYTHING),
        (GATEKEEPER, {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True}),
        (
            "container has runAsNonRoot and image will run as root",
            {"runAsNonRoot": True, "runAsUser": 65534},
        ),
        (
            "any security context constraint: runAsUser: must be in the ranges: [1000650000, 2]",
            {"runAsNonRoot": True, "runAsUser": 1000650000},
        ),
        ("denied for reasons of our own: airflow-xcom-sidecar", EVERYTHING),
    ],
)
def test_the_sidecar_gets_what_the_policy_complains_of(
    message: str, expected: dict[str, Any]
) -> None:
    assert is_sidecars(message)
    assert context(message) == expected


def test_a_policy_may_complain_of_both_containers() -> None:
    assert is_both(RESTRICTED)
    assert not is_both(GATEKEEPER)


def test_the_jobs_own_container_gets_its_operators_argument() -> None:
    message = 'runAsNonRoot != true (container "base" must set securityContext.runAsNonRoot=true)'
    assert not is_sidecars(message)
    assert job_context(message) == 'container_security_context={"runAsNonRoot": True}'


@given(st.text())
def test_any_message_gives_an_extra_that_is_json(message: str) -> None:
    assert context(message)
    job_context(message)
