"""Each rule of the log with the line it was written for; and lines that no rule may know."""

import re

import pytest

from app.lineage.explain.pushes import push_problem
from app.lineage.explain.rules import RULES, LogRule
from app.lineage.explain.rules.rule import Speaker
from app.model.facts import LogEvent, TryLog
from app.model.findings import Problem
from tests.build import after, make_try

MANAGER = "airflow.providers.cncf.kubernetes.utils.pod_manager.PodManager"


def found_in(*texts: str, logger: str = "task") -> Problem | None:
    one = make_try("pod", state="failed")
    events = (LogEvent(after(9), "error", logger, text) for text in texts)
    return push_problem(one, TryLog(one.key, tuple(events)))


def line_of(rule: LogRule) -> str:
    is_printed = rule.speaker is Speaker.CONTAINER
    return f"[base] {rule.sample}" if is_printed else rule.sample


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.kind.value} {rule.title[:40]}")
def test_no_other_rule_takes_a_rules_own_sample(rule: LogRule) -> None:
    found = found_in(line_of(rule))
    assert found is not None
    assert found.kind is rule.kind
    assert found.title.startswith(f"pod {rule.title}")
    assert found.suggestion is not None
    assert found.suggestion.text == rule.remedy
    assert found.wrong


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.kind.value} {rule.title[:40]}")
def test_a_rule_names_where_it_comes_from_and_reads_as_a_sentence(rule: LogRule) -> None:
    assert re.match(r"(?:[KP]\d+|airflow-facts \d\.\d)", rule.source)
    assert not rule.title.endswith(".")
    assert rule.remedy[0].islower()


def test_no_two_rules_say_the_same() -> None:
    assert len({(rule.kind, rule.title) for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.kind.value} {rule.title[:40]}")
def test_what_the_job_prints_is_not_what_airflow_says(rule: LogRule) -> None:
    """Only the rules about a job's own words read those."""
    printed = found_in(f"[base] {rule.sample}")
    assert (printed is not None) == (rule.speaker is Speaker.CONTAINER)
    first = rule.sample.partition("\n")[0]
    if not first.startswith(("Pod ", "Container ", "container ", "stderr", "Exception")):
        unnamed = found_in(first, logger=MANAGER)
        assert unnamed is None or rule.speaker is Speaker.CONTAINER


@pytest.mark.parametrize(
    "line",
    [
        "Building pod f-quota-6hty6b5z with labels: {'dag_id': 'flow', 'task_id': 'quota'}",
        "Pod has reached Running phase before launch timeout",
        "Running command... if [ -s /airflow/xcom/return.json ]; then cat x; fi",
        "The xcom sidecar container has started.",
        "Checking if xcom sidecar container is started.",
        "xcom result file is empty.",
        "Deleting pod: b-args-ohyid3n3",
        "Container 'base': state='TERMINATED', reason='Completed', exit_code=0, message='None'",
        "Container 'airflow-xcom-sidecar': state='RUNNING', started_at=2026-11-22 08:58:01",
        "Pod phase: Succeeded, reason: None",
        'The Pod has an Event: Pulling image "alpine:3.24.2" from spec.containers{base}',
        "Pod Event: Scheduled - Successfully assigned jobs/p to node-1",
        "Pod Event: Failed - Error: ErrImagePull",
        "Failed to kill xcom sidecar container in pod p, leaving it running: denied",
        'Stopped watching events of pod p: (403) Reason: cannot list resource "events"',
        "Pod ns/foo was already checked by a prior attempt",
        "Task instance in success state",
        "exec was refused by the proxy",
        "404 Client Error: Not Found for url: https://example.com (404)",
        "Exception rendering Jinja template for task 'use', field 'env_vars'. Template: 'x'",
        "UndefinedError: 'None' has no attribute 'path'",
        "TypeError: Object of type StrictUndefined is not JSON serializable",
        "quota of the day: must specify nothing",
        "",
    ],
)  # fmt: skip
def test_no_rule_knows_a_harmless_line(line: str) -> None:
    assert found_in(line) is None


def test_json_that_another_task_could_not_read_is_no_push() -> None:
    one = make_try("call", state="failed", operator="PythonOperator")
    said = "Expecting value: line 1 column 1 (char 0)"
    event = LogEvent(after(9), "error", "task", "Task failed", "JSONDecodeError", said)
    assert push_problem(one, TryLog(one.key, (event,))) is None


def test_the_telling_line_is_taken_wherever_it_stands() -> None:
    said = "JSONDecodeError: Extra data: line 2 column 1 (char 8)"
    found = found_in("Task failed with exception", "Pod foo returned a failure.", said)
    assert found is not None
    assert found.kind.value == "invalid_json"


def test_a_sidecar_that_started_late_did_start() -> None:
    waiting = "Still waiting for the xcom sidecar container to start. Elapsed time: 30 seconds."
    never = found_in(waiting, "AirflowTaskTimeout: Timeout, PID: 1")
    assert never is not None
    assert never.kind.value == "sidecar_not_started"
    late = found_in(waiting, "The xcom sidecar container has started.", "Pod p returned a failure.")
    assert late is not None
    assert late.kind.value == "pod_failed"
