"""Log lines that tell why a push or a pod failed (failure-signatures.md, 4.3): data, no logic.

The patterns are linear: no repeated group holds another repeat. The first rule that finds
something wins, so the telling ones stand before the general ones.
"""

import re
from dataclasses import dataclass

from app.model.findings import ProblemKind


@dataclass(frozen=True, slots=True)
class LogRule:
    """A line, what it means and what to do. `title` continues the pod's name."""

    kind: ProblemKind
    pattern: re.Pattern[str]
    title: str
    remedy: str


EMPTY_RESULT = "xcom result file is empty."

_JSON = "did not write JSON into return.json"

RULES = (
    LogRule(
        ProblemKind.QUOTA_NEEDS_SIDECAR_RESOURCES,
        re.compile(r"is forbidden: failed quota: [^:\n]{1,200}: must specify [^\n\"]{1,2000}"),
        "was refused by the namespace's quota because of the XCom sidecar",
        "give the sidecar resources in the Kubernetes connection's extra",
    ),
    LogRule(
        ProblemKind.IMAGE_PULL,
        re.compile(
            r"Image cannot be pulled, unable to start: \w{1,100}|ErrImagePull|ImagePullBackOff"
        ),
        "could not pull its image",
        "check the image's name and tag, and the pull secret",
    ),
    LogRule(
        ProblemKind.INVALID_JSON,
        re.compile(r"Expecting property name enclosed in double quotes[^\n]{0,100}"),
        _JSON,
        "write it with json.dump(value, file), not str(value)",
    ),
    LogRule(
        ProblemKind.INVALID_JSON,
        re.compile(r"JSONDecodeError: Extra data[^\n]{0,100}|^Extra data: line[^\n]{0,100}"),
        "wrote more than one JSON document into return.json",
        "write one document, and open the file with mode 'w'",
    ),
    LogRule(
        ProblemKind.INVALID_JSON,
        re.compile(
            r"(?:JSONDecodeError: |^)(?:Expecting value|Unterminated string|Expecting ',' delimiter"
            r"|Expecting ':' delimiter|Invalid control character|Invalid \\escape"
            r"|Unexpected UTF-8 BOM)[^\n]{0,100}"
        ),
        _JSON,
        "write it with json.dump(value, file)",
    ),
    LogRule(
        ProblemKind.NOT_SERIALIZABLE,
        re.compile(
            r"Out of range float values are not JSON compliant[^\n]{0,100}"
            r"|Object of type \w{1,100} is not JSON serializable"
            r"|reserved key __classname__ or __id__ found"
        ),
        "gave a value that cannot be kept as an XCom",
        "give plain JSON: null instead of NaN, texts instead of objects",
    ),
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(r"a valid label must be[^\n\"]{0,200}|must be no more than 63 characters"),
        "gives its pod a label that Kubernetes refuses",
        "a label holds at most 63 letters, digits, '-', '_' and '.': give it such a value",
    ),
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(
            r"Reason: Unprocessable Entity|Reason: Bad Request|Reason: Forbidden|\(40\d\)|\(422\)"
        ),
        "was refused by Kubernetes",
        "read what the API server says about the pod",
    ),
    LogRule(
        ProblemKind.POD_FAILED,
        re.compile(r"Pod \S{1,300} returned a failure"),
        "failed in its container",
        "read the pod's own log lines before the end",
    ),
)
