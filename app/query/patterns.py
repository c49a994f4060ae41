r"""Patterns: `re:/part-\d+/`, which need a text to begin from, or a narrow scope."""

import re
from collections.abc import Sequence

from app.query.regex.literal import literal
from app.query.regex.program import TooBig, compiled
from app.query.regex.reading import NotReadable, read
from app.query.terms import Condition, Matches, Named, Scope, Since, Term
from app.query.text import Reader

#: The closing slash is the first that a space or the end follows, so that paths need no \\/.
_PATTERN = re.compile(r"/((?:\\.|[^\\])*?)/(i?)(?=\s|\Z)", re.DOTALL)
_SLASH = re.compile(r"\\(.)", re.DOTALL)
#: Shorter texts are in too many leaves, and in no index.
SHORTEST_LITERAL = 3


def read_pattern(reader: Reader) -> Matches:
    """The pattern between slashes that stands here, and goes behind it."""
    start = reader.at
    if not reader.is_at("/"):
        reader.refuse(r"Write the pattern between slashes: re:/part-\d+/.", start)
    found = _PATTERN.match(reader.text, start)
    if not found:
        reader.refuse("This / is not closed: write a / behind the pattern.", start)
    if not found[1]:
        reader.refuse(r"The pattern is empty: write it as in re:/part-\d+/.", start + 1)
    reader.at = found.end()
    pattern = ("(?i)" if found[2] else "") + _SLASH.sub(_unescaped, found[1])
    return Matches(pattern, _literal(reader, pattern, start + 1, len(pattern) - len(found[1])))


def _unescaped(escape: re.Match[str]) -> str:
    return "/" if escape[1] == "/" else escape[0]


def _literal(reader: Reader, pattern: str, start: int, added: int) -> str:
    """The pattern's literal, "" when it is too short; refuses what cannot be looked for."""
    try:
        tree = read(pattern)
        compiled(tree)
    except NotReadable as error:
        at = start + max(error.position - max(added, 0), 0)
        reader.refuse(f"The pattern cannot be read: {error}.", at)
    except TooBig:
        reader.refuse("The pattern is too big: repeat less, or leave alternatives out.", start)
    found = literal(tree)
    return found if len(found) >= SHORTEST_LITERAL else ""


def need_narrow_scope(reader: Reader, placed: Sequence[tuple[int, Term]]) -> None:
    """Refuses a pattern without a literal unless the search names a run, or a DAG and a time."""
    wide = [start for start, term in placed if _is_wide(term.condition)]
    if wide and not _is_narrow([term.condition for _, term in placed if not term.is_negated]):
        reader.refuse(
            f"No text of {SHORTEST_LITERAL} characters is in every match of this pattern, so that"
            " all values would have to be read. Add such a text to it, or say where to look:"
            " run:…, or dag:… with since:….",
            wide[0],
        )


def _is_wide(condition: Condition) -> bool:
    return isinstance(condition, Matches) and not condition.literal


def _is_narrow(conditions: Sequence[Condition]) -> bool:
    named = {
        each.scope for each in conditions if isinstance(each, Named) and "*" not in each.pattern
    }
    has_start = any(isinstance(each, Since) for each in conditions)
    return Scope.RUN in named or (Scope.DAG in named and has_start)
