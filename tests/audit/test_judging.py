from typing import Any

from tests.audit.judging import Verdict, judged


def of(name: str, *vulnerabilities: str) -> dict[str, Any]:
    return {"name": name, "version": "1", "vulns": [{"id": number} for number in vulnerabilities]}


UNKNOWN = {"name": "c", "skip_reason": "Dependency not found on PyPI and could not be audited: c"}


def test_a_known_vulnerability_is_a_fault_unless_it_was_taken_with_a_reason() -> None:
    reports = [{"dependencies": [of("a", "X-1"), of("b")]}, {"dependencies": [of("b"), UNKNOWN]}]
    line = "pip-audit: 2 of 3 requirements audited, 1 known vulnerabilities"
    assert judged(reports, {}) == Verdict(ok=False, lines=("a: X-1", line))
    assert judged(reports, {"X-1": "we never call it"}) == Verdict(ok=True, lines=(line,))


def test_an_exception_that_nothing_needs_is_a_fault() -> None:
    verdict = judged([{"dependencies": [of("a")]}], {"X-1": "we never call it"})
    assert (verdict.ok, verdict.lines[0]) == (False, "X-1 is an exception, and is not found")


def test_where_nobody_can_be_asked_that_is_said_and_nothing_fails() -> None:
    verdict = judged([{"dependencies": [UNKNOWN]}], {"X-1": "we never call it"})
    assert verdict.ok
    assert verdict.lines == (
        "pip-audit: no service of vulnerabilities answers here: none of 1 requirements was audited",
    )
