"""Groups of three characters of a text, as SQLite's index of texts is asked for them.

The index gives the leaves of a group without the places of the group in them. Asking for several
groups at once takes as long as the most frequent of them is long, which was seen to be thirty times
too long: so few are asked for, the rarest, and each candidate is checked.
"""

from collections.abc import Sequence

from app.query.matching import lowered
from app.store.types import as_stored

#: Both stores index groups of so many characters, and SQLite no shorter text.
LENGTH = 3
# Groups of a long text that are looked at, and that are asked for.
_MOST, _ASKED = 12, 3
# Candidates that are passed over in the time that checking one of them takes.
_CHECKING = 120
# Of what is in none of the texts there may be as much as would be in a part of one.
_UNSEEN = 0.25
# A further group that leaves more of the candidates than this is not worth its time.
_LEFT = 0.8


def groups_of(searched: str) -> list[str]:
    """Groups from all over the text, each once."""
    stored = lowered(as_stored(searched))
    starts = range(len(stored) - LENGTH + 1)
    if not starts:
        return []
    step = -(-len(starts) // _MOST)
    return list(dict.fromkeys(stored[at : at + LENGTH] for at in (*starts[::step], starts[-1])))


def quoted(group: str) -> str:
    """The group as a term of SQLite's language for searches in texts."""
    return '"' + group.replace('"', '""') + '"'


def rarest(groups: Sequence[str], sample: Sequence[str]) -> list[str]:
    """Those of the groups to ask for, judged by some of the texts, in lower case."""
    having = {group: [one for one in sample if group in one] for group in groups}
    rare = sorted(groups, key=lambda group: len(having[group]))
    asked, left = rare[:1], having[rare[0]]
    for group in rare[1:]:
        both = [one for one in left if group in one]
        is_quick = len(having[group]) <= _CHECKING * max(len(left), _UNSEEN)
        if len(asked) < _ASKED and is_quick and len(both) <= _LEFT * len(left):
            asked.append(group)
            left = both
    return asked
