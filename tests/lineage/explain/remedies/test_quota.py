import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.explain.remedies.quota import (
    job_resources,
    needs_both,
    needs_sidecar,
    sidecar_extra,
)

#: Refusals as clusters word them, and what the sidecar then needs beside its usual requests.
WORDINGS = [
    (
        (
            'pods "p" is forbidden: failed quota: default: must specify limits.memory for: base;'
            " limits.memory for: airflow-xcom-sidecar; requests.memory for: base"
        ),
        {"limits": {"memory"}},
    ),
    (
        (
            "failed quota: q: must specify limits.cpu for: base,airflow-xcom-sidecar;"
            " limits.memory for: airflow-xcom-sidecar; requests.ephemeral-storage for: base"
        ),
        {"limits": {"cpu", "memory"}},
    ),
    (
        "failed quota: q: must specify requests.ephemeral-storage for: airflow-xcom-sidecar",
        {"requests": {"ephemeral-storage"}},
    ),
    ("failed quota: default: must specify limits.cpu,limits.memory", {"limits": {"cpu", "memory"}}),
    ("failed quota: default: must specify cpu,memory", {}),
    ("failed quota: compute: must specify requests.memory", {}),
    (
        "failed quota: q: must specify limits.ephemeral-storage,limits.memory,requests.cpu",
        {"limits": {"ephemeral-storage", "memory"}},
    ),
]


def resources(message: str) -> dict[str, dict[str, str]]:
    """As the provider reads them: a text of JSON within the connection's extra."""
    text = json.loads(sidecar_extra(message))["xcom_sidecar_container_resources"]
    found: dict[str, dict[str, str]] = json.loads(text)
    return found


@pytest.mark.parametrize(("message", "more"), WORDINGS)
def test_what_the_sidecar_misses_is_given_to_it(message: str, more: dict[str, set[str]]) -> None:
    found = resources(message)
    assert set(found.get("limits", {})) == more.get("limits", set())
    assert set(found["requests"]) == {"cpu", "memory"} | more.get("requests", set())


@pytest.mark.parametrize(("message", "_more"), WORDINGS)
def test_no_request_is_above_its_limit(message: str, _more: object) -> None:
    found = resources(message)
    sizes = {"1m": 1, "50m": 50, "10Mi": 10, "16Mi": 16, "64Mi": 64}
    for name, limit in found.get("limits", {}).items():
        assert sizes[found["requests"].get(name, limit)] <= sizes[limit]


def test_an_older_refusal_names_no_container_and_is_the_sidecars() -> None:
    assert needs_sidecar("failed quota: default: must specify limits.cpu,requests.memory")
    assert not needs_both("failed quota: default: must specify limits.cpu,requests.memory")


def test_a_quota_that_only_the_own_container_breaks_is_not_the_sidecars() -> None:
    message = "failed quota: q: must specify limits.cpu for: base; requests.memory for: base"
    assert not needs_sidecar(message)
    assert job_resources(message) == (
        'container_resources=k8s.V1ResourceRequirements(requests={"memory": "512Mi"},'
        ' limits={"cpu": "500m"})'
    )


def test_a_quota_that_both_containers_break_is_both() -> None:
    assert needs_both(WORDINGS[0][0])
    assert not needs_both("failed quota: q: must specify limits.cpu for: airflow-xcom-sidecar")


@given(message=st.text())
def test_any_message_gives_an_extra_that_is_json(message: str) -> None:
    assert "requests" in resources(message)
    job_resources(message)
