"""What a run's values hold of the run itself: its id, its dates, its moments, its tries, its pods.

Such words differ in every run, so two texts that differ in nothing else say the same.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias
from urllib.parse import quote

from app.model.facts import Run

# Characters of a text that is looked through; in a longer one no word is known as the run's own.
_MOST = 20_000
# Ids shorter than this stand in other words by chance.
_SHORTEST = 6
# How templates write a run's date: ts, ds, ds_nodash, ts_nodash and as parts of a path.
_WRITTEN = ("%Y-%m-%dT%H:%M:%S", "%Y%m%dT%H%M%S", "%Y-%m-%d", "%Y%m%d", "%Y/%m/%d")
# Clocks of pods and of Airflow's database need not agree.
_YEAR_2001, _YEAR_2286 = 1e9, 1e10  # In seconds since 1970.
_LEEWAY = timedelta(minutes=2)

# Every alternative is bounded or linear. The order matters: the longer form first.
_TOKEN = re.compile(
    r"(?P<uuid>(?<![0-9A-Za-z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z]))"
    r"|(?P<moment>(?<!\d)\d{4}-\d\d-\d\d[T _]\d\d:?\d\d(?::?\d\d(?:[.,]\d{1,9})?)?"
    r"(?:Z|[+-]\d\d:?\d\d)?(?!\d)|(?<!\d)\d{8}T\d{6}(?:Z|[+-]\d{4})?(?!\d))"
    r"|(?P<day>(?<!\d)\d{4}(?P<sep>[-/])\d\d(?P=sep)\d\d(?!\d)|(?<!\d)(?:19|20)\d{6}(?!\d)"
    r"|year=\d{4}/month=\d\d?/day=\d\d?(?!\d))"
    r"|(?P<hash>(?<![0-9A-Za-z])(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{8,128}(?![0-9A-Za-z]))"
    r"|(?P<number>\d+(?:\.\d+)?)",
    re.ASCII,
)
_TRIES = re.compile(
    r"(?:try|tries|attempt|retry)(?:[_-]?(?:number|no|nr))?[\"']?[-_=/: #]{0,3}\Z", re.IGNORECASE
)


#: A stretch of a text, after its kind: one of the pattern above, or "" for other text.
Token: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Own:
    """The words of one run, and of one of its task instances."""

    words: tuple[str, ...]  # The run's id as it is spelled in different places.
    anchors: tuple[datetime | None, ...]  # Logical date, run after, start.
    begins: datetime | None
    ends: datetime | None  # None: not yet.
    dates: tuple[str, ...] = ()  # How the first of the anchors is written most.
    try_number: int = 0
    pods: tuple[str, ...] = ()

    def of(self, *, try_number: int, pods: Iterable[str]) -> "Own":
        """Those of a task instance of the run as well."""
        named = tuple(one for one in pods if len(one) >= _SHORTEST)
        return Own(self.words, self.anchors, self.begins, self.ends, self.dates, try_number, named)

    def without_dates(self, text: str) -> str:
        """The text without its id, its pod and its date: most that differs differs in no more."""
        text = self.without_words(text)
        for number, one in enumerate(self.dates):
            text = text.replace(one, f"\0{number}")
        return text

    def without_words(self, text: str) -> str:
        for one in (*self.words, *self.pods):
            text = text.replace(one, "\0")
        return text

    def tokens(self, text: str) -> list[Token]:
        """The whole text but its own words, cut into tokens."""
        if len(text) > _MOST:
            return [("", text)]
        text = self.without_words(text)
        found: list[Token] = []
        at = 0
        for match in _TOKEN.finditer(text):
            start, end = match.span()
            if start > at:
                found.append(("", text[at:start]))
            found.append((match.lastgroup or "", text[start:end]))
            at = end
        if at < len(text):
            found.append(("", text[at:]))
        return found

    def plain(self, text: str) -> str:
        """The text without what is the run's own: dates as days since its first one."""
        return "".join(map(self._plain, self.tokens(text)))

    def _plain(self, token: Token) -> str:
        kind, text = token
        found = _moment(text) if kind == "moment" else None
        if found:
            known = [one for one in self.distances(found) if one is not None]
            return "\0" if self.is_during(found) else f"\0{known[0] if known else text}"
        day = _day(text) if kind == "day" else None
        days = [one for one in self.offsets(day) if one is not None] if day else []
        return f"\0{days[0]}" if days else text

    def offsets(self, day: date) -> tuple[int | None, ...]:
        """Days since each of the run's dates."""
        return tuple((day - one.date()).days if one else None for one in self.anchors)

    def distances(self, moment: datetime) -> tuple[timedelta | None, ...]:
        return tuple(moment - one if one else None for one in self.anchors)

    def is_during(self, moment: datetime) -> bool:
        """Whether it happened while the run was under way."""
        if self.begins is None or moment < self.begins - _LEEWAY:
            return False
        return self.ends is None or moment <= self.ends + _LEEWAY


def own_of(run: Run) -> Own:
    """The words of the run."""
    begins = min((one for one in (run.queued_at, run.start) if one), default=None)
    first = run.logical_date or run.run_after
    return Own(
        words=_longest_first(_spellings(run.key.run_id)),
        anchors=(run.logical_date, run.run_after, run.start),
        begins=begins,
        ends=run.end,
        dates=tuple(first.strftime(form) for form in _WRITTEN) if first else (),
    )


def _spellings(run_id: str) -> Iterator[str]:
    """The id, as a label, in a URL, and in names of pods and files."""
    yield run_id
    yield re.sub(r"[^A-Za-z0-9_.-]", "", run_id)
    yield quote(run_id, safe="", errors="replace")
    yield re.sub(r"[^a-z0-9]+", "-", run_id.lower()).strip("-")
    yield re.sub(r"[^A-Za-z0-9]+", "_", run_id).strip("_")


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    known = {one for one in words if len(one) >= _SHORTEST}
    return tuple(sorted(known, key=lambda one: (-len(one), one)))


def is_own(left: str, right: str, ours: tuple[Own, Own]) -> tuple[bool, bool]:
    """Whether the texts differ in their runs' own words alone, and if so whether in hashes too."""
    if ours[0].without_dates(left) == ours[1].without_dates(right):
        return True, False
    before, after = ours[0].tokens(left), ours[1].tokens(right)
    if len(before) != len(after):
        return False, False
    has_hash = False
    for at, (one, other) in enumerate(zip(before, after, strict=True)):
        if one == other:
            continue
        if one[0] != other[0] or not _is_expected(at, before, after, ours):
            return False, False
        has_hash |= one[0] in {"uuid", "hash"}
    return True, has_hash


def _is_expected(
    at: int, before: Sequence[Token], after: Sequence[Token], ours: tuple[Own, Own]
) -> bool:
    (kind, one), (_, other) = before[at], after[at]
    match kind:
        case "uuid" | "hash":
            return kind == "uuid" or len(one) == len(other)
        case "moment":
            return _are_alike_moments(_moment(one), _moment(other), ours)
        case "day":
            return _are_alike_days(_day(one), _day(other), ours)
        case "number":
            so_far = before[at - 1][1] if at else ""
            return _are_own_numbers(one, other, so_far, ours)
    return False


def _are_alike_days(left: date | None, right: date | None, ours: tuple[Own, Own]) -> bool:
    if left is None or right is None:
        return False
    pairs = zip(ours[0].offsets(left), ours[1].offsets(right), strict=True)
    return any(one is not None and one == other for one, other in pairs)


def _are_alike_moments(
    left: datetime | None, right: datetime | None, ours: tuple[Own, Own]
) -> bool:
    """As far from the run's dates, or both while the run was under way."""
    if left is None or right is None:
        return False
    if ours[0].is_during(left) and ours[1].is_during(right):
        return True
    pairs = zip(ours[0].distances(left), ours[1].distances(right), strict=True)
    return any(one is not None and one == other for one, other in pairs)


def _are_own_numbers(left: str, right: str, so_far: str, ours: tuple[Own, Own]) -> bool:
    if _TRIES.search(so_far[-24:]):
        return (left, right) == (str(ours[0].try_number), str(ours[1].try_number))
    return are_own_moments(float(left[:40]), float(right[:40]), ours)


def are_own_moments(left: float, right: float, ours: tuple[Own, Own]) -> bool:
    """Whether the numbers are seconds or milliseconds since 1970, both of their run's time."""
    moments = [_since_1970(one) for one in (left, right)]
    return all(
        moment is not None and own.is_during(moment)
        for moment, own in zip(moments, ours, strict=True)
    )


def _since_1970(number: float) -> datetime | None:
    for unit in (1, 1_000, 1_000_000):
        if _YEAR_2001 <= number / unit < _YEAR_2286:
            return datetime.fromtimestamp(number / unit, UTC)
    return None


def _moment(text: str) -> datetime | None:
    plain = text.replace("_", "T").replace(" ", "T").replace(",", ".")
    try:
        found = datetime.fromisoformat(plain)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> date | None:
    digits = re.findall(r"\d+", text)
    parts = digits if len(digits) == 3 else [text[:4], text[4:6], text[6:]]  # noqa: PLR2004 - year, month, day
    try:
        return date(*map(int, parts))
    except ValueError:
        return None
