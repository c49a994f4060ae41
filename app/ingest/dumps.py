"""The environment of a pod taken out of the dumps that Airflow logs: it is where secrets are.

A refused pod is logged whole as JSON, a failed one as Python prints it. What a variable of it
holds is in the rendered fields already, masked by its name; here even a harmless name may have a
password beside it, and nothing is explained by it.
"""

import re

from app.model.masks import MASK

#: What stands before a dump.
_MARKS = ("Namespaced Pod:", "remote_pod:", "Pod Creation Request", "Starting pod:")
# Python prints a long text as several, one below the other.
_CONTINUED = re.compile(r"[\"']\n\s{1,200}[\"']")
# `"name": "A", "value": "x"`; a text that was cut has no end.
_VARIABLE = re.compile(
    r"""(?P<kept>["']name["']:\s{0,4}["'][^"'\\\n]{0,300}["'],\s{0,200}["']value["']:\s{0,4})
    (?P<quote>["'])
    [^"'\\]*(?:(?:\\.|(?!(?P=quote))["'])[^"'\\]*)*
    (?:(?P=quote)|\Z)""",
    re.DOTALL | re.VERBOSE,
)


def without_environment(text: str) -> str:
    """The text with `***` for the value of every variable of every pod that is dumped in it."""
    start = min((at for at in map(text.find, _MARKS) if at >= 0), default=-1)
    if start < 0:
        return text
    return text[:start] + _VARIABLE.sub(_hidden, _CONTINUED.sub("", text[start:]))


def _hidden(found: re.Match[str]) -> str:
    quote = found["quote"]
    return f"{found['kept']}{quote}{MASK}{quote}"
