from app.lineage.explain.pushes import push_problem
from app.lineage.explain.rules import RULES, STEP_OF
from app.model.facts import LogEvent, TryLog
from tests.build import after, make_try

STATE = "Container 'base': state='TERMINATED', reason='Error', exit_code={}, message='None'"


def shown(*texts: str) -> list[tuple[str, bool | None]]:
    one = make_try("pod", state="failed")
    events = (LogEvent(after(9), "error", "task", text) for text in texts)
    problem = push_problem(one, TryLog(one.key, tuple(events)))
    assert problem is not None
    return [(check.what, check.ok) for check in problem.checks]


def test_a_refused_pod_reached_nothing() -> None:
    assert shown("failed quota: q: must specify limits.cpu") == [
        ("pod accepted", False), ("pod started", None), ("container succeeded", None),
        ("return.json read", None), ("one JSON document", None), ("kept as an XCom", None),
    ]  # fmt: skip


def test_a_value_that_is_no_json_was_read() -> None:
    said = "JSONDecodeError: Extra data: line 2 column 1 (char 8)"
    assert shown(STATE.format(0), said) == [
        ("pod accepted", True), ("pod started", True), ("container succeeded", True),
        ("return.json read", True), ("one JSON document", False), ("kept as an XCom", None),
    ]  # fmt: skip


def test_what_the_log_does_not_tell_is_not_claimed() -> None:
    said = "JSONDecodeError: Extra data: line 2 column 1 (char 8)"
    assert shown(said)[2] == ("container succeeded", None)
    assert shown(STATE.format(3), said)[2] == ("container succeeded", False)
    assert shown("Pod phase: Failed, reason: Evicted")[:3] == [
        ("pod accepted", True), ("pod started", None), ("container succeeded", False),
    ]  # fmt: skip
    assert shown("[base] working", "Pod phase: Failed, reason: Evicted")[1] == ("pod started", True)


def test_the_failing_step_shows_the_telling_words() -> None:
    one = make_try("pod", state="failed")
    text = "AirflowException: Xcom sidecar container did not start within 15 minutes."
    problem = push_problem(one, TryLog(one.key, (LogEvent(after(9), "error", "task", text),)))
    assert problem is not None
    (seen,) = [check.seen for check in problem.checks if check.ok is False]
    assert seen == "Xcom sidecar container did not start within 15 minutes"


def test_every_rule_of_a_push_has_its_step() -> None:
    assert {rule for rule in RULES if rule not in STEP_OF} == {rule for rule in RULES if rule.field}
