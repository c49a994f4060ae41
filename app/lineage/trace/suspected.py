"""The template of a failing field that is to blame, by what Airflow said.

Rendering it again does not always tell: to us a name or a filter that we do not know is a wildcard.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.lineage.template.tokens import lexed
from app.lineage.trace.broken import Broken
from app.model.facts import Try
from app.model.findings import Consumer

#: The word that Airflow names, of which the first template that uses it fails.
_NAMED = re.compile(
    r"'([^'\n]{1,200})' is undefined|No (?:filter|test) named '([^'\n]{1,200})'"
    r"|has no attribute '([^'\n]{1,200})'"
)


@dataclass(frozen=True, slots=True)
class LoggedFailure:
    """What a log says about a failing template."""

    fields: tuple[str, ...]
    template: str  # Python's repr of the whole field.
    said: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A template in its place."""

    one: Try
    address: str
    text: str
    line: int | None = None

    def broken(self, said: str) -> Broken:
        """The template as one that fails."""
        key = self.one.key
        consumer = Consumer(key.instance, key.try_number, self.address)
        return Broken(consumer, None, self.text, self.line, airflow_said=said)


def suspected(templates: Iterable[Leaf], logged: LoggedFailure) -> Broken | None:
    """The first template that uses the word which Airflow names; else the only one there is."""
    found = list(templates)
    name = _NAMED.search(logged.said)
    word = next((one for one in name.groups() if one), "") if name else ""
    using = [leaf for leaf in found if word and _uses(leaf.text, word)]
    if using and (names_a_word(logged.said) or len({leaf.text for leaf in using}) == 1):
        return using[0].broken(logged.said)
    return found[0].broken(logged.said) if len({leaf.text for leaf in found}) == 1 else None


def names_a_word(said: str) -> bool:
    """Whether Airflow names a word of the template, rather than a value that is missing."""
    return bool(_NAMED.search(said)) and "has no attribute" not in said


def _uses(template: str, word: str) -> bool:
    return any(one.value == word for one in lexed(template).tokens)
