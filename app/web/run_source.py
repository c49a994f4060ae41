"""The DAG's source with the lines that read an XCom marked."""

from collections import defaultdict
from dataclasses import dataclass

from app.graph.parts import Graph
from app.store.pages.run import RunPageFacts
from app.web.run_links import port_link

# A DAG file is seldom longer; what is cut off is in Airflow.
_MOST_LINES = 3000
# Fields named beside one line; a helper function may be read by hundreds.
_MOST_NOTES = 3


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    href: str
    is_broken: bool


@dataclass(frozen=True, slots=True)
class SourceLine:
    number: int
    text: str
    css: str
    notes: tuple[Note, ...]
    more: str  # Notes that are left out.


def source_lines(facts: RunPageFacts, graph: Graph) -> tuple[SourceLine, ...]:
    """Line by line; a line that several fields read from names each of them once."""
    notes = _notes(facts, graph)
    lines = (facts.source or "").splitlines()[:_MOST_LINES]
    return tuple(
        _line(number, line, notes.get(number, [])) for number, line in enumerate(lines, start=1)
    )


def _line(number: int, line: str, notes: list[Note]) -> SourceLine:
    notes = sorted(notes, key=lambda note: not note.is_broken)
    left = len(notes) - _MOST_NOTES
    return SourceLine(
        number=number,
        text=line,
        css=_css(notes),
        notes=tuple(notes[:_MOST_NOTES]),
        more=f"+ {left} more" if left > 0 else "",
    )


def _notes(facts: RunPageFacts, graph: Graph) -> dict[int, list[Note]]:
    notes: dict[int, list[Note]] = defaultdict(list)
    for card in graph.cards:
        if card.is_foreign:
            continue  # What it reads stands in the source of its own DAG.
        for row in card.inputs:
            note = Note(f"{card.id} {row.field}", port_link(facts, row.id), is_broken=False)
            for line in sorted({flow.line for flow in row.flows if flow.line}):
                notes[line].append(note)
        for pull in card.broken_pulls:
            if pull.problem.pull and pull.problem.pull.line:
                text = f"{card.id} {pull.field}"
                note = Note(text, port_link(facts, pull.id), is_broken=True)
                notes[pull.problem.pull.line].append(note)
    return notes


def _css(notes: list[Note]) -> str:
    if any(note.is_broken for note in notes):
        return "is-broken"
    return "is-read" if notes else ""
