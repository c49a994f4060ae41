"""A problem put into the few words that a row or a panel has room for; pure."""

import re

from app.graph.addresses import address
from app.model.findings import Problem, Severity
from app.web.marked import marked
from app.web.text import Piece

_MEANT = re.compile(r"did you mean (.+)\?")
# Advice that begins with a name and says something about it.
_NAMED = re.compile(r"\S+ (?:is|has|wrote|gives?|gave|pushed) |\w*_")
# Characters of a template or message that a row shows.
_ROOM = 300


def what_is_wrong(problem: Problem) -> str:
    """The template that is wrong, else what Airflow said about it, on one line."""
    template = problem.pull.template if problem.pull else None
    line = " ".join((template or problem.airflow_said or pulled_from(problem)).split())
    if len(line) <= _ROOM:
        return line
    at = line.find(problem.wrong) if problem.wrong else 0
    # The wrong part is never cut off: it stays, and what it is too far away from goes.
    return f"{line[: _ROOM - 1]}…" if at + len(problem.wrong) < _ROOM else f"…{line[at:][:_ROOM]}"


def correction(problem: Problem) -> str:
    """What it should say instead, as short as it can be said; empty when nobody can tell."""
    if problem.suggestion is None:
        return ""
    meant = _MEANT.fullmatch(problem.suggestion.text)
    return meant.group(1) if meant else problem.suggestion.text


def is_code(problem: Problem) -> bool:
    """Whether its correction is to be written as it stands, and is no advice in our words."""
    return problem.suggestion is not None and bool(_MEANT.fullmatch(problem.suggestion.text))


def pulled_from(problem: Problem) -> str:
    """`return_value['key1'] of extract`: what the pull asks for; empty for a push."""
    return " of ".join(pulled(problem))


def pulled(problem: Problem) -> tuple[str, ...]:
    """`return_value['key1']` and `extract`, what the pull asks for and whom; empty for a push."""
    pull = problem.pull
    if pull is None or not (pull.key or pull.task_ids):
        return ()
    tasks = ", ".join(pull.task_ids) or "no task"
    other = (
        "" if problem.consumer and problem.consumer.instance.dag_id == pull.dag_id else pull.dag_id
    )
    return address(pull.key, pull.path), f"{f'{other} / ' if other else ''}{tasks}"


def remark(problem: Problem) -> str:
    """What stands under the wrong line: why it is wrong, and what was meant."""
    failed = next((one.seen or one.what for one in problem.checks if one.ok is False), "")
    meant = problem.suggestion.text if problem.suggestion else ""
    return "; ".join(filter(None, (failed, meant)))


def advice(problem: Problem) -> str:
    """The suggestion as a sentence; a name at its beginning is left as it is written."""
    if problem.suggestion is None:
        return ""
    words = problem.suggestion.text
    return words if _NAMED.match(words) else words[:1].upper() + words[1:]


def underline(problem: Problem) -> str:
    """How the part of a text that is wrong is marked: a doubt without red."""
    return "wrong" if problem.severity is Severity.ERROR else "wrong warning"


def marked_wrong(problem: Problem) -> tuple[Piece, ...]:
    """`what_is_wrong`, with the wrong part marked."""
    return marked(what_is_wrong(problem), problem.wrong, underline(problem))


def wrong_css(problem: Problem) -> str:
    """How a line or row with the problem is marked: a doubt without red."""
    return "is-broken" if problem.severity is Severity.ERROR else "is-doubtful"
