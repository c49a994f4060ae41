"""A template that is wrong in itself: Airflow cannot render it, whatever the XComs are."""

import re
from collections.abc import Callable

from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.syntax import wrong_syntax
from app.lineage.explain.undefined import undefined_attribute, undefined_name
from app.lineage.explain.unknown_filter import unknown_filter, unknown_test
from app.lineage.explain.unresolvable import unresolvable
from app.lineage.explain.verdict import Verdict
from app.model.findings import ProblemKind

TITLE = "has a template that cannot be rendered"

Judge = Callable[[Case, Proof, str], Verdict | None]

_SAYINGS: tuple[tuple[re.Pattern[str], Judge], ...] = (
    (re.compile(r"TemplateSyntaxError: ([^\n]{0,500})"), wrong_syntax),
    (re.compile(r"No filter named '([^'\n]{1,200})'"), unknown_filter),
    (re.compile(r"No test named '([^'\n]{1,200})'"), unknown_test),
    (re.compile(r"'([^'\n]{1,200})' is undefined"), undefined_name),
    (
        re.compile(
            r"'[\w.]{0,200}(?:TaskInstance|Params\w{0,20}|DagRun\w{0,20}) object'"
            r" has no attribute '([^'\n]{1,200})'"
        ),
        undefined_attribute,
    ),
    (
        re.compile(r"(None|object|'NoneType')'? (?:has no (?:attribute|element)|object is not)"),
        unresolvable,
    ),
)


def template_error(case: Case, proof: Proof) -> Verdict:
    """By what Airflow said: syntax, a filter, a name, or a pull that cannot be followed."""
    for pattern, judge in _SAYINGS:
        found = pattern.search(case.broken.airflow_said)
        verdict = judge(case, proof, found[1]) if found else None
        if verdict is not None:
            return verdict
    return Verdict(ProblemKind.TEMPLATE_ERROR, TITLE)
