"""The panel beside the graph: all that is known about the chosen port, or what the run needs."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeAlias

from app.graph.addresses import address, found
from app.graph.parts import BrokenRow, Card, Edge, EdgeKind, Graph, InputRow, OutputRow
from app.model.contract import Contract
from app.model.facts import XCom
from app.model.findings import Evidence, Flow, Producer, Severity
from app.store.pages.run import RunPageFacts
from app.web import links, text
from app.web.contract_breaks import BreakLine, at_port, break_lines
from app.web.run_links import port_link, task_link
from app.web.run_remedies import Remedy, folded, remedies, remedy
from app.web.run_since import SinceNote, changed_input, changed_output
from app.web.run_words import card_state, elsewhere, kind_of, row_name, row_value, try_text

# Characters of a value before it folds.
_VALUE_ROOM = 240
# Lines of source named in the panel; the task instance page has them all.
_MOST_LINES = 4

_Row: TypeAlias = InputRow | OutputRow | BrokenRow


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    text: str
    exact: str = ""
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """The other end of a flow: a field that got the value, or the output that gave it."""

    task: str
    href: str  # Its port in the graph.
    where: str
    note: str
    evidence: str
    state: str | None
    elsewhere: str = ""  # Of a task of another run: its DAG, and how many runs of it.
    is_port: bool = True  # It is in the graph; else the link leads away from it.


@dataclass(frozen=True, slots=True)
class Support:
    """One line of evidence."""

    ok: bool | None
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Value:
    shown: text.Preview | None = None
    kind: str = ""
    missing: str = ""  # Why there is none.
    href: str = ""  # The page of the value.


@dataclass(frozen=True, slots=True)
class Panel:
    kind: str  # "rest", "output", "input" or "broken".
    port: str = ""
    title: str = ""
    subtitle: str = ""
    task: str = ""
    task_href: str = ""
    task_state: str | None = None
    elsewhere: str = ""  # Of a task of another run: its DAG, and how many runs of it.
    value: Value | None = None
    facts: tuple[Fact, ...] = ()
    came_from: tuple[End, ...] = ()
    went_to: tuple[End, ...] = ()
    went_to_count: str = ""
    remedies: tuple[Remedy, ...] = ()
    breaks: tuple[BreakLine, ...] = ()  # Where it differs from all runs before.
    contract_href: str = ""
    evidence: str = ""
    support: tuple[Support, ...] = ()
    since: SinceNote | None = None  # What was read has changed.


@dataclass(frozen=True, slots=True)
class _Desk:
    """What a panel is made from."""

    facts: RunPageFacts
    rows: Mapping[str, tuple[Card, _Row]]
    edges: tuple[Edge, ...]
    contract: Contract

    def edges_at(self, row: str) -> list[Edge]:
        return [edge for edge in self.edges if row in (edge.source, edge.target)]

    def end(self, row: str, flows: Iterable[Flow]) -> End:
        card, there = self.rows[row]
        return End(
            task=card.name,
            href=task_link(self.facts, card) if card.more else port_link(self.facts, row),
            where=row_name(there) if isinstance(there, OutputRow) else there.field,
            note=_note(tuple(flows)),
            evidence=_evidence(flows),
            state=card_state(card),
            elsewhere=elsewhere(card),
            is_port=not card.more,
        )


def panel(facts: RunPageFacts, graph: Graph, port: str, contract: Contract | None = None) -> Panel:
    """The panel of the port; of the whole run when there is no such port.

    `contract`: what the task of an output gave in all runs.
    """
    rows: dict[str, tuple[Card, _Row]] = {
        row.id: (card, row) for card in graph.cards for row in card.rows
    }
    desk = _Desk(facts, rows, graph.edges, contract or Contract())
    match desk.rows.get(port):
        case (Card() as card, OutputRow() as row):
            return _output(desk, card, row)
        case (Card() as card, InputRow() as row):
            return _input(desk, card, row)
        case (Card() as card, BrokenRow() as row):
            return _broken(desk, card, row)
    broken = remedies(facts, graph)
    return Panel(kind="rest", title=_verdict(facts, broken), remedies=folded(broken))


def _verdict(facts: RunPageFacts, found: tuple[Remedy, ...]) -> str:
    """What may be said of the run as far as it is known."""
    broken = sum(one.severity == Severity.ERROR for one in found)
    counts = {"broken": broken, "suspicious": len(found) - broken}
    if found:
        return ", ".join(f"{number} {word}" for word, number in counts.items() if number)
    if not facts.is_analysed:
        return "Not looked through yet"
    return "Nothing is broken so far" if facts.run.is_open else "Nothing is broken"


def _output(desk: _Desk, card: Card, row: OutputRow) -> Panel:
    edges = desk.edges_at(row.id)
    fields = [edge for edge in edges if edge.kind is EdgeKind.FLOW]
    flows = [flow for edge in fields for flow in edge.flows]
    instances = len({flow.consumer.instance for flow in flows})
    broken = [desk.rows[edge.target][1] for edge in edges if edge.kind is EdgeKind.MEANT]
    xcom = _pushed(desk.facts, card, row)
    return Panel(
        kind="output",
        port=row.id,
        title=row_name(row),
        subtitle="key of return.json" if row.port.key == "return_value" else "XCom",
        task=card.name,
        task_href=task_link(desk.facts, card, row),
        task_state=card_state(card),
        elsewhere=elsewhere(card),
        value=_given(desk, card, row, xcom),
        facts=tuple(_origin(card, row, xcom)),
        went_to=tuple(desk.end(edge.target, edge.flows) for edge in fields),
        went_to_count=f"{text.count(_fields(flows), 'field')}, {_instances(instances)}",
        remedies=tuple(remedy(desk.facts, one) for one in broken if isinstance(one, BrokenRow)),
        breaks=_breaks(desk, card, row),
        contract_href=links.contract(
            deployment=desk.facts.deployment,
            dag_id=desk.facts.run.key.dag_id,
            task_id=card.task_id,
        )
        if desk.contract.runs
        else "",
        evidence=_evidence(flows),
        support=tuple(_support(desk.facts, flows)),
        since=changed_output(desk.facts, flows),
    )


def _input(desk: _Desk, card: Card, row: InputRow) -> Panel:
    sources = [edge for edge in desk.edges_at(row.id) if edge.kind is EdgeKind.FLOW]
    return Panel(
        kind="input",
        port=row.id,
        title=row.field,
        subtitle="field",
        task=card.name,
        task_href=task_link(desk.facts, card, row),
        task_state=card_state(card),
        elsewhere=elsewhere(card),
        value=_received(desk, card, row),
        came_from=tuple(desk.end(edge.source, edge.flows) for edge in sources),
        remedies=tuple(remedy(desk.facts, one) for one in card.marks if one.on == row.id),
        evidence=_evidence(row.flows),
        support=tuple(_support(desk.facts, row.flows)),
        since=changed_input(desk.facts, row.flows),
    )


def _broken(desk: _Desk, card: Card, row: BrokenRow) -> Panel:
    meant = [row.meant.id] if row.meant and row.meant.id in desk.rows else []
    return Panel(
        kind="broken",
        port=row.id,
        title=row.field,
        subtitle="field" if row.problem.consumer else "output",
        task=card.name,
        task_href=task_link(desk.facts, card, row),
        task_state=card_state(card),
        elsewhere=elsewhere(card),
        came_from=tuple(desk.end(one, ()) for one in meant),
        remedies=(remedy(desk.facts, row),),
    )


def _breaks(desk: _Desk, card: Card, row: OutputRow) -> tuple[BreakLine, ...]:
    """Of the first instance that succeeded and differs in what the row shows."""
    known = (desk.contract, desk.facts.mark)
    for instance in card.instances:
        of_it = [one for one in desk.facts.xcoms if one.at.instance == instance.key]
        if instance.state == "success" and (
            lines := at_port(break_lines(known, of_it), row.port.key, row.port.path)
        ):
            return lines
    return ()


def _pushed(facts: RunPageFacts, card: Card, row: OutputRow) -> tuple[XCom, ...]:
    """The XComs the row shows a part of, as far as they are opened."""
    if card.is_foreign:
        return ()
    own = {one.key for one in card.instances}
    of_card = (one for one in facts.xcoms if one.at.key == row.port.key)
    return tuple(
        one
        for one in of_card
        if one.at.instance in own or (not own and one.at.instance.task_id == card.task_id)
    )


def _given(desk: _Desk, card: Card, row: OutputRow, xcoms: tuple[XCom, ...]) -> Value:
    """The value as it was pushed; of a mapped task the first one."""
    for xcom in xcoms:
        with suppress(LookupError):
            value = found(xcom.value, row.port.path)
            if not xcom.truncated:
                href = _value_link(desk, xcom, row)
                return Value(text.preview(value, _VALUE_ROOM), kind_of(value), href=href)
    if row.values:
        return Value(text.preview(row.values[0], _VALUE_ROOM), "as it was read")
    if card.is_foreign:
        return Value(missing="That run's values are not part of this page.")
    return Value(missing=f"{card.name} did not push it.")


def _value_link(desk: _Desk, xcom: XCom, row: OutputRow) -> str:
    # Of a port that stands for each item the list as a whole.
    steps = takewhile(lambda step: step is not None, row.port.path)
    path = tuple(step for step in steps if step is not None)
    producer = Producer(xcom.at.instance, 0, xcom.at.key, path)
    return links.given_value(deployment=desk.facts.deployment, producer=producer)


def _received(desk: _Desk, card: Card, row: InputRow) -> Value:
    words, is_said = row_value(row, card)
    if is_said and not row.is_rendered:
        return Value(missing=f"{card.name} did not render its fields.")
    whole = row.flows[0].value
    kind = f"{words}, the first is shown" if is_said else kind_of(whole)
    href = links.given_value(deployment=desk.facts.deployment, producer=row.flows[0].producer)
    return Value(text.preview(whole, _VALUE_ROOM), kind, href=href)


def _origin(card: Card, row: OutputRow, xcoms: tuple[XCom, ...]) -> Iterable[Fact]:
    if xcoms:
        tries = [one for one in card.instances if one.key == xcoms[0].at.instance]
        yield from (Fact("try", try_text(one)) for one in tries)
        at = text.clock(xcoms[0].at.timestamp)
        if at is not None:
            yield Fact("pushed", at.text, exact=at.exact)
    yield Fact("path", address(row.port.key, row.port.path), is_code=True)
    if len(xcoms) > 1:
        yield Fact("values", f"{len(xcoms)}; the first is shown")
    if xcoms and all(one.is_gone for one in xcoms):
        yield Fact("now", "gone from Airflow, kept here")


def _note(flows: tuple[Flow, ...]) -> str:
    """`chars 0–54`, `6 pods, chars 0–54`."""  # noqa: RUF002 - a range has an en dash
    instances = {flow.consumer.instance for flow in flows}
    spans = {flow.consumer.spans for flow in flows if flow.consumer.spans}
    words = [_instances(len(instances))] if len(instances) > 1 else []
    if len(spans) == 1:
        ranges = ", ".join(f"{start}\N{EN DASH}{end}" for start, end in next(iter(spans)))
        words.append(f"chars {ranges}")
    return ", ".join(words)


def _fields(flows: Iterable[Flow]) -> int:
    ends = (flow.consumer for flow in flows)
    return len({(one.instance.run, one.instance.task_id, one.field) for one in ends})


def _instances(number: int) -> str:
    return text.count(number, "task instance")


def _evidence(flows: Iterable[Flow]) -> str:
    grades = {flow.evidence for flow in flows}
    return " and ".join(grade.value for grade in Evidence if grade in grades)


def _support(facts: RunPageFacts, flows: Iterable[Flow]) -> Iterable[Support]:
    """Why we say so: what source names, and what the rendered fields show.

    Of the source of other DAGs, which is not at hand here, no line is named.
    """
    known = tuple(flows)
    if not known:
        return
    own = (flow for flow in known if flow.consumer.instance.run == facts.run.key)
    lines = sorted({flow.line for flow in own if flow.line is not None})
    declared = [flow for flow in known if flow.evidence is not Evidence.INFERRED]
    word = "line" if len(lines) == 1 else "lines"
    shown = ", ".join(map(str, lines[:_MOST_LINES])) + (" …" if len(lines) > _MOST_LINES else "")
    if declared:
        yield Support(ok=True, text="source names it", note=f"{word} {shown}" if lines else "")
    else:
        yield Support(ok=None, text="source does not name it", note="")
    yield from _seen(known)


def _seen(flows: tuple[Flow, ...]) -> Iterable[Support]:
    checked = [flow for flow in flows if flow.evidence is not Evidence.DECLARED]
    good = [flow for flow in checked if flow.evidence is not Evidence.CONTRADICTED]
    if not checked:
        yield Support(ok=None, text="the rendered field was not seen", note="")
    elif len(good) == len(checked):
        note = f"{len(good)} of {len(flows)}"
        yield Support(ok=True, text="value stands in the rendered field", note=note)
    else:
        note = f"{len(checked) - len(good)} of {len(flows)}"
        yield Support(ok=False, text="the rendered field shows another value", note=note)
