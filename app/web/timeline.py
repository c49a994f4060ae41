"""The history of a task instance as versions: what it got and gave at every point of time; pure.

A version is a try with what it rendered and pushed. Within a try there is another one whenever
something took the place of what was there: fields rendered again, a key pushed again, an XCom that
somebody changed or deleted when the try was over.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import zip_longest
from typing import TypeAlias

from app.lineage.seen import is_by_hand
from app.model.facts import Try, XCom, XComKey
from app.model.values import Json
from app.store.earlier_rendered import EarlierRendered
from app.web.task_gave import is_of


class What(StrEnum):
    """What made a version."""

    TRY = "try"
    RENDERED = "rendered again"
    PUSHED = "pushed again"
    BY_HAND = "changed by hand"
    DELETED = "deleted"


Fields: TypeAlias = Mapping[str, Json] | None


@dataclass(frozen=True, slots=True)
class Version:
    number: int  # From 1, the oldest.
    what: What
    since: datetime | None  # When it began; None: nobody knows.
    attempt: Try
    rendered: Fields  # None: never seen.
    is_rendered_current: bool  # What the try shows last; earlier ones were written over.
    xcoms: tuple[XCom, ...]  # What stood there in it, by key.
    keys: tuple[str, ...] = ()  # Of the XComs that made it.


@dataclass(frozen=True, slots=True)
class History:
    """What the versions are made of, everything in order of time."""

    tries: tuple[Try, ...]
    earlier: tuple[EarlierRendered, ...]
    xcoms: tuple[XCom, ...]
    gone: Mapping[XComKey, datetime]  # When we saw which versions gone.


@dataclass(frozen=True, slots=True)
class _Event:
    at: datetime
    what: What
    xcom: XCom | None = None
    rendered: Fields = None
    is_current: bool = True


def timeline(history: History) -> tuple[Version, ...]:
    """Every version, the oldest first: one at least for each try that began.

    Of an instance of which none did there is one, of its latest try.
    """
    begun = [one for one in history.tries if one.key.try_number > 0 and one.start is not None]
    shown = begun or history.tries[-1:]
    versions: list[Version] = []
    for attempt, following in zip_longest(shown, shown[1:]):
        versions.extend(_of_try(history, attempt, following))
    return tuple(replace(one, number=at) for at, one in enumerate(versions, start=1))


def version_at(versions: Sequence[Version], moment: datetime | None) -> Version:
    """The version that stood then, the first one before all of them; without a moment the last."""
    if moment is None:
        return versions[-1]
    begun = [one for one in versions if one.since is not None and one.since <= moment]
    return begun[-1] if begun else versions[0]


def _of_try(history: History, attempt: Try, following: Try | None) -> Iterator[Version]:
    number = attempt.key.try_number
    earlier = [one for one in history.earlier if one.try_number == number]
    fields: list[Fields] = [*(one.rendered for one in earlier), attempt.rendered]
    open_ = Version(
        0,
        What.TRY,
        attempt.start or attempt.queued_at,
        attempt,
        fields[0],
        is_rendered_current=len(fields) == 1,
        xcoms=(),
    )
    rendered = [
        _Event(one.replaced_at, What.RENDERED, None, after, at == len(earlier))
        for at, (one, after) in enumerate(zip(earlier, fields[1:], strict=True), start=1)
    ]
    own = [xcom for xcom in history.xcoms if is_of(xcom, attempt, following)]
    events = [*rendered, *_pushes(own, attempt), *_deletions(own, history.gone, following)]
    for event in sorted(events, key=lambda one: one.at):
        joined = _joined(open_, event)
        if joined is None:
            yield open_
            joined = _next(open_, event)
        open_ = joined
    yield open_


def _pushes(own: Iterable[XCom], attempt: Try) -> Iterator[_Event]:
    for xcom in own:
        by_hand = is_by_hand(xcom, attempt)
        yield _Event(xcom.at.timestamp, What.BY_HAND if by_hand else What.PUSHED, xcom)


def _deletions(
    own: Sequence[XCom], gone: Mapping[XComKey, datetime], following: Try | None
) -> Iterator[_Event]:
    """What went though neither a newer version nor the next try took its place."""
    newest = {xcom.at.key: xcom for xcom in own}
    ended = following.start if following else None
    for xcom in newest.values():
        gone_at = gone.get(xcom.at)
        if gone_at is not None and (ended is None or gone_at < ended):
            yield _Event(gone_at, What.DELETED, xcom)


def _joined(version: Version, event: _Event) -> Version | None:
    """The version with what happened in it; None when that makes another one."""
    if event.xcom is None:
        return None
    known = {xcom.at.key for xcom in version.xcoms}
    is_first_push = event.what is What.PUSHED and event.xcom.at.key not in known
    if is_first_push:
        return replace(version, xcoms=(*version.xcoms, event.xcom))
    is_same_moment = version.what is event.what is not What.PUSHED and version.since == event.at
    return _with(version, event) if is_same_moment else None


def _next(version: Version, event: _Event) -> Version:
    if event.xcom is None:
        after = replace(
            version, rendered=event.rendered, is_rendered_current=event.is_current, keys=()
        )
        return replace(after, what=event.what, since=event.at)
    return _with(replace(version, what=event.what, since=event.at, keys=()), event)


def _with(version: Version, event: _Event) -> Version:
    """The version after its XCom was pushed, changed or deleted."""
    assert event.xcom is not None  # noqa: S101 - told apart by the callers; tells mypy
    key = event.xcom.at.key
    others = tuple(xcom for xcom in version.xcoms if xcom.at.key != key)
    xcoms = others if event.what is What.DELETED else (*others, event.xcom)
    return replace(version, xcoms=xcoms, keys=(*version.keys, key))
