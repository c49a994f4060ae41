"""A template that Jinja cannot parse: where it breaks off, and the small edit that mends it."""

import re
from collections.abc import Iterator

from jinja2 import TemplateError
from jinja2.parser import Parser

from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.corrected import Edit, edited, parses
from app.lineage.explain.verdict import Remedy, Verdict
from app.lineage.template.limits import TEMPLATE_LENGTH
from app.lineage.template.tokens import Token, environment, lexed
from app.model.findings import ProblemKind, Suggestion

_TITLE = "has a template that cannot be parsed"
_EXPECTED = re.compile(r"expected (?:token )?'([)\]}])'")
#: An opening quote whose name no quote ends before the bracket does.
_OPEN_QUOTE = re.compile(r"(['\"])([\w.-]{1,250})(?=[)\],])")
_MOST_EDITS = 12


def wrong_syntax(case: Case, proof: Proof, message: str) -> Verdict:
    """The verdict with the place, and the template mended where one edit is enough."""
    template = case.broken.template
    is_one = template is not None and len(template) <= TEMPLATE_LENGTH and not parses(template)
    if template is None or not is_one:
        proof.note("template parses", ok=False, seen=message)
        return Verdict(ProblemKind.TEMPLATE_ERROR, _TITLE)
    place = broken_at(template)
    where = _where(template, place)
    proof.note("template parses", ok=False, seen=f"{where}: {message}")
    remedies = tuple(
        Remedy(f"{text} ({where})", (corrected,))
        for text, edit in _edits(template, place, message)
        if parses(corrected := edited(template, [edit])) and "xcom_pull" not in _texts(corrected)
    )
    wrong = template[place : place + 1]
    suggestion = Suggestion(f"look at {where}: {message}")
    return Verdict(ProblemKind.TEMPLATE_ERROR, _TITLE, suggestion, wrong, None, remedies[:3])


def broken_at(template: str) -> int:
    """The place of the word that Jinja did not expect; the template's end when one is missing."""
    found = lexed(template)
    if found.error is not None:
        return _behind(template, found.tokens)
    left = _left(template)
    at = len(found.tokens) - left
    return found.tokens[at].start if 0 <= at < len(found.tokens) else len(template)


def _left(template: str) -> int:
    """The words that Jinja's parser had not taken when it gave up."""
    parser = Parser(environment(), template)
    try:
        parser.parse()
    except (TemplateError, RecursionError):
        return sum(token.type != "data" for token in parser.stream)
    return 0


def _behind(template: str, tokens: tuple[Token, ...]) -> int:
    end = tokens[-1].end if tokens else 0
    rest = template[end:]
    return end + len(rest) - len(rest.lstrip()) if rest.strip() else end


def _where(template: str, place: int) -> str:
    before = template[:place]
    line = before.count("\n") + 1
    column = place - (before.rfind("\n") + 1) + 1
    return f"line {line}, character {column}"


def _edits(template: str, place: int, message: str) -> Iterator[tuple[str, Edit]]:
    """One edit each, the likeliest first, with what it does."""
    before = template[:place].rstrip()
    end = len(before)
    expected = _EXPECTED.search(message)
    if expected:
        yield f"a {expected[1]} is missing", (end, end, expected[1])
    if template[place : place + 1] == "}" and template[place : place + 2] != "}}":
        yield "a } is missing", (place, place + 1, "}}")
    for found in list(_OPEN_QUOTE.finditer(template))[:_MOST_EDITS]:
        yield f"a {found[1]} is missing", (found.end(), found.end(), found[1])
    for one in (")", "]"):
        yield f"a {one} is missing", (end, end, one)
    yield "}} is missing", (len(template.rstrip()), len(template.rstrip()), " }}")
    if template[place : place + 1] in (")", "]", "}", ","):
        yield f"a {template[place]} too many", (place, place + 1, "")


def _texts(template: str) -> str:
    """All that the template quotes: a pull that an edit made a text of is no pull any more."""
    return "".join(one.text for one in lexed(template).tokens if one.kind == "string")
