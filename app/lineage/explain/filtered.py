"""A template whose output goes through one more filter, ready to copy."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from jinja2 import Environment, TemplateSyntaxError

#: Between operands; a filter written behind them would take the last one alone.
_BETWEEN = frozenset({"~", "+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", ">", "<=", ">="})
_BETWEEN_WORDS = frozenset({"or", "and", "if", "else", "not", "in", "is"})
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")


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
    try:
        tokens = list(_environment().lex(template))
    except TemplateSyntaxError:
        return
    if "".join(text for _, _, text in tokens) != template:
        return  # Whitespace was cut, so positions are not those of the template.
    inside: list[tuple[int, str]] = []
    at, is_output = 0, False
    for _, kind, text in tokens:
        if kind == "variable_begin":
            inside, is_output = [], True
        elif kind == "variable_end" and is_output:
            yield from _output(inside)
            is_output = False
        elif kind != "whitespace":
            inside.append((at, text))
        at += len(text)


def _output(tokens: list[tuple[int, str]]) -> Iterator[_Output]:
    depth, is_compound = 0, False
    for _, text in tokens:
        depth += (text in _OPEN) - (text in _CLOSE)
        is_compound |= depth == 0 and (text in _BETWEEN or text in _BETWEEN_WORDS)
    if tokens:
        (start, _), (last, text) = tokens[0], tokens[-1]
        yield _Output(start, last + len(text), is_compound)


@cache
def _environment() -> Environment:
    """Only cuts templates into tokens; nothing is ever rendered in it."""
    return Environment(keep_trailing_newline=True)  # noqa: S701  # likewise
