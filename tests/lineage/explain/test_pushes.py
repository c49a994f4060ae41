# ruff: noqa: E501  # an answer of Kubernetes is read best on one line
"""Whole logs of tries, as they are stored, and the problem that each of them tells of."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.explain.pushes import push_problem
from app.model.facts import LogEvent, TryLog
from app.model.findings import Problem
from tests.build import after, make_try

CREATE = 'Exception when attempting to create Namespaced Pod: {"kind": "Pod", "x": "Extra data"}'


def refused(message: str, *, status: int = 403, reason: str = "Forbidden") -> str:
    """Kubernetes' answer as its Python client prints it."""
    body = json.dumps({"kind": "Status", "message": message, "code": status})
    headers = "HTTP response headers: HTTPHeaderDict({'Content-Type': 'application/json'})"
    return f"({status})\nReason: {reason}\n{headers}\nHTTP response body: {body}\n"


def handshake(body: str) -> str:
    """A refused exec, as websocket-client and Kubernetes' client print it."""
    return f"(0)\nReason: Handshake status 403 Forbidden -+-+- {{'server': 'x'}} -+-+- {body}\n"


def found_in(said: str, kind: str = "ApiException", **more: Any) -> Problem:
    one = make_try("pod", state="failed", **more)
    events = (
        LogEvent(after(8), "error", "…pod_manager.PodManager", CREATE, kind, said),
        LogEvent(after(9), "error", "task", "Task failed with exception", kind, said),
    )
    problem = push_problem(one, TryLog(one.key, events))
    assert problem is not None
    return problem


def replacement(problem: Problem) -> str:
    assert problem.suggestion is not None
    return problem.suggestion.replacement or ""


ANSWERS = [
    ('pods "p" is forbidden: failed quota: q: must specify limits.cpu', "quota_needs_sidecar_resources"),
    ('pods "p" is forbidden: maximum cpu usage per Container is 1.  No limit is specified', "limit_range"),
    ('admission webhook denied: Pod spec contains images from unapproved registries: {"alpine"}', "image_refused"),
    ('pods "p" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true', "security_policy"),
    ('pods "p" is forbidden: exceeded quota: q, requested: pods=1, used: pods=9', "pod_failed"),
    ('pods is forbidden: User "u" cannot create resource "pods" in API group ""', "pod_failed"),
    ('Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string', "non_string_value"),
    ('Pod "p" is invalid: metadata.labels: Invalid value: "s3://b/x": a valid label must be an empty string', "pod_failed"),
    ("something that nobody wrote a rule for", "pod_failed"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "kind"), ANSWERS)
def test_kubernetes_answer_is_read_without_its_escapes(message: str, kind: str) -> None:
    problem = found_in(refused(message))
    assert problem.kind.value == kind
    assert message in problem.airflow_said
    assert "Extra data" not in problem.airflow_said


def test_of_a_long_text_the_lines_at_the_telling_words_are_quoted() -> None:
    said = "line\n" * 2_000 + "before Extra\nJSONDecodeError: Extra data: line 2 column 1 (char 8)"
    assert (
        found_in(said, "E").airflow_said == "JSONDecodeError: Extra data: line 2 column 1 (char 8)"
    )


def test_an_exec_that_kubernetes_forbids_needs_a_role() -> None:
    message = (
        'pods "x" is forbidden: User "system:serviceaccount:airflow:worker" cannot get resource'
        ' "pods/exec" in API group "" in the namespace "jobs"'
    )
    body = json.dumps({"kind": "Status", "message": message, "reason": "Forbidden", "code": 403})
    for printed in (body, str(body.encode())):
        problem = found_in(handshake(printed))
        assert problem.kind.value == "exec_forbidden"
        assert "namespace: jobs" in replacement(problem)
        assert 'name: "worker"' in replacement(problem)


@pytest.mark.parametrize("body", ["<html><h1>403 Forbidden</h1>squid</html>", "None", ""])
def test_an_exec_that_something_else_forbids_met_a_proxy(body: str) -> None:
    problem = found_in(handshake(body))
    assert problem.kind.value == "exec_blocked_by_proxy"
    assert replacement(problem).startswith("NO_PROXY=")


def test_a_label_is_told_as_kubernetes_takes_it() -> None:
    assert replacement(found_in(refused(ANSWERS[7][0]))) == "s3-b-x"


def test_what_the_pod_was_given_is_a_problem_of_its_field() -> None:
    problem = found_in(refused(ANSWERS[6][0], status=400, reason="Bad Request"))
    assert problem.producer is None
    assert problem.consumer is not None
    assert problem.consumer.field == "env_vars"


def test_the_sidecars_image_is_told_from_the_pods_own() -> None:
    said = (
        "Image cannot be pulled, unable to start: ErrImagePull\n"
        'failed to pull and unpack image "docker.io/library/alpine:3.24.2": not found'
    )
    problem = found_in(said, "PodLaunchFailedException", rendered={"image": "r.io/app:1"})
    assert "XCom sidecar" in problem.title
    assert "r.io/alpine:3.24.2" in replacement(problem)
    own = found_in(
        said, "PodLaunchFailedException", rendered={"image": "docker.io/library/alpine:3.24.2"}
    )
    assert own.title == "pod could not pull its image"


@given(st.lists(st.tuples(st.text(), st.text(), st.text(), st.text())))
def test_any_log_is_read_without_an_error(events: list[tuple[str, str, str, str]]) -> None:
    one = make_try("pod", state="failed")
    log = TryLog(one.key, tuple(LogEvent(None, "", *each) for each in events))
    push_problem(one, log)


PIECES = st.sampled_from(
    ["remote_pod: ", "'container_statuses': [", "'name': 'base'", "'exit_code': 1", "{", '"message": "',
     "failed quota: q: must specify ", " for: ", "usage per Container is ", "minimum cpu ", "[base] ",
     "Handshake status 403", " -+-+- ", "HTTP response body: ", "\\", '"', "'", "\n", "Reason: ", ";"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join), st.booleans())
def test_pieces_of_real_logs_in_any_order_make_no_error(text: str, is_exception: bool) -> None:  # noqa: FBT001
    one = make_try("pod", state="failed")
    event = LogEvent(None, "error", "", "" if is_exception else text, "E", text * is_exception)
    push_problem(one, TryLog(one.key, (event,)))
