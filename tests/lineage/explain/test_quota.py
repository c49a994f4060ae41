import json

from hypothesis import given
from hypothesis import strategies as st

from app.lineage.explain.quota import needs_sidecar, sidecar_extra


def resources(message: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(sidecar_extra(message))[
        "xcom_sidecar_container_resources"
    ]
    return found


def test_what_the_sidecar_misses_is_given_to_it() -> None:
    message = (
        "failed quota: q: must specify limits.cpu for: base,airflow-xcom-sidecar;"
        ' limits.memory for: airflow-xcom-sidecar; requests.ephemeral-storage for: base"'
    )
    assert set(resources(message)["limits"]) == {"cpu", "memory"}
    assert set(resources(message)["requests"]) == {"cpu", "memory"}


def test_an_older_refusal_names_no_container() -> None:
    message = "failed quota: default: must specify limits.cpu,limits.memory,requests.memory"
    assert needs_sidecar(message)
    assert set(resources(message)["limits"]) == {"cpu", "memory"}


def test_a_quota_that_only_the_base_container_breaks_is_not_the_sidecars() -> None:
    assert not needs_sidecar("failed quota: q: must specify limits.cpu for: base")


@given(message=st.text())
def test_any_message_gives_an_extra_that_is_json(message: str) -> None:
    assert "requests" in resources(message)
