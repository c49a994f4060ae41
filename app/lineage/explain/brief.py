"""The part of a long message that a person wants to read."""

import re

#: Characters of Airflow's words that a problem carries.
_LONGEST = 2_000

# The message in the body of an answer of Kubernetes; each step takes one character or an escape.
_MESSAGE = re.compile(r'"message":\s?"((?:[^"\\]|\\.){1,4000})"')


def briefly(text: str, start: int) -> str:
    """What a person wants to read: Kubernetes' own message, or the lines before the pod's dump."""
    message = _MESSAGE.search(text)
    if message is not None:
        status = text.partition("\n")[0][:200]
        words = message[1].replace('\\"', '"').replace("\\\\", "\\")
        return f"{status} {words}"[:_LONGEST]
    begin = max(0, start - 200)
    return text[begin : begin + _LONGEST].partition("\nremote_pod:")[0]
