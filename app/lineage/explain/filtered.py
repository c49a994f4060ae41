"""A template whose output goes through one more filter, ready to copy."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.lineage.template.tokens import OPENING, Token, lexed

#: Between operands; a filter written behind them would take the last one alone.
_BETWEEN = frozenset({"~", "+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", ">", "<=", ">="})
_BETWEEN_WORDS = frozenset({"or", "and", "if", "else", "not", "in", "is"})


class _Output(NamedTuple):
    """One `{{ … }}`: where its expression begins and ends in the template."""

    start: int
    end: int
    is_compound: bool


# `task_ids=['a']`, or the same by position: a list of one id, which gives a list of one value.
_LIST_OF_ONE = re.compile(
    r"((?:task_ids\s{0,9}=|xcom_pull\()\s{0,9})"
    r"\[\s{0,9}('[^'\]]{1,300}'|\"[^\"\]]{1,300}\")\s{0,9},?\s{0,9}\]"
)


def without_brackets(template: str) -> str | None:
    """The template that pulls the one task it names without a list; None when it names no one."""
    found = _LIST_OF_ONE.findall(template)
    return _LIST_OF_ONE.sub(r"\1\2", template) if len(found) == 1 else None


def with_filter(template: str, words: str, *, task_id: str = "", step: str = "") -> str | None:
    """The template with `| words` behind the expression that pulls; None where several might be.

    Of several that pull the one that names the task, and of those the one that takes the step.
    """
    found = [one for one in _outputs(template) if "xcom_pull" in template[one.start : one.end]]
    for name in (task_id, step):
        if len(found) > 1:
            found = [one for one in found if _names(template[one.start : one.end], name)]
    if len(found) != 1:
        return None
    start, end, is_compound = found[0]
    inner = template[start:end]
    inner = f"({inner})" if is_compound else inner
    return f"{template[:start]}{inner} | {words}{template[end:]}"


def _names(expression: str, name: str) -> bool:
    return any(f"{quote}{name}{quote}" in expression for quote in "'\"") or f".{name}" in expression


def _outputs(template: str) -> Iterator[_Output]:
    found = lexed(template)
    inside: list[Token] | None = None
    for token in found.tokens if found.error is None else ():
        if token.kind == "variable_begin":
            inside = []
        elif token.kind == "variable_end" and inside is not None:
            if inside:
                yield _Output(inside[0].start, inside[-1].end, _is_compound(inside))
            inside = None
        elif inside is not None:
            inside.append(token)


def _is_compound(tokens: list[Token]) -> bool:
    """Whether operators join operands, outside of all brackets."""
    depth = 0
    for token in tokens:
        depth += (token.text in OPENING) - (token.text in OPENING.values())
        if depth == 0 and (token.text in _BETWEEN or token.text in _BETWEEN_WORDS):
            return True
    return False
