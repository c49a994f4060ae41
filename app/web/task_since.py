"""What a field read of an XCom beside what is stored of it now; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.graph.addresses import label
from app.lineage.seen import How, Since, part, since
from app.model.facts import Try, XCom
from app.model.findings import Flow, ProblemKind
from app.model.ids import TaskInstanceKey
from app.model.values import Json
from app.store.pages.since import Changed
from app.store.problems import StoredProblem
from app.web import links, text
from app.web.leaf_changes import Side, side, sides

# Rows of one table; who has more is told how many.
_MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class SinceRow:
    """One field that holds what an XCom no longer is; `number`: so many instances alike."""

    reader: str
    reader_href: str
    number: str
    field: str
    producer: str
    leaf: str
    then: Side
    then_at: text.Moment | None
    then_href: str  # The producer's version that was read.
    now: Side | None  # None: Airflow has none.
    now_at: text.Moment | None
    now_href: str
    is_same: bool
    how: str
    problem_href: str  # Of the problem that tells it too; empty where none does.


@dataclass(frozen=True, slots=True)
class SinceRows:
    rows: tuple[SinceRow, ...] = ()
    more: int = 0


def changes_since(
    flows: Iterable[Flow],
    changed: Changed,
    readers: Mapping[TaskInstanceKey, Sequence[Try]],
) -> tuple[Since, ...]:
    """What became of the XComs that these flows read, where it is not still the same version."""
    found = []
    for flow in flows:
        place = (flow.producer.instance, flow.producer.key)
        own = [
            one
            for one in readers.get(flow.consumer.instance, ())
            if one.key.try_number == flow.consumer.try_number
        ]
        if place in changed.versions and own:
            tries = changed.tries.get(flow.producer.instance, ())
            one = since(flow, versions=changed.versions[place], tries=tries, reader=own[0])
            found += [one] if one else []
    return tuple(found)


def of_latest_tries(
    flows: Iterable[Flow], readers: Mapping[TaskInstanceKey, Sequence[Try]]
) -> tuple[Flow, ...]:
    """Those into the latest try of their reader: what an earlier one read concerns nobody now."""
    latest = {instance: tries[-1].key.try_number for instance, tries in readers.items()}
    return tuple(
        flow for flow in flows if latest.get(flow.consumer.instance) == flow.consumer.try_number
    )


def since_rows(
    found: Sequence[Since], *, deployment: str, here: str, problems: Iterable[StoredProblem]
) -> SinceRows:
    """The rows of a table on a page of the DAG `here`; alike mapped readers are one row."""
    told = _stale(problems)
    alike: dict[tuple[object, ...], list[Since]] = {}
    for one in found:
        alike.setdefault(_likeness(one), []).append(one)
    rows = [_row(ones, deployment, here, told) for ones in list(alike.values())[:_MOST_ROWS]]
    return SinceRows(tuple(rows), max(0, len(alike) - _MOST_ROWS))


def _likeness(one: Since) -> tuple[object, ...]:
    at, source = one.flow.consumer.instance, one.flow.producer
    reader = (at.dag_id, at.run_id, at.task_id, one.flow.consumer.try_number)
    what = (source.instance, source.key, source.path, one.then.at, one.latest.at)
    return (reader, one.flow.consumer.field, what)


def _row(
    alike: Sequence[Since], deployment: str, here: str, told: Mapping[tuple[object, ...], int]
) -> SinceRow:
    one = alike[0]
    consumer, producer, now = one.flow.consumer, one.flow.producer, one.now
    then_side, now_side = _sides(one)
    problem = told.get((consumer.instance, consumer.field))
    return SinceRow(
        reader=_name(consumer.instance, here, is_many=len(alike) > 1),
        reader_href=links.task_instance(
            deployment=deployment, instance=consumer.instance, try_number=consumer.try_number
        ),
        number=text.times(len(alike)),
        field=consumer.field,
        producer=_name(producer.instance, here),
        leaf=label(producer.key, producer.path),
        then=then_side,
        then_at=text.day_time(one.then.at.timestamp),
        then_href=_version_href(deployment, one.then),
        now=now_side,
        now_at=text.day_time(now.at.timestamp) if now else None,
        now_href=_version_href(deployment, now) if now else "",
        is_same=one.is_same is True,
        how=how_words(one),
        problem_href="" if problem is None else links.problem(problem),
    )


def how_words(one: Since) -> str:
    """Who changed it, as far as it is known, as the rest of a sentence about the XCom."""
    number = one.by.key.try_number if one.by else 0
    match one.how:
        case How.RAN_AGAIN:
            return f"try {number} pushed it"
        case How.RUNS_AGAIN:
            return f"try {number} has begun and pushed none so far"
        case How.PUSHED_AGAIN:
            return f"try {number} pushed it again" if number else "pushed again"
        case How.BY_HAND:
            return "changed by hand, or through Airflow's API"
        case How.DELETED:
            return "deleted by hand, or through Airflow's API"


def _sides(one: Since) -> tuple[Side, Side | None]:
    path = one.flow.producer.path
    if one.then.truncated or (one.now and one.now.truncated):
        return side(one.flow.value), _note("too large to be compared here") if one.now else None
    before = part(one.then, path)
    if one.now is None:
        return _whole(before), None
    after = part(one.now, path)
    if before and after:
        return sides(before[0], after[0])
    return _whole(before), _whole(after)


def _whole(part: tuple[Json, ...]) -> Side:
    return side(part[0]) if part else _note("not there")


def _note(words: str) -> Side:
    return Side((text.Piece(words, "quiet"),))


def _version_href(deployment: str, xcom: XCom) -> str:
    return links.history(deployment=deployment, instance=xcom.at.instance, at=xcom.at.timestamp)


def _name(instance: TaskInstanceKey, here: str, *, is_many: bool = False) -> str:
    elsewhere = "" if instance.dag_id == here else f"{instance.dag_id} / "
    mapped = "" if is_many else text.mapped(instance.map_index)
    return f"{elsewhere}{instance.task_id}{mapped}"


def _stale(problems: Iterable[StoredProblem]) -> dict[tuple[object, ...], int]:
    """The problems that tell of old values, by the field that has one."""
    return {
        (one.problem.consumer.instance, one.problem.consumer.field): one.pk
        for one in problems
        if one.problem.kind is ProblemKind.STALE_VALUE and one.problem.consumer
    }
