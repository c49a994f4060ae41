"""One try traced: its declared fields, rendered again with what was stored, beside the real."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from app.lineage.fields import TRUNCATED, address, at, found_at, tree
from app.lineage.resolve import RunIndex
from app.lineage.source.choices import ways
from app.lineage.source.declaration import (
    DeclaredField,
    DeclaredTask,
    Handed,
    Members,
    Node,
    Words,
)
from app.lineage.template.reads import Origin
from app.lineage.template.render import Renderer, is_template
from app.lineage.template.rendering import Rendering
from app.lineage.trace.agreed import Finding
from app.lineage.trace.direct import direct_flows
from app.lineage.trace.dropped import dropped
from app.lineage.trace.flows import merged
from app.lineage.trace.handing import changed, hand_over, trace_handed
from app.lineage.trace.known import known_names
from app.lineage.trace.likeliest import Traced, Tried, likeliest
from app.lineage.trace.mapping import mapped_argument
from app.lineage.trace.named import by_name
from app.lineage.trace.pairs import ABSENT, Rendered, pairs
from app.lineage.trace.spot import Spot
from app.lineage.trace.truncated import beginning, whole_parts
from app.lineage.trace.words import trace_cut, trace_words
from app.lineage.view import View
from app.model.facts import AIRFLOW_3, Try
from app.model.findings import Flow
from app.model.values import Path


class Tracer:
    """Traces the tries of one run."""

    def __init__(self, index: RunIndex) -> None:
        self.index = index
        self._renderer = Renderer()
        self._names: tuple[Try, DeclaredTask, dict[str, Any]] | None = None

    def trace(self, task: DeclaredTask, one: Try) -> Traced:
        """The flows into the try's fields and the pulls of them that gave nothing."""
        traced = Traced()
        for declared in self.fields(task, one):
            if one.rendered is not None and declared.name.partition(".")[0] not in one.rendered:
                continue  # Airflow does not render it, whatever is written there.
            left = _left_of(one, declared.name)
            if left is not None:
                traced.covered.add(declared.name)
            if declared.is_mapped:
                self._mapped(task, declared, one, traced)
            elif left is not None:
                self._cut(task, declared, Spot(one, declared.name, (), left, declared.line), traced)
            else:
                rendered = _rendered(one, declared.name)
                spot = Spot(one, declared.name, (), rendered, declared.line)
                self._field(task, declared, spot, traced)
        self._expanded(task, one, traced)
        traced.flows = merged(traced.flows)
        return traced

    def fields(self, task: DeclaredTask, one: Try) -> Iterator[DeclaredField]:
        """The declared fields that Airflow renders, in the order in which it does."""
        definition = self.index.tasks.get(one.key.instance.task_id)
        allowed = definition.template_fields if definition else ()
        if not allowed:
            yield from task.fields
            return
        by_name_of_field: dict[str, list[DeclaredField]] = {}
        for field_ in task.fields:
            by_name_of_field.setdefault(field_.name.partition(".")[0], []).append(field_)
        for name in allowed:
            yield from by_name_of_field.get(name, ())

    def ways(
        self,
        task: DeclaredTask,
        text: str,
        one: Try,
        moment: datetime | None,
        *,
        takes_absent: bool = False,
    ) -> list[Rendering]:
        """How the template comes out with what the try saw at the moment."""
        view = View(self.index, one.key, moment, takes_absent)
        return self._renderer.render(text, view, self._names_of(task, one))

    def _names_of(self, task: DeclaredTask, one: Try) -> dict[str, Any]:
        """The names known to the try's templates, which come one after the other."""
        if self._names is None or self._names[0] is not one or self._names[1] is not task:
            self._names = (one, task, known_names(self.index.facts, task, one))
        return self._names[2]

    def _cut(
        self, task: DeclaredTask, declared: DeclaredField, whole: Spot, traced: Traced
    ) -> None:
        """A field that Airflow cut: what stands whole in its beginning can still be checked."""
        node, text = declared.value, str(whole.rendered)
        if isinstance(node, Words) and is_template(node.text):
            ways = self.ways(task, node.text, whole.one, whole.one.start)
            traced.add(trace_cut(ways, node.text, beginning(text), whole))
            return
        parts = whole_parts(text, node)
        rendered = ABSENT if parts is ABSENT else tree(declared.name, parts)
        self._node(task, by_name(declared), replace(whole, rendered=rendered), traced)

    def _field(
        self, task: DeclaredTask, declared: DeclaredField, spot: Spot, traced: Traced
    ) -> None:
        """A whole field; of one that may come out in several ways, the way that it did."""
        if not declared.is_open:
            self._node(task, by_name(declared), spot, traced)
            return
        tried = []
        for node in ways(declared.value):
            found = Traced()
            self._node(task, by_name(replace(declared, value=node)), spot, found)
            tried.append(Tried(node, found))
        traced.take(likeliest(tried, spot.rendered))

    def _node(self, task: DeclaredTask, node: Node, whole: Spot, traced: Traced) -> None:
        """Every text and XComArg of a declared value, each in its place."""
        for pair in pairs(node, whole.rendered, whole.steps):
            traced.covered.add(address(whole.name, pair.steps))
            if isinstance(pair.leaf, Words) and not is_template(pair.leaf.text):
                continue
            line = getattr(pair.leaf, "line", None) or whole.line
            spot = Spot(whole.one, whole.name, pair.steps, pair.rendered, line)
            if isinstance(pair.leaf, Handed):
                traced.add(trace_handed(self.index, pair.leaf, spot))
            else:
                traced.add(self._words(task, pair.leaf.text, spot))

    def _words(self, task: DeclaredTask, template: str, spot: Spot) -> Iterable[Finding]:
        """What one template gave its place."""
        flows = self._directly(template, spot)
        if flows is not None:
            return flows
        found = trace_words(partial(self.ways, task, template, spot.one), template, spot)
        return (*found, *self._dropped(task, template, spot))

    def _dropped(self, task: DeclaredTask, template: str, spot: Spot) -> Iterator[Finding]:
        """Pulls of a list that Airflow 2 made shorter."""
        if self.index.facts.airflow_major < AIRFLOW_3 and spot.rendered is not ABSENT:
            way = self.ways(task, template, spot.one, spot.one.start)[0]
            yield from dropped(
                way.asks, template, spot, View(self.index, spot.one.key, spot.one.start)
            )

    def _directly(self, template: str, spot: Spot) -> list[Flow] | None:
        """The same by the short way, where it leads anywhere."""
        return direct_flows(template, View(self.index, spot.one.key, spot.one.start), spot)

    def _mapped(
        self, task: DeclaredTask, declared: DeclaredField, one: Try, traced: Traced
    ) -> None:
        """What one mapped instance got of the field that was mapped over."""
        name, _, inner = declared.name.partition(".")
        steps: Path = (inner,) if inner else ()
        spot = Spot(one, name, steps, _inside(_rendered(one, name), steps), declared.line)
        if isinstance(declared.value, Handed) and declared.value.operations:
            traced.add(changed(self.index, declared.value, spot))
            return
        got = mapped_argument(task, declared, one, View(self.index, one.key, one.start))
        if isinstance(got, Origin):
            traced.add(hand_over(self.index, got, spot))
        elif got is not None:
            self._node(task, by_name(DeclaredField(name, got)), spot, traced)

    def _expanded(self, task: DeclaredTask, one: Try, traced: Traced) -> None:
        """What `expand_kwargs` gave a mapped instance: each member of its mapping is a field."""
        if task.expanded is None or one.rendered is None:
            return
        if isinstance(task.expanded, Handed) and task.expanded.operations:
            traced.add(changed(self.index, task.expanded, Spot(one, "expand_kwargs", (), ABSENT)))
            return
        whole = DeclaredField("expand_kwargs", task.expanded, is_mapped=True)
        alone = replace(task, fields=(whole,))
        got = mapped_argument(alone, whole, one, View(self.index, one.key, one.start))
        if isinstance(got, Members):
            for name, node in got.members:
                spot = Spot(one, name, (), _rendered(one, name), task.line)
                self._node(task, by_name(DeclaredField(name, node)), spot, traced)
        elif isinstance(got, Origin):
            for name in _members(got):
                source = Origin(got.read, (*got.path, name))
                spot = Spot(one, name, (), _rendered(one, name), task.line)
                traced.add(hand_over(self.index, source, spot))


def _rendered(one: Try, name: str) -> Rendered:
    if one.rendered is None or name not in one.rendered or _left_of(one, name) is not None:
        return ABSENT
    return tree(name, one.rendered[name])


def _left_of(one: Try, name: str) -> str | None:
    """The text of a field that Airflow cut; None of any other."""
    text = (one.rendered or {}).get(name)
    return text if isinstance(text, str) and text.startswith(TRUNCATED) else None


def _inside(rendered: Rendered, steps: Path) -> Rendered:
    if rendered is ABSENT:
        return ABSENT
    try:
        return at(rendered, steps)
    except LookupError:
        return ABSENT


def _members(origin: Origin) -> list[str]:
    """The names of the members of a mapping in an XCom."""
    value = found_at(origin.read.value, origin.path)
    return list(value) if isinstance(value, dict) else []
