from typing import Any

from app.lineage.explain.ended import ending_of
from app.lineage.explain.logged import lines_of
from app.lineage.explain.pushes import push_problem
from app.model.facts import LogEvent, Try, TryLog
from tests.build import after, make_try

STATE = "Container 'base': state='TERMINATED', reason='{}', exit_code={}, message='{}'"


def log_of(one: Try, *texts: str) -> TryLog:
    said = "Pod job-1 returned a failure."
    events = [LogEvent(after(8), "info", "…pod_manager.PodManager", text) for text in texts]
    last = LogEvent(after(9), "error", "task", "Task failed", "AirflowException", said)
    return TryLog(one.key, (*events, last))


def title(*texts: str, **more: Any) -> str:
    one = make_try("pod", state="failed", **more)
    problem = push_problem(one, log_of(one, *texts))
    assert problem is not None
    return problem.title


def test_a_title_tells_the_exit_code_and_what_it_means() -> None:
    failed = "pod failed in its container"
    assert title(STATE.format("Error", 1, "None")) == f"{failed}: exit code 1"
    assert title(STATE.format("Error", 127, "None")) == (
        f"{failed}: exit code 127, its command was not found"
    )
    assert title(STATE.format("ContainerCannotRun", 128, "x")) == (
        f"{failed}: exit code 128, ContainerCannotRun"
    )
    assert title() == failed


def test_a_pod_that_needed_too_much_memory_gets_a_larger_limit() -> None:
    one = make_try(
        "pod", state="failed", rendered={"container_resources": {"limits": {"memory": "1Gi"}}}
    )
    problem = push_problem(one, log_of(one, STATE.format("OOMKilled", 137, "None")))
    assert problem is not None
    assert problem.title == (
        "pod used more memory than its limit, and was killed: exit code 137, OOMKilled"
    )
    assert problem.suggestion is not None
    assert '"memory": "2Gi"' in (problem.suggestion.replacement or "")


def test_the_last_lines_that_the_container_printed_are_quoted() -> None:
    one = make_try("pod", state="failed")
    printed = [f"[base] step {number}" for number in range(20)]
    log = log_of(one, *printed, "[base] ValueError: no rows", STATE.format("Error", 1, "stopped"))
    problem = push_problem(one, log)
    assert problem is not None
    assert problem.airflow_said.splitlines()[-3:] == ["step 19", "ValueError: no rows", "stopped"]
    assert "step 3" not in problem.airflow_said


def test_another_name_of_the_own_container_is_known_from_the_rendered_field() -> None:
    state = STATE.format("Error", 3, "None").replace("base", "job")
    assert title(state, rendered={"base_container_name": "job"}).endswith("exit code 3")
    assert not title(state).endswith("exit code 3")


def test_the_pods_dump_tells_the_end_where_no_state_was_logged() -> None:
    one = make_try("pod", state="failed")
    dump = (
        "Pod job-1 returned a failure.\nremote_pod: {'metadata': {'name': 'job-1'},\n 'status': {"
        "'container_statuses': [{'name': 'airflow-xcom-sidecar', 'state': {'terminated': None}},\n"
        " {'last_state': {}, 'name': 'base', 'ready': False, 'state': {'running': None,"
        " 'terminated': {'exit_code': 137, 'message': None, 'reason': 'OOMKilled'}}}],\n"
        " 'message': None, 'phase': 'Failed', 'pod_ip': None, 'reason': None}}"
    )
    event = LogEvent(after(9), "error", "task", "Task failed", "AirflowException", dump)
    log = TryLog(one.key, (event,))
    ending = ending_of(lines_of(log))
    assert (ending.exit_code, ending.reason) == (137, "OOMKilled")
    problem = push_problem(one, log)
    assert problem is not None
    assert problem.title.endswith("exit code 137, OOMKilled")
    assert "remote_pod" not in problem.airflow_said


def test_an_evicted_pod_is_told_by_its_dump() -> None:
    one = make_try("pod", state="failed")
    dump = (
        "Pod job-1 returned a failure.\nremote_pod: {'status': {'container_statuses': None,"
        " 'message': \"The node was low on resource: memory. It's a lot.\", 'phase': 'Failed',"
        " 'qos_class': 'BestEffort', 'reason': 'Evicted'}}"
    )
    event = LogEvent(after(9), "error", "task", "Task failed", "AirflowException", dump)
    problem = push_problem(one, TryLog(one.key, (event,)))
    assert problem is not None
    assert problem.kind.value == "pod_evicted"


def test_a_pod_that_never_ran_is_told_by_its_events() -> None:
    one = make_try("pod", state="failed")
    said = "Pod took too long to start. More than 120s. Check the pod events in kubernetes."
    event = "The Pod has an Event: 0/3 nodes are available: 3 Insufficient memory. from None"
    events = (
        LogEvent(after(8), "info", "…pod_manager.PodManager", event),
        LogEvent(after(9), "error", "task", "Task failed", "PodLaunchTimeoutException", said),
    )
    problem = push_problem(one, TryLog(one.key, events))
    assert problem is not None
    assert problem.airflow_said.splitlines()[-1] == event
