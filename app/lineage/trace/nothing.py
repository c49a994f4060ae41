"""How a field shows that a value which went into it was not there."""

import re
from collections.abc import Iterable

from app.lineage.template.reads import Origin

#: Fields of a pod in which null is no value: the variable is empty, the argument refused.
_NO_NULLS = frozenset({"cmds", "arguments", "env_vars", "labels", "annotations"})
# None as filters for letters write it.
_NONE = ("None", "none", "NONE")
_ZERO = re.compile(r"-?0(?:\.0+)?")
# Filters for numbers that nobody told what to give for a value that is none.
_NUMBER = re.compile(r"\|\s{0,9}(?:int|float)\b(?!\s{0,9}\()")
_NULL = re.compile(r"(?<!\w)null(?!\w)")


def what_shows(origin: Origin, texts: Iterable[str], template: str) -> str:
    """What stands in the texts made of the missing value: None, or what a filter makes of it.

    Empty when nothing does. Null in JSON may be meant where the value is null, or where its task
    was left out; a pull of what nobody pushed means something.
    """
    for text in texts:
        word = text.strip()
        if "None" in text or word in _NONE:
            return "None" if "None" in text else word
        if _ZERO.fullmatch(word) and _NUMBER.search(template):
            return word
        if "tojson" in template and _NULL.search(text) and origin.read.xcom is None:
            return "null"
    return ""


def takes_no_null(field: str) -> bool:
    """Whether null in the field is an empty text or none at all, where a text was wanted."""
    return field in _NO_NULLS
