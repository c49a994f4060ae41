"""Log lines that tell why a push, a pod or a field failed (failure-signatures.md, 4.2 and 4.3).

Data, no logic. The patterns are linear: every repeat is bounded, none holds another. The first rule
that finds something wins, so the telling ones stand before the general ones: "Pod … returned a
failure" ends the log of nearly every pod that failed.
"""

from app.lineage.explain.rules import admission, documents, given, pods, reading
from app.lineage.explain.rules.rule import LogRule
from app.lineage.explain.way import Step

#: What the provider says of a pod that wrote nothing, and is green (K1).
EMPTY_RESULT = "xcom result file is empty."

RULES: tuple[LogRule, ...] = (
    *admission.QUOTA,
    *admission.LIMITS,
    *admission.IMAGES,
    *admission.POLICIES,
    *given.GIVEN,
    *admission.OTHERS,
    *documents.INVALID,
    *documents.VALUES,
    *pods.TAKEN,
    *reading.EXEC,
    *reading.SIDECAR,
    *pods.STARTING,
    *pods.FAILING,
    *pods.REFUSED,
    *pods.GONE,
)

_STEPS = {
    Step.ACCEPTED: (
        *admission.QUOTA,
        *admission.LIMITS,
        *admission.IMAGES,
        *admission.POLICIES,
        *admission.OTHERS,
        *pods.REFUSED,
    ),
    Step.STARTED: pods.STARTING,
    Step.SUCCEEDED: (*pods.TAKEN, *pods.FAILING, *pods.GONE),
    Step.READ: (*reading.EXEC, *reading.SIDECAR),
    Step.IS_JSON: documents.INVALID,
    Step.KEPT: documents.VALUES,
}
#: The step of a value's way that fails when the rule finds something; none for what was given.
STEP_OF: dict[LogRule, Step] = {rule: step for step, rules in _STEPS.items() for rule in rules}

__all__ = ["EMPTY_RESULT", "RULES", "STEP_OF", "LogRule"]
