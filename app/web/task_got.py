"""What a task instance got: its fields, with the stretches that came from another task; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from app.graph.addresses import label
from app.lineage.fields import field_of
from app.model.facts import FINISHED_STATES, Try
from app.model.findings import Candidates, Consumer, Flow, Problem, Producer
from app.model.ids import TryKey
from app.model.masks import MASK
from app.store.problems import StoredProblem
from app.web import links, text
from app.web.fields import Field, fields_of
from app.web.problem_words import correction, is_code, marked_wrong


@dataclass(frozen=True, slots=True)
class Source:
    """Where a stretch of a field came from."""

    evidence: str
    task: str
    href: str
    leaf: str
    value: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Same:
    """A stretch of a field that other tasks gave too, from one of which it may have come."""

    text: str
    sources: tuple[Source, ...]  # The nearest task first.


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a field's text; with an href it came from what is followed there."""

    text: str
    href: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A pull in a field that did not deliver."""

    href: str
    severity: str
    title: str
    wrong: tuple[text.Piece, ...]
    correction: str
    is_code: bool  # The correction: to be written as it stands.
    silent: bool
    kind: str
    line: int | None


@dataclass(frozen=True, slots=True)
class FieldRow:
    name: str
    address: str
    spans: tuple[Span, ...]
    href: str  # The page of the value; empty where there is none.
    copied: str  # Its text, for the button; empty where there is nothing to copy.
    is_rendered: bool
    is_masked: bool
    sources: tuple[Source, ...]
    same: tuple[Same, ...]
    broken: tuple[Broken, ...]


@dataclass(frozen=True, slots=True)
class FieldGroup:
    name: str
    rows: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True)
class Got:
    summary: str
    groups: tuple[FieldGroup, ...]  # Those in which something came from another task, or may have.
    others: tuple[FieldGroup, ...]  # Folded: nothing in them did.
    others_title: str
    evidence: str  # "all confirmed", when it is so.
    missing: str  # Why nothing rendered is shown, if so.


@dataclass(slots=True)
class _Material:
    deployment: str
    key: TryKey
    flows: dict[str, list[Flow]] = field(default_factory=dict)
    candidates: dict[str, list[Candidates]] = field(default_factory=dict)
    problems: dict[str, list[StoredProblem]] = field(default_factory=dict)


def got(
    *,
    deployment: str,
    attempt: Try,
    flows: Iterable[Flow],
    candidates: Iterable[Candidates],
    problems: Iterable[StoredProblem],
) -> Got:
    """The fields of one try. The findings: those whose consumer is its instance."""
    material = _Material(deployment, attempt.key)
    for flow in flows:
        material.flows.setdefault(flow.consumer.field, []).append(flow)
    for one in candidates:
        material.candidates.setdefault(one.consumer.field, []).append(one)
    for stored in problems:
        if stored.problem.consumer:
            material.problems.setdefault(stored.problem.consumer.field, []).append(stored)
    rendered = fields_of(attempt.rendered or {})
    known = {row.address for row in rendered}
    told = dict.fromkeys((*material.flows, *material.problems))
    unseen = [_unseen(address) for address in told if address not in known]
    groups = _groups((*rendered, *unseen), known, material)
    busy = tuple(
        group
        for group in groups
        if any(row.sources or row.same or row.broken for row in group.rows)
    )
    idle = tuple(group for group in groups if group not in busy)
    return Got(
        summary=_summary(material),
        groups=busy,
        others=idle,
        others_title=_others_title(idle),
        evidence=_evidence(material.flows),
        missing=_missing(attempt),
    )


def _unseen(address: str) -> Field:
    name = field_of(address)
    return Field(name, address, "")


def _groups(
    fields: Sequence[Field], known: set[str], material: _Material
) -> tuple[FieldGroup, ...]:
    order = dict.fromkeys(one.template_field for one in fields)
    positions = {name: position for position, name in enumerate(order)}
    sorted_fields = sorted(fields, key=lambda one: positions[one.template_field])
    return tuple(
        FieldGroup(name, tuple(_row(one, known, material) for one in ones))
        for name, ones in groupby(sorted_fields, key=lambda one: one.template_field)
    )


def _row(one: Field, known: set[str], material: _Material) -> FieldRow:
    flows = material.flows.get(one.address, [])
    is_masked = one.text == MASK
    return FieldRow(
        name=one.name,
        address=one.address,
        spans=spans(one.text, flows, material.deployment),
        href=_value_link(one, material) if one.address in known else "",
        copied="" if is_masked else text.copied(one.text),
        is_rendered=one.address in known,
        is_masked=is_masked,
        sources=tuple(source(flow, material.deployment) for flow in flows),
        same=tuple(
            _same(each, material.deployment) for each in material.candidates.get(one.address, [])
        ),
        broken=tuple(_broken(stored) for stored in material.problems.get(one.address, [])),
    )


def _value_link(one: Field, material: _Material) -> str:
    instance, number = material.key.instance, material.key.try_number
    return links.got_value(
        deployment=material.deployment,
        instance=instance,
        try_number=number,
        field=one.template_field,
        path=one.path,
    )


def source(flow: Flow, deployment: str) -> Source:
    """Where the flow's value came from, as a row names it."""
    return Source(
        evidence=flow.evidence.value,
        task=_name(flow.producer, flow.consumer),
        href=links.task_instance(deployment=deployment, instance=flow.producer.instance),
        leaf=label(flow.producer.key, flow.producer.path),
        value=flow.value,
        line=flow.line,
    )


def _same(one: Candidates, deployment: str) -> Same:
    sources = tuple(
        Source(
            evidence="",
            task=_name(producer, one.consumer),
            href=links.task_instance(deployment=deployment, instance=producer.instance),
            leaf=label(producer.key, producer.path),
            value=one.value,
            line=None,
        )
        for producer in one.producers
    )
    return Same(one.value, sources)


def _name(producer: Producer, consumer: Consumer) -> str:
    at = producer.instance
    elsewhere = "" if at.dag_id == consumer.instance.dag_id else f"{at.dag_id} / "
    return f"{elsewhere}{at.task_id}{text.mapped(at.map_index)}"


def spans(whole: str, flows: Iterable[Flow], deployment: str) -> tuple[Span, ...]:
    """The text cut at the flows' spans; of two that overlap the one that begins first is shown."""
    filled = [(start, end, flow) for flow in flows for start, end in flow.consumer.spans]
    pieces: list[Span] = []
    at = 0
    for start, end, flow in sorted(filled, key=lambda one: one[:2]):
        if start < at or end > len(whole) or start >= end:
            continue
        href = links.given_value(deployment=deployment, producer=flow.producer)
        pieces += [Span(whole[at:start]), Span(whole[start:end], href, flow.evidence.value)]
        at = end
    pieces.append(Span(whole[at:]))
    return tuple(piece for piece in pieces if piece.text)


def _broken(stored: StoredProblem) -> Broken:
    problem: Problem = stored.problem
    return Broken(
        href=links.problem(stored.pk),
        severity=problem.severity.value,
        title=problem.title,
        wrong=marked_wrong(problem),
        correction=correction(problem),
        is_code=is_code(problem),
        silent=problem.silent,
        kind=problem.kind.value,
        line=problem.pull.line if problem.pull else None,
    )


def _summary(material: _Material) -> str:
    flows = material.flows
    tasks = {flow.producer.instance.task_id for ones in flows.values() for flow in ones}
    if not tasks:
        return "nothing for certain" if material.candidates else "nothing from another task"
    return f"{text.count(len(flows), 'field')} from {text.count(len(tasks), 'task')}"


def _others_title(groups: tuple[FieldGroup, ...]) -> str:
    number = sum(len(group.rows) for group in groups)
    return f"{text.count(number, 'other field')} with no value of another task" if number else ""


def _evidence(flows: dict[str, list[Flow]]) -> str:
    grades = {flow.evidence.value for ones in flows.values() for flow in ones}
    return f"all {grades.pop()}" if len(grades) == 1 else ""


def _missing(attempt: Try) -> str:
    if attempt.rendered is not None:
        return ""
    if attempt.key.try_number == 0 and attempt.state in FINISHED_STATES:
        word = text.state_look(attempt.state).word
        return f"It never started ({word}), so Airflow rendered nothing for it."
    if attempt.key.try_number == 0 or attempt.start is None:
        return "This try has not started, so nothing is rendered yet."
    return (
        "The rendered fields of this try were not seen: it failed in its templates, or Airflow had "
        "already dropped them."
    )
