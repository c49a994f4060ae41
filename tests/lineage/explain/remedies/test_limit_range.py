import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.explain.remedies.limit_range import is_sidecars, job_resources, sidecar_extra

#: What the LimitRanger says, and the sidecar's resources that it then lets pass.
REFUSALS = [
    (
        "minimum cpu usage per Container is 400m, but request is 1m.",
        {"requests": {"cpu": "400m", "memory": "10Mi"}, "limits": {"cpu": "400m"}},
    ),
    (
        (
            'pods "p" is forbidden: [minimum cpu usage per Container is 100m, but request is 1m,'
            " minimum memory usage per Container is 128Mi, but request is 10Mi]"
        ),
        {
            "requests": {"cpu": "100m", "memory": "128Mi"},
            "limits": {"cpu": "100m", "memory": "128Mi"},
        },
    ),
    (
        'pods "p" is forbidden: maximum memory usage per Container is 1Gi.  No limit is specified',
        {"requests": {"cpu": "1m", "memory": "64Mi"}, "limits": {"memory": "64Mi"}},
    ),
    (
        "maximum memory usage per Container is 32Mi. No limit is specified",
        {"requests": {"cpu": "1m", "memory": "32Mi"}, "limits": {"memory": "32Mi"}},
    ),
    (
        "cpu max limit to request ratio per Container is 4, but provided ratio is 500.000000",
        {"requests": {"cpu": "50m", "memory": "10Mi"}, "limits": {"cpu": "50m"}},
    ),
]


def resources(message: str) -> dict[str, dict[str, str]]:
    text = json.loads(sidecar_extra(message))["xcom_sidecar_container_resources"]
    found: dict[str, dict[str, str]] = json.loads(text)
    return found


@pytest.mark.parametrize(("message", "expected"), REFUSALS)
def test_the_sidecar_is_brought_within_the_bounds(
    message: str, expected: dict[str, dict[str, str]]
) -> None:
    assert is_sidecars(message)
    assert resources(message) == expected


def test_what_the_job_itself_asks_for_is_not_the_sidecars() -> None:
    message = "maximum memory usage per Container is 1Gi, but limit is 4Gi"
    assert not is_sidecars(message)
    assert job_resources(message) == (
        'container_resources=k8s.V1ResourceRequirements(requests={"memory": "1Gi"},'
        ' limits={"memory": "1Gi"})'
    )


def test_what_all_containers_ask_for_together_is_the_jobs() -> None:
    assert not is_sidecars("minimum cpu usage per Pod is 500m, but request is 101m")


@given(message=st.text())
def test_any_message_gives_json(message: str) -> None:
    assert "requests" in resources(message)
    job_resources(message)
