"""The rows of a folded TaskGroup: what comes in, what goes out, what is broken in it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from app.graph.inputs import input_id, worst_evidence
from app.graph.parts import BrokenRow, Card, InputRow, OutputRow, Port

# More rows of a kind than this are put together: those of the same field, or of the same key.
_MOST = 6
_Row = TypeVar("_Row", InputRow, OutputRow, BrokenRow)


@dataclass(frozen=True, slots=True)
class Folded:
    broken_pulls: tuple[BrokenRow, ...]
    inputs: tuple[InputRow, ...]
    broken_pushes: tuple[BrokenRow, ...]
    outputs: tuple[OutputRow, ...]
    marks: tuple[BrokenRow, ...]
    renamed: Mapping[str, str]  # Ids of rows that were put together, to the id they have now.


def fold_rows(group: str, members: Iterable[Card], used: Collection[str]) -> Folded:
    """`used`: ids of the rows that edges of the group's outside end at."""
    renamed: dict[str, str] = {}
    shown = [_named(card, group) for card in members]
    marked = {row.on for card in shown for row in card.marks}
    inputs = [row for card in shown for row in card.inputs if row.id in used or row.id in marked]
    outputs = [row for card in shown for row in card.outputs if row.id in used]
    pulls = [row for card in shown for row in card.broken_pulls]
    pushes = [row for card in shown for row in card.broken_pushes]
    marks = [row for card in shown for row in card.marks]
    return Folded(
        broken_pulls=_alike(pulls, renamed),
        inputs=_inputs(group, inputs, renamed),
        broken_pushes=_alike(pushes, renamed),
        outputs=_outputs(group, outputs, renamed),
        marks=tuple(replace(row, on=renamed.get(row.on, row.on)) for row in marks),
        renamed=renamed,
    )


def _named(card: Card, group: str) -> Card:
    """The card with its own name on each of its rows, as far as the group's does not tell it."""
    of = card.name.removeprefix(f"{group}.")
    return replace(
        card,
        broken_pulls=tuple(replace(row, of=of) for row in card.broken_pulls),
        inputs=tuple(replace(row, of=of) for row in card.inputs),
        broken_pushes=tuple(replace(row, of=of) for row in card.broken_pushes),
        outputs=tuple(replace(row, of=of) for row in card.outputs),
        marks=tuple(replace(row, of=of) for row in card.marks),
    )


def _alike(rows: Sequence[BrokenRow], renamed: dict[str, str]) -> tuple[BrokenRow, ...]:
    """What went wrong in the same way, once."""
    same = _together(rows, lambda row: (row.field, row.problem.kind, row.reads))
    for several in same:
        renamed.update((row.id, several[0].id) for row in several[1:])
    return tuple(
        replace(several[0], instances=sum(row.instances for row in several)) for several in same
    )


def _inputs(group: str, rows: Sequence[InputRow], renamed: dict[str, str]) -> tuple[InputRow, ...]:
    if len(rows) <= _MOST:
        return tuple(rows)
    fields = _together(rows, lambda row: row.field)
    if len(fields) > _MOST:
        fields = _together(rows, lambda row: _template_field(row.field))
    return tuple(_one_input(group, several, renamed) for several in fields)


def _one_input(group: str, rows: Sequence[InputRow], renamed: dict[str, str]) -> InputRow:
    fields = {row.field for row in rows}
    field = rows[0].field if len(fields) == 1 else _template_field(rows[0].field)
    flows = tuple(flow for row in rows for flow in row.flows)
    name = input_id(group, field)
    renamed.update((row.id, name) for row in rows)
    return InputRow(
        id=name,
        field=field,
        evidence=worst_evidence(flows) if flows else rows[0].evidence,
        flows=flows,
        values=tuple(value for row in rows for value in row.values),
        is_rendered=any(row.is_rendered for row in rows),
    )


def _template_field(field: str) -> str:
    """`arguments` of `arguments[2]`, `env_vars` of `env_vars.DAY`."""
    return field.partition("[")[0].partition(".")[0]


def _outputs(
    group: str, rows: Sequence[OutputRow], renamed: dict[str, str]
) -> tuple[OutputRow, ...]:
    if len(rows) <= _MOST:
        return tuple(rows)
    keys = _together(rows, lambda row: (row.port.key, row.port.path))
    if len(keys) > _MOST:
        keys = _together(rows, lambda row: row.port.key)
    return tuple(_one_output(group, several, renamed) for several in keys)


def _one_output(group: str, rows: Sequence[OutputRow], renamed: dict[str, str]) -> OutputRow:
    first = rows[0].port
    is_same = all(row.port.path == first.path for row in rows)
    port = Port(group, first.key, first.path if is_same else ())
    renamed.update((row.id, port.id) for row in rows)
    values = tuple(value for row in rows for value in row.values)
    return OutputRow(port.id, port, values, of_each=False)


def _together(rows: Iterable[_Row], name: Callable[[_Row], object]) -> Sequence[Sequence[_Row]]:
    """The rows in lists of those with the same name, in the order of the first of each."""
    same: dict[object, list[_Row]] = defaultdict(list)
    for row in rows:
        same[name(row)].append(row)
    return list(same.values())
