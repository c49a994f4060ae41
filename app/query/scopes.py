"""Terms that begin with a word and a colon: `dag:geo_*`, `since:7d`, `in:env`, `re:/…/`."""

import re
from datetime import datetime

from app.query.nearness import meant
from app.query.paths import read_path
from app.query.patterns import read_pattern
from app.query.terms import At, Condition, In, Named, Scope, Since, Until, Within
from app.query.text import QUOTES, Reader, quoted
from app.query.times import read_time

_WORD = re.compile(r"(re|\w+(?=:(?!//))):", re.IGNORECASE)
#: Every word of the language, with how it is used.
EXAMPLES = {
    "deployment": "deployment:production", "dag": "dag:geo_*", "task": "task:load",
    "run": "run:manual__2026-11-01*", "state": "state:failed", "key": "key:return_value",
    "path": "path:result.*.uri", "since": "since:7d", "until": "until:2026-11-01",
    "in": "in:env", "re": r"re:/part-\d+/",
}  # fmt: skip
STATES = frozenset({
    "success", "failed", "running", "queued", "scheduled", "deferred", "skipped", "removed",
    "upstream_failed", "up_for_retry", "up_for_reschedule", "restarting", "awaiting_input",
})  # fmt: skip


def read_scoped(reader: Reader, now: datetime) -> Condition | None:
    """The term that stands here, and goes behind it; None when its word is not of the language."""
    found = _WORD.match(reader.text, reader.at)
    if not found:
        return None
    word = found[1].lower()
    if word not in EXAMPLES:
        _refuse_slip(reader, found[1])
        return None
    reader.at = found.end()
    if reader.is_at_end():
        reader.refuse(
            f"Write what to look for right after {word}:, as in {EXAMPLES[word]}.", reader.at
        )
    return _condition(reader, word, now)


def _refuse_slip(reader: Reader, word: str) -> None:
    right = meant(word, EXAMPLES)
    if right:
        as_text = quoted(Reader(reader.text, reader.at).word())
        reader.refuse(
            f"Did you mean {right}:? To look for the text itself write {as_text}.", reader.at
        )


def _condition(reader: Reader, word: str, now: datetime) -> Condition:
    if word == "path":
        return At(read_path(reader))
    if word == "re":
        return read_pattern(reader)
    start, value = reader.at, _value(reader)
    if word == "in":
        return In(_within(reader, value, start))
    if word in {"since", "until"}:
        kind = Since if word == "since" else Until
        return kind(read_time(reader, value, start, now), value)
    if word == "state":
        _check_state(reader, value, start)
    return Named(Scope(word), value)


def _value(reader: Reader) -> str:
    start = reader.at
    if not reader.is_at(*QUOTES):
        return reader.word()
    value = reader.quoted()
    reader.expect_end()
    if not value:
        reader.refuse("Nothing is in the quotes: write what to look for.", start)
    return value


def _within(reader: Reader, value: str, start: int) -> Within:
    known = {each.value for each in Within}
    near = value.lower() if value.lower() in known else meant(value, known)
    if value.lower() not in known:
        hint = f" Did you mean in:{near}?" if near else ""
        reader.refuse(f"There is in:xcom, in:args and in:env.{hint}", start)
    return Within(value.lower())


def _check_state(reader: Reader, value: str, start: int) -> None:
    """Other states than these may come with a later Airflow; those near to one are slips."""
    right = meant(value, STATES) if value not in STATES else None
    if right and right in STATES:
        reader.refuse(f"Did you mean state:{right}?", start)
