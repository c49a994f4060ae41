"""What a task instance gave: each XCom as a tree, each leaf with those who read it; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.graph.meant import meant
from app.model.facts import Try, XCom
from app.model.findings import Flow
from app.model.leaves import LeafAddress, address_in
from app.model.values import Path
from app.store.problems import StoredProblem
from app.web import links, text
from app.web.contract_breaks import BreakLine, Known, break_lines
from app.web.kept_only import xcom_note
from app.web.xcom_tree import Differs, Reader, TreeRow, tree_rows


@dataclass(frozen=True, slots=True)
class Cut:
    """A value of which only the beginning is kept."""

    sha256: str  # Of all of it; empty when it is not known.
    whole_href: str | None  # In Airflow, as long as it is there.


@dataclass(frozen=True, slots=True)
class GivenXCom:
    key: str
    rows: tuple[TreeRow, ...]
    size: str
    cut: Cut | None  # None: its value is kept whole.
    kept_only: str  # Why it stands nowhere but here, if so.
    json: str  # Empty where a row says it all.
    copied: str  # All of that, for the button; empty where it is not the whole.
    at: LeafAddress  # Of the whole; its rows' paths lead on from there.


@dataclass(frozen=True, slots=True)
class EarlierXCom:
    key: str
    pushed: text.Moment | None
    kept_only: str
    value: text.Preview
    href: str  # The page of the value.


@dataclass(frozen=True, slots=True)
class Failed:
    """A push that failed."""

    href: str
    severity: str
    title: str
    kind: str
    correction: str


@dataclass(frozen=True, slots=True)
class Gave:
    summary: str
    pushed: text.Moment | None  # The last one.
    xcoms: tuple[GivenXCom, ...]
    earlier: tuple[EarlierXCom, ...]  # Versions of other tries, or written over since.
    failed: tuple[Failed, ...]
    breaks: tuple[BreakLine, ...]  # Where it gave otherwise than in the runs before.
    contract_href: str  # Empty: nothing was learned of it yet.


@dataclass(frozen=True, slots=True)
class GaveFacts:
    deployment: str
    dag_id: str
    task_id: str
    task_ids: frozenset[str]
    xcoms: tuple[XCom, ...]
    flows: tuple[Flow, ...]
    problems: tuple[StoredProblem, ...]  # Of the whole run: one may have meant this task.
    known: Known
    run_gone_at: datetime | None = None
    airflow_href: str | None = None  # Of the task instance.


def gave(facts: GaveFacts, *, attempt: Try, following: Try | None, now: datetime) -> Gave:
    """What stood under each key when the try ended; other versions count as earlier."""
    ordered = given_by(facts.xcoms, attempt, following)
    chosen = {xcom.at for xcom in ordered}
    earlier = [xcom for xcom in facts.xcoms if xcom.at not in chosen]
    readers = _readers(facts)
    # A try that failed may not have come to what it gives.
    broken = break_lines(facts.known, ordered) if attempt.state == "success" else ()
    return Gave(
        summary=_summary(ordered),
        pushed=text.clock(max((xcom.at.timestamp for xcom in ordered), default=None)),
        xcoms=tuple(_given(xcom, readers.get(xcom.at.key, {}), broken, facts) for xcom in ordered),
        earlier=tuple(_earlier(xcom, now, facts) for xcom in reversed(earlier)),
        failed=tuple(_failed(stored) for stored in facts.problems if _is_push(stored, facts)),
        breaks=broken,
        contract_href=links.contract(
            deployment=facts.deployment, dag_id=facts.dag_id, task_id=facts.task_id
        )
        if facts.known[0].runs
        else "",
    )


def given_by(xcoms: Iterable[XCom], attempt: Try, following: Try | None) -> list[XCom]:
    """What stood under each key when the try ended, the return value first."""
    own = {xcom.at.key: xcom for xcom in xcoms if is_of(xcom, attempt, following)}
    return sorted(own.values(), key=lambda xcom: (xcom.at.key != "return_value", xcom.at.key))


def is_of(xcom: XCom, attempt: Try, following: Try | None) -> bool:
    """Airflow does not tell an XCom's try: it is told by when it was pushed."""
    pushed = xcom.at.timestamp
    starts = attempt.start is None or attempt.key.try_number <= 1 or pushed >= attempt.start
    ends = following is None or following.start is None or pushed < following.start
    return starts and ends


def _summary(xcoms: list[XCom]) -> str:
    if not xcoms:
        return "nothing"
    return f"{text.count(len(xcoms), 'key')}, {text.size(sum(xcom.size for xcom in xcoms))}"


def _differs(broken: Iterable[BreakLine], xcom: XCom) -> dict[Path, Differs]:
    """Of a leaf that breaks the contract twice the graver break, which is told first."""
    return {
        one.path: Differs(one.severity, one.reason)
        for one in reversed(tuple(broken))
        if one.key == xcom.at.key
    }


def _given(
    xcom: XCom,
    readers: dict[Path, tuple[Reader, ...]],
    broken: Iterable[BreakLine],
    facts: GaveFacts,
) -> GivenXCom:
    is_opened = isinstance(xcom.value, dict | list)
    return GivenXCom(
        key=xcom.at.key,
        rows=tree_rows(xcom.at.key, xcom.value, readers, _differs(broken, xcom)),
        size=text.size(xcom.size),
        cut=_cut(xcom, facts) if xcom.truncated else None,
        kept_only=xcom_note(xcom, run_gone_at=facts.run_gone_at),
        json=text.preview(xcom.value).whole if is_opened else "",
        copied=text.copied(xcom.value) if is_opened else "",
        at=address_in(xcom.at, facts.deployment),
    )


def _cut(xcom: XCom, facts: GaveFacts) -> Cut:
    is_gone = xcom.is_gone or facts.run_gone_at is not None
    return Cut(xcom.sha256 or "", None if is_gone else facts.airflow_href)


def _earlier(xcom: XCom, now: datetime, facts: GaveFacts) -> EarlierXCom:
    return EarlierXCom(
        key=xcom.at.key,
        pushed=text.ago(xcom.at.timestamp, now),
        kept_only=xcom_note(xcom, run_gone_at=facts.run_gone_at),
        value=text.preview(xcom.value),
        href=links.value(address_in(xcom.at, facts.deployment)),
    )


def _is_push(stored: StoredProblem, facts: GaveFacts) -> bool:
    problem = stored.problem
    at = problem.producer.instance if problem.producer and not problem.consumer else None
    return at is not None and (at.dag_id, at.task_id) == (facts.dag_id, facts.task_id)


def _failed(stored: StoredProblem) -> Failed:
    suggestion = stored.problem.suggestion
    return Failed(
        href=links.problem(stored.pk),
        severity=stored.problem.severity.value,
        title=stored.problem.title,
        kind=stored.problem.kind.value,
        correction=suggestion.text if suggestion else "",
    )


def _readers(facts: GaveFacts) -> dict[str, dict[Path, tuple[Reader, ...]]]:
    """By key and path; mapped instances of one task that read the same leaf are one reader."""
    flows: dict[tuple[str, Path, str, str, str], list[Flow]] = {}
    for flow in facts.flows:
        at = flow.consumer.instance
        leaf = (flow.producer.key, flow.producer.path)
        flows.setdefault((*leaf, at.dag_id, at.task_id, flow.consumer.field), []).append(flow)
    found: dict[str, dict[Path, list[Reader]]] = {}
    for (key, path, *_), ones in flows.items():
        found.setdefault(key, {}).setdefault(path, []).append(_reader(ones, facts))
    for key, path, reader in _broken_readers(facts.problems, facts):
        found.setdefault(key, {}).setdefault(path, []).append(reader)
    return {
        key: {path: tuple(ones) for path, ones in paths.items()} for key, paths in found.items()
    }


def _reader(flows: list[Flow], facts: GaveFacts) -> Reader:
    at = flows[0].consumer.instance
    elsewhere = "" if at.dag_id == facts.dag_id else f"{at.dag_id} / "
    mapped = text.mapped(at.map_index) if len(flows) == 1 else ""
    return Reader(
        task=f"{elsewhere}{at.task_id}{mapped}",
        number=text.times(len(flows)),
        field=flows[0].consumer.field,
        href=links.task_instance(deployment=facts.deployment, instance=at),
    )


def _broken_readers(
    problems: Iterable[StoredProblem], facts: GaveFacts
) -> Iterable[tuple[str, Path, Reader]]:
    for stored in problems:
        problem = stored.problem
        port = meant(problem, dag_id=facts.dag_id, task_ids=facts.task_ids)
        if port is None or port.card != facts.task_id or problem.consumer is None:
            continue
        path = tuple(step for step in port.path if step is not None)
        task = problem.consumer.instance.task_id
        href = links.problem(stored.pk)
        yield port.key, path, Reader(task, "", problem.consumer.field, href, is_broken=True)
