"""`Known`: secrets that a name has told of, found again where nothing beside them tells.

Only hashes and keyed digests are remembered. A text is looked up as a whole, by its words, by what
stands in quotes or behind the first `=` or `:` of a word, and by the pieces between separators.
"""

import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from app.ingest.seal import Seal
from app.model.masks import MASK, SECRET

# Characters: what is shorter is in too many texts by chance, what is longer is a document.
_SHORTEST, _LONGEST = 8, 10_000
# The newest ones: where each run has tokens of its own, they are many.
_MOST = 100_000
_AROUND = " \t\r\n\"'`()[]{}<>,;"
_END = r"[^\s\"'`()\[\]{}<>,;]"
# A word without what stands around a value; what stands behind its first sign; what is between
# quotes; a piece between separators of any kind.
_STRETCHES = (
    re.compile(rf"({_END}\S{{6,}}{_END})"),
    re.compile(rf"[=:][\"'`(\[{{<]{{0,9}}({_END}\S{{6,}}{_END})"),
    re.compile(r"\"([^\"\n]{8,400})\""),
    re.compile(r"'([^'\n]{8,400})'"),
    re.compile(r"([^\s\"'`=:,;@/\\()\[\]{}<>&|?]{8,})"),
)
_TO_BLANKS = str.maketrans(dict.fromkeys("\"'`=:,;@/\\()[]{}<>&|?", " "))
# Numbers, dates, words, names of classes, paths, templates, masks: these are in many places.
_PLAIN = re.compile(
    r"[\d\s:.,+/_TZeE-]+|[A-Za-z\s_./:-]+|/[\w./-]*|(?:s3a?|gs|abfss?|wasbs?|hdfs|file)://.*",
    re.DOTALL,
)
_TEMPLATE_OR_MASK = re.compile(rf"\{{\{{|\{{%|{re.escape(MASK)}")
_CHANGES = re.compile(r"[a-z][A-Z]")
_One = TypeVar("_One", int, str)
_OF_RANDOM = 4  # Changes from small letters to capitals: no name has as many.
# Answers are masked by several threads at once.
_keeping = threading.Lock()


class Known:
    """Grows with what is masked, of one deployment."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        # Python's own hashes are keyed anew in each process; they cost a hundredth of a digest.
        self._hashes: dict[int, None] = {}
        self._fragments: dict[int, None] = {}  # Of each the longest one between separators.
        self._digests: dict[str, None] = {}  # Of what others have masked.
        self._strangers: dict[int, None] = {}  # Texts that were looked up among the digests.
        self.count = 0  # Grows when there is a new one.

    def learn(self, secret: str) -> None:
        """The secret will be found, if it is one that can be told from other texts."""
        if _TEMPLATE_OR_MASK.search(secret):
            return
        secret = secret.strip(_AROUND)
        if hash(secret) not in self._hashes and is_telling(secret):
            self.count += 1
            _keep(self._hashes, hash(secret))
            _keep(self._fragments, hash(max(_fragments(secret), key=len, default="")))

    @property
    def recalls(self) -> bool:
        """Whether masks tell what stands behind them: those made with a key do."""
        return bool(self._seal.key)

    def learn_masks(self, masks: Iterable[str]) -> None:
        """What stands behind the masks, which were made with the key, will be found."""
        for mask in masks if self.recalls else ():
            if mask not in self._digests:
                _keep(self._digests, mask)
                self._strangers.clear()

    def is_in(self, texts: Sequence[str]) -> bool:
        """Whether one of them may hold a known secret: quicker than to ask where each does."""
        if not self._hashes and not self._digests:
            return False
        joined = "\n".join(texts)
        if not self._digests and self._fragments.keys().isdisjoint(map(hash, _fragments(joined))):
            return False
        found = (stretches.findall(joined) for stretches in _STRETCHES)
        return any(map(self._knows, texts)) or any(any(map(self._knows, some)) for some in found)

    def spots(self, text: str) -> list[tuple[int, int]]:
        """Where known secrets stand in the text, in order."""
        if len(text) < _SHORTEST or not self.is_in([text]):
            return []
        found = {(start, end) for start, end in _candidates(text) if self._knows(text[start:end])}
        return list(_outermost(found))

    def _knows(self, text: str) -> bool:
        number = hash(text)
        if number in self._hashes:
            return True
        if not self._digests or number in self._strangers:
            return False
        is_known = is_telling(text) and self._seal.digest(text, SECRET) in self._digests
        _keep(self._hashes if is_known else self._strangers, number)
        return is_known


def _fragments(text: str) -> list[str]:
    return text.translate(_TO_BLANKS).split()


def _keep(ones: dict[_One, None], one: _One) -> None:
    """Add it; of too many the oldest goes."""
    with _keeping:
        ones.pop(one, None)
        ones[one] = None
        if len(ones) > _MOST:
            del ones[next(iter(ones))]


def is_telling(text: str) -> bool:
    """Whether the text, found somewhere else, is hardly there by chance."""
    if not _SHORTEST <= len(text) <= _LONGEST or _TEMPLATE_OR_MASK.search(text):
        return False
    return not _PLAIN.fullmatch(text) or len(_CHANGES.findall(text)) >= _OF_RANDOM


def _outermost(spots: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spots in order, without those within others."""
    done = 0
    for start, end in sorted(spots, key=lambda spot: (spot[0], -spot[1])):
        if start >= done:
            yield start, end
            done = end


def _candidates(text: str) -> Iterator[tuple[int, int]]:
    start = len(text) - len(text.lstrip(_AROUND))
    yield start, max(start, len(text.rstrip(_AROUND)))
    for stretches in _STRETCHES:
        for found in stretches.finditer(text):
            yield found.span(1)
