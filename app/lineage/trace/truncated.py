"""What is left of a field that Airflow cut because it was too long: the beginning of its text."""

import ast
import re

from app.lineage.fields import TRUNCATED
from app.lineage.source.declaration import Items, Node, Unsaid
from app.lineage.trace.pairs import ABSENT, Rendered
from app.model.values import Json

_TEXT = re.compile(re.escape(TRUNCATED) + r" \[core\]max_templated_field_length\. (.*)", re.DOTALL)
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|(?P<word>[-+.\w]+)|(?P<mark>[][{}(),:]))""",
    re.DOTALL,
)
_CLOSES = {"[": "]", "{": "}", "(": ")"}


def beginning(rendered: str) -> str:
    """The characters of the field that Airflow kept; Airflow 2 keeps them as Python's repr."""
    found = _TEXT.match(rendered)
    kept = found[1] if found else ""
    if not kept.endswith("... "):
        return kept.removesuffix("...")
    try:
        return str(ast.literal_eval(kept.removesuffix("... ")))
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return ""


def whole_parts(rendered: str, node: Node) -> Rendered:
    """The elements or members that stand whole in what is left; ABSENT when it is neither.

    A list of which the source does not tell the length could not be told apart from its end.
    """
    is_open = isinstance(node, Items) and any(
        isinstance(one, Unsaid) and one.is_many for one in node.items
    )
    kept = beginning(rendered)
    if is_open or kept[:1] not in ("[", "{"):
        return ABSENT
    end = _end_of_last_part(kept)
    try:
        value: Json = ast.literal_eval(kept[:end] + _CLOSES[kept[0]])
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return ABSENT
    return value if isinstance(value, dict | list) else ABSENT


def _end_of_last_part(kept: str) -> int:
    """Where the last complete part of the outermost list or mapping ends."""
    end = at = depth = 1
    is_member, is_value = kept[0] == "{", False
    while token := _TOKEN.match(kept, at):
        at, mark = token.end(), token["mark"]
        if mark in _CLOSES:
            depth += 1
            continue
        if mark in (":", ","):
            is_value = (is_value or mark == ":") and not (depth == 1 and mark == ",")
            continue
        depth -= 1 if mark else 0
        is_cut = token["word"] is not None and at == len(kept)
        if depth == 1 and not is_cut and (is_value or not is_member):
            end = at
        elif depth < 1:
            break
    return end
