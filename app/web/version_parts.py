"""One version of a task instance beside the version before it: what it got and gave; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.model.facts import XCom, XComKey
from app.web import text
from app.web.kept_only import rendered_note, superseded_note, xcom_note
from app.web.leaf_changes import Change, Leaf, compared, field_leaves, xcom_leaves
from app.web.timeline import Version, What
from app.web.version_links import field_hrefs, xcom_hrefs

# Rows of either kind that one panel shows.
_MOST_ROWS = 300
# Rows that are the same and stand open, where other rows differ.
_FEW = 8


@dataclass(frozen=True, slots=True)
class Given:
    """One XCom as it stood there."""

    key: str
    pushed: text.Moment | None
    size: str
    is_whole: bool
    kept_only: str


@dataclass(frozen=True, slots=True)
class Part:
    """What it got, or what it gave."""

    summary: str
    missing: str  # Why nothing is shown, if so.
    note: str  # Why it is not compared, if so.
    kept_only: str
    differing: tuple[Leaf, ...]
    same: tuple[Leaf, ...]
    same_title: str
    is_open: bool  # What is the same stands open.
    more: int  # Rows that are not shown.
    given: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known beside the versions themselves."""

    versions: Sequence[Version]
    values: Mapping[XComKey, XCom]  # Of the versions that are compared.
    newer_runs: int
    gone_at: datetime | None
    deployment: str = ""  # Empty: no leaf leads to the page of its value.


def got_part(version: Version, before: Version | None, ground: Ground) -> Part:
    """The rendered fields of a version."""
    known = version.rendered is not None
    is_compared = known and before is not None and before.rendered is not None
    rows = compared(
        field_leaves(before.rendered if before and is_compared else version.rendered),
        field_leaves(version.rendered),
        {**_fields(before, ground), **_fields(version, ground)},
    )
    return _part(
        rows,
        "field",
        is_compared=is_compared,
        missing="" if known else _unseen(version, ground),
        note="" if is_compared or before is None or not known else _NOT_BEFORE,
        kept_only=fields_kept(version, ground),
    )


def gave_part(version: Version, before: Version | None, ground: Ground) -> Part:
    """The XComs of a version."""
    after = xcom_leaves(_valued(version.xcoms, ground))
    is_compared = before is not None and bool(before.xcoms)
    old = xcom_leaves(_valued(before.xcoms, ground)) if before and is_compared else after
    rows = compared(old, after, {**_values(before, ground), **_values(version, ground)})
    ordered = sorted(version.xcoms, key=lambda one: (one.at.key != "return_value", one.at.key))
    return _part(
        rows,
        "leaf",
        "leaves",
        is_compared=is_compared,
        missing="" if rows else "There was no XCom of it.",
        note="The version before had given nothing." if before and rows and not is_compared else "",
        given=tuple(_given(ground.values.get(one.at, one), ground) for one in ordered),
    )


def _fields(version: Version | None, ground: Ground) -> dict[str, str]:
    return field_hrefs(version, ground.deployment) if version and ground.deployment else {}


def _values(version: Version | None, ground: Ground) -> dict[str, str]:
    if version is None or not ground.deployment:
        return {}
    return xcom_hrefs(_valued(version.xcoms, ground), ground.deployment)


_NOT_BEFORE = "The fields of the version before were not seen: there is nothing to compare with."


def _unseen(version: Version, ground: Ground) -> str:
    if version.attempt.start is None:
        return "It had not started, so nothing was rendered."
    last = ground.versions[-1].attempt
    reasons = [
        "it failed in its templates",
        "a later try had written over them" if last.key > version.attempt.key else "",
        "Airflow had already dropped them",
    ]
    return f"The rendered fields of this try were not seen: {', or '.join(filter(None, reasons))}."


def fields_kept(version: Version, ground: Ground) -> str:
    """Why its fields stand nowhere but here, if so."""
    if not version.is_rendered_current:
        return superseded_note(ground.gone_at)
    later = [one.attempt for one in ground.versions if one.number > version.number]
    others = [one for one in later if one.key != version.attempt.key]
    return rendered_note(
        version.attempt,
        later=others[0] if others else None,
        newer_runs=ground.newer_runs,
        run_gone_at=ground.gone_at,
    )


def _valued(xcoms: Iterable[XCom], ground: Ground) -> tuple[XCom, ...]:
    return tuple(ground.values.get(one.at, one) for one in xcoms)


def _given(xcom: XCom, ground: Ground) -> Given:
    return Given(
        key=xcom.at.key,
        pushed=text.day_time(xcom.at.timestamp),
        size=text.size(xcom.size),
        is_whole=not xcom.truncated,
        kept_only=xcom_note(xcom, run_gone_at=ground.gone_at),
    )


def _part(  # noqa: PLR0913 - most by keyword, as they stand in Part
    rows: Sequence[Leaf],
    one: str,
    many: str | None = None,
    *,
    is_compared: bool,
    missing: str = "",
    note: str = "",
    kept_only: str = "",
    given: tuple[Given, ...] = (),
) -> Part:
    differing = [row for row in rows if row.change is not Change.SAME]
    same = [row for row in rows if row.change is Change.SAME]
    return Part(
        summary=_summary(rows, one, many) if is_compared else text.count(len(rows), one, many),
        missing=missing,
        note=note,
        kept_only=kept_only,
        differing=tuple(differing[:_MOST_ROWS]),
        same=tuple(same[:_MOST_ROWS]),
        same_title=f"{text.count(len(same), one, many)} as before" if is_compared else "",
        is_open=not differing or len(same) <= _FEW,
        more=max(0, len(differing) - _MOST_ROWS) + max(0, len(same) - _MOST_ROWS),
        given=given,
    )


def _summary(rows: Sequence[Leaf], one: str, many: str | None) -> str:
    counts = Counter(row.change for row in rows)
    told = [f"{counts[kind]} {kind}" for kind in Change if counts[kind] and kind is not Change.SAME]
    return ", ".join(told) or ("nothing changed" if rows else text.count(0, one, many))


def title(version: Version) -> str:
    """What made the version, in a few words."""
    number = version.attempt.key.try_number
    keys = ", ".join(version.keys)
    match version.what:
        case What.TRY:
            return f"Try {number}" if number else "Not started"
        case What.RENDERED:
            return f"Try {number} rendered its fields again"
        case What.PUSHED:
            return f"Try {number} pushed {keys} again"
        case What.BY_HAND:
            return f"{keys} changed by hand"
        case What.DELETED:
            return f"{keys} deleted"


def explanation(version: Version) -> str:
    """How that is known, where the title may be doubted."""
    match version.what:
        case What.BY_HAND:
            return "No try was at work then: somebody did it in Airflow's pages or through its API."
        case What.DELETED:
            return (
                "Neither another try nor another version took its place: somebody deleted it. The "
                "time is when xcomtrace saw it gone."
            )
        case What.RENDERED:
            return (
                "A deferred task renders again when it goes on, a rescheduled sensor at each poke. "
                "The time is when xcomtrace saw other fields."
            )
        case _:
            return ""
