from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.explain.remedies.role import role

FORBIDDEN = (
    'pods "x" is forbidden: User "{user}" cannot get resource "{what}" in API group "" in the'
    ' namespace "jobs"'
)


def documents(message: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(role(message) or ""))


def test_a_service_account_gets_a_role_in_the_namespace_that_the_text_names() -> None:
    account = "system:serviceaccount:airflow:airflow-worker"
    given_role, binding = documents(FORBIDDEN.format(user=account, what="pods/exec"))
    assert given_role["metadata"] == {"name": "airflow-pods-exec", "namespace": "jobs"}
    assert given_role["rules"] == [
        {"apiGroups": [""], "resources": ["pods/exec"], "verbs": ["create", "get"]}
    ]
    assert binding["subjects"] == [
        {"kind": "ServiceAccount", "name": "airflow-worker", "namespace": "airflow"}
    ]
    assert binding["roleRef"]["name"] == "airflow-pods-exec"


def test_another_user_is_bound_by_name() -> None:
    _, binding = documents(FORBIDDEN.format(user="arn:aws:iam::1:user/me", what="events"))
    (subject,) = binding["subjects"]
    assert (subject["kind"], subject["name"]) == ("User", "arn:aws:iam::1:user/me")


def test_a_name_that_was_masked_is_left_to_fill_in() -> None:
    _, binding = documents(FORBIDDEN.format(user="system:serviceaccount:***", what="pods/exec"))
    assert binding["subjects"][0]["name"] == "AIRFLOWS-SERVICE-ACCOUNT"


def test_a_text_that_names_no_user_gives_no_role() -> None:
    assert role("Handshake status 403 Forbidden") is None
    assert role(FORBIDDEN.format(user="x", what="nodes")) is None


@given(st.text())
def test_any_user_gives_yaml_of_two_documents_or_nothing(user: str) -> None:
    assert len(documents(FORBIDDEN.format(user=user, what="pods"))) in (0, 2)
