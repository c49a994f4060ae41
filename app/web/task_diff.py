"""What a task instance got and gave beside the last good run before it; pure."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from app.lineage.compare.compare import compare
from app.lineage.compare.comparison import Change, ChangeKind, Pair
from app.lineage.compare.documents import fields_of, read
from app.model.facts import Try, XCom
from app.model.sides import InstanceSide, RunSide, StoredValue
from app.model.values import Json
from app.store.pages.beside_good import BesideGood
from app.web import links, text
from app.web.compare_rows import PairRows, Shown, pair_rows
from app.web.task_leaves import JsonText, json_text


@dataclass(frozen=True, slots=True)
class Good:
    """The run that is compared with."""

    title: str  # "the last good run", or what stands in for it.
    run_id: str
    href: str  # Of the same task there.
    state: str
    when: text.Moment | None
    whole_href: str  # Of the comparison of all tasks of both runs.


@dataclass(frozen=True, slots=True)
class DiffPart:
    """What it got, or what it gave."""

    summary: str
    rows: PairRows
    notes: tuple[str, ...]
    then: tuple[JsonText, ...]  # What the good run has, where nothing here stands beside it.


@dataclass(frozen=True, slots=True)
class TaskDiff:
    """`good` None: there is nothing to compare with."""

    good: Good | None
    got: DiffPart | None = None
    gave: DiffPart | None = None


def task_diff(
    found: BesideGood,
    deployment: str,
    attempt: Try,
    following: Try | None,
    xcoms: Iterable[XCom],
) -> TaskDiff:
    """`xcoms`: what the try gave. Of an instance the good run does not have, the parts are None."""
    if found.good is None:
        return TaskDiff(None)
    here = found.here if following is None else _at_try(found.here, attempt, xcoms)
    pair = _pair(found.good, here, found.before, attempt)
    good = _good(found.good, _title(found.good, is_good=found.is_good), pair, attempt, deployment)
    if pair is None or pair.left is None or pair.right is None:
        return TaskDiff(good)
    both = pair.left, pair.right
    named = Shown(left=good.title, right="this run")
    return TaskDiff(
        good,
        got=_part(pair, both, deployment, replace(named, gave=False)),
        gave=_part(pair, both, deployment, replace(named, got=False)),
    )


def _pair(good: RunSide, here: RunSide, before: RunSide | None, attempt: Try) -> Pair | None:
    pairs = compare(good, here, before).pairs
    own = (one for one in pairs if one.right and one.right.key == attempt.key.instance)
    return next(own, None)


def _at_try(here: RunSide, attempt: Try, xcoms: Iterable[XCom]) -> RunSide:
    """The run with the instance as an earlier try of it was."""
    instances = (
        _of_try(one, attempt, xcoms) if one.key == attempt.key.instance else one
        for one in here.instances
    )
    return replace(here, instances=tuple(instances))


def _of_try(one: InstanceSide, attempt: Try, xcoms: Iterable[XCom]) -> InstanceSide:
    rendered = attempt.rendered
    return replace(
        one,
        try_number=attempt.key.try_number,
        state=attempt.state,
        start=attempt.start,
        end=attempt.end,
        rendered=None if rendered is None else json.dumps(dict(rendered)),
        xcoms={xcom.at.key: _stored(xcom) for xcom in xcoms},
    )


def _stored(xcom: XCom) -> StoredValue:
    return StoredValue(json.dumps(xcom.value), xcom.size, xcom.truncated, xcom.sha256)


def _title(good: RunSide, *, is_good: bool) -> str:
    if good.run.state != "success":
        return "the run before"
    return "the last good run" if is_good else "the last run that succeeded"


def _good(good: RunSide, title: str, pair: Pair | None, attempt: Try, deployment: str) -> Good:
    run, left = good.run, pair.left if pair else None
    return Good(
        title=title,
        run_id=run.key.run_id,
        href=links.task_instance(deployment=deployment, instance=left.key)
        if left
        else links.run(deployment=deployment, run=run.key),
        state=run.state,
        when=text.day_and_time(run.start or run.run_after),
        whole_href=links.compare(
            deployment=deployment,
            dag_id=run.key.dag_id,
            left=run.key.run_id,
            right=attempt.key.instance.run_id,
        ),
    )


#: The instance in the good run, and here.
_Both: TypeAlias = tuple[InstanceSide, InstanceSide]


def _part(pair: Pair, both: _Both, deployment: str, shown: Shown) -> DiffPart:
    (rows,), _ = pair_rows([pair], deployment=deployment, on_path=frozenset(), shown=shown)
    changes = [one for one in pair.changes if shown.holds(one.place)]
    alone = _fields_alone(*both) if shown.got else _xcoms_alone(*both)
    return DiffPart(
        summary=_summary(changes, rows),
        rows=rows,
        notes=() if shown.got else tuple(_given(changes, both, shown)),
        then=tuple(json_text(name, value) for name, value in alone.items()),
    )


def _summary(changes: Iterable[Change], rows: PairRows) -> str:
    counts = Counter(one.kind for one in changes if one.always is None)
    told = [f"{counts[kind]} {kind}" for kind in ChangeKind if counts[kind]]
    return ", ".join(told) or ("not compared" if rows.doubts else "nothing changed")


def _given(changes: Iterable[Change], both: _Both, shown: Shown) -> Iterator[str]:
    """Keys of one side alone: they are no changes where a side did not end well."""
    good, here = both
    if not good.xcoms and not here.xcoms:
        yield "It gave nothing in either run."
    told = {one.name for one in changes}
    for name, own, other in ((shown.left, good, here), (shown.right, here, good)):
        keys = [key for key in own.xcoms if key not in other.xcoms and key not in told]
        if keys:
            yield f"Only {name} gave {', '.join(keys)}."


def _fields_alone(good: InstanceSide, here: InstanceSide) -> Mapping[str, Json]:
    if here.rendered is not None:
        return {}
    return {name: value for name, value in fields_of(good.rendered).items() if value}


def _xcoms_alone(good: InstanceSide, here: InstanceSide) -> Mapping[str, Json]:
    if here.xcoms:
        return {}
    whole = {key: one.text for key, one in good.xcoms.items() if not one.is_cut}
    return {key: read(stored) for key, stored in whole.items() if stored is not None}
