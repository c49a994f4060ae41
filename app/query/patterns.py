r"""Patterns: `re:/part-\d+/`, which need a text to begin from, or a narrow scope."""

import re
from collections.abc import Iterable, Sequence

from app.query.regex.literal import literal
from app.query.regex.program import TooBig, compiled
from app.query.regex.reading import NotReadable, read
from app.query.terms import Condition, Matches, Named, Scope, Since, Term
from app.query.text import Reader

#: The closing slash is the first that a space or the end follows, so that paths need no \\/.
_PATTERN = re.compile(r"/((?:\\.|[^\\])*?)/(i?)(?=\s|\Z)", re.DOTALL)
#: What other languages write behind the slash that closes a pattern.
UNKNOWN_FLAGS = re.compile(
    r"/((?:\\.|[^\\])+?)/i?([dgmsuvxyaLU])[dgimsuvxyaLU]{0,3}(?=\s|\Z)", re.DOTALL
)
_IGNORING_CASE = "(?i)"
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
        _refuse_flags(reader, start)
        reader.refuse("This / is not closed: write a / behind the pattern.", start)
    if not found[1]:
        reader.refuse(r"The pattern is empty: write it as in re:/part-\d+/.", start + 1)
    reader.at = found.end()
    pattern = (_IGNORING_CASE if found[2] else "") + _SLASH.sub(_unescaped, found[1])
    return Matches(pattern, _literal(reader, pattern, start + 1, len(pattern) - len(found[1])))


def _refuse_flags(reader: Reader, start: int) -> None:
    flagged = UNKNOWN_FLAGS.match(reader.text, start)
    if flagged:
        reader.refuse(
            f"There is no flag {flagged[2]}: behind the / that closes a pattern stands i, which"
            " ignores case, or nothing.",
            flagged.start(2),
        )


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
    wide = [(start, term.condition) for start, term in placed if _is_wide(term.condition)]
    asked = [(start, term.condition) for start, term in placed if not term.is_negated]
    if not wide or _is_narrow([condition for _, condition in asked]):
        return
    start, pattern = wide[0]
    for at, condition in asked:
        if _is_open(condition):
            reader.refuse(
                f"{_why(pattern)}. Write the whole name without a * here, so that not all values"
                f" have to be read{_and_since(condition, asked)}.",
                at,
            )
    reader.refuse(
        f"{_why(pattern)}, so that all values would have to be read. Add such a text to it, or say"
        " where to look: run:…, or dag:… with since:….",
        start,
    )


def _why(condition: Condition) -> str:
    """What a pattern lacks, and whether only its flag makes it so."""
    missing = f"o text of {SHORTEST_LITERAL} characters is in every match of this pattern"
    pattern = condition.pattern if isinstance(condition, Matches) else ""
    bare = pattern.removeprefix(_IGNORING_CASE)
    if pattern == bare or len(literal(read(bare))) < SHORTEST_LITERAL:
        return f"N{missing}"
    return f"Under the flag i, where i, k and s are letters of other scripts too, n{missing}"


def _is_open(condition: Condition) -> bool:
    return (
        isinstance(condition, Named)
        and condition.scope in {Scope.RUN, Scope.DAG}
        and "*" in condition.pattern
    )


def _and_since(condition: Condition, asked: Sequence[tuple[int, Condition]]) -> str:
    is_run = isinstance(condition, Named) and condition.scope is Scope.RUN
    return "" if is_run or _has_start(one for _, one in asked) else ", and add since:…"


def _is_wide(condition: Condition) -> bool:
    return isinstance(condition, Matches) and not condition.literal


def _is_narrow(conditions: Sequence[Condition]) -> bool:
    named = {
        each.scope for each in conditions if isinstance(each, Named) and "*" not in each.pattern
    }
    return Scope.RUN in named or (Scope.DAG in named and _has_start(conditions))


def _has_start(conditions: Iterable[Condition]) -> bool:
    return any(isinstance(each, Since) for each in conditions)
