"""The part of a long message that a person wants to read."""

import re

#: Characters of Airflow's words that a problem carries.
_LONGEST = 2_000
# What a person does not read: the whole pod, as JSON or as Python prints it.
_DUMPS = ("\nremote_pod:", "\nremote_pod ", "Namespaced Pod: {")

# The message in the body of an answer of Kubernetes; each step takes one character or an escape,
# whose back-slashes are doubled where the body was printed as Python's bytes.
_MESSAGE = re.compile(r'\\{0,4}"message\\{0,4}":\s?\\{0,4}"((?:[^"\\]|\\{1,8}[^\\]){1,4000})"')
_STATUS = re.compile(r"Reason: (?P<reason>[^\n]{1,200}?)(?= -\+-\+-|\n|$)")
_ESCAPES = re.compile(r"\\{1,8}(?=[\"\\'/])")


def briefly(text: str, start: int) -> str:
    """What a person wants to read: Kubernetes' own message, or the lines before the pod's dump."""
    words = kubernetes_message(text)
    if words:
        status = text.partition("\n")[0][:200]
        return f"{status} {words}"[:_LONGEST]
    begin = max(0, start - 200)
    return text[begin : begin + _LONGEST].partition("\nremote_pod:")[0]


def readable(text: str) -> str:
    """The text without the pod's dump; of Kubernetes' answer its status, reason and message."""
    words = kubernetes_message(text)
    if not words:
        return _without_dump(text)
    reason = _STATUS.search(text)
    status = text.partition("\n")[0][:200]
    return f"{status} {reason['reason']}: {words}" if reason else f"{status} {words}"


def kubernetes_message(text: str) -> str:
    """The message in the body of Kubernetes' answer, without its escapes; empty without one."""
    if "HTTP response body" not in text and "-+-+-" not in text and '"message"' not in text:
        return ""
    found = _MESSAGE.search(text)
    if found is None:
        return ""
    return _ESCAPES.sub("", found[1].replace("\\n", "\n"))


def _without_dump(text: str) -> str:
    for mark in _DUMPS:
        before, found, _ = text.partition(mark)
        if found:
            return before + mark.rstrip("{ ") if mark.endswith("{") else before
    return text
