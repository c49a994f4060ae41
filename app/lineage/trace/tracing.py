"""One try traced: its declared fields, rendered again with what was stored, beside the real ones."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.lineage.fields import TRUNCATED, address, at, leaves, text_of, tree
from app.lineage.resolve import RunIndex, View
from app.lineage.source.declaration import DeclaredField, DeclaredTask, Handed, Members, Words
from app.lineage.template.reads import Ask, Origin, Read
from app.lineage.template.render import Renderer, is_template
from app.lineage.template.rendering import Rendering
from app.lineage.trace.broken import Broken
from app.lineage.trace.comparing import Placement, placed, same
from app.lineage.trace.flows import flow_of, merged
from app.lineage.trace.known import known_names
from app.lineage.trace.mapping import mapped_argument
from app.lineage.trace.named import by_name
from app.lineage.trace.pairs import ABSENT, Pair, Rendered, pairs
from app.model.facts import Try
from app.model.findings import Consumer, Evidence, Flow
from app.model.values import Json, Path

#: Fields that hold arguments for Python, each handed over as a whole.
PYTHON_FIELDS = frozenset({"op_args", "op_kwargs"})


@dataclass(slots=True)
class Traced:
    """What a try's fields tell. `covered`: addresses about which the source has spoken."""

    flows: list[Flow] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    covered: set[str] = field(default_factory=set)


class Tracer:
    """Traces the tries of one run."""

    def __init__(self, index: RunIndex) -> None:
        self.index = index
        self.renderer = Renderer()

    def trace(self, task: DeclaredTask, one: Try) -> Traced:
        """The flows into the try's fields and the pulls of them that gave nothing."""
        traced = Traced()
        for declared in self.fields(task, one):
            rendered: Rendered = ABSENT
            if one.rendered is not None:
                rendered = tree(declared.name, one.rendered.get(declared.name))
            if isinstance(rendered, str) and rendered.startswith(TRUNCATED):
                rendered = ABSENT
                traced.covered.add(declared.name)
            if declared.is_mapped:
                self._mapped(task, declared, rendered, one, traced)
                continue
            for pair in pairs(by_name(declared), rendered):
                self._pair(task, declared, pair, one, traced)
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
        for name in allowed:
            yield from (one for one in task.fields if one.name.partition(".")[0] == name)

    def _pair(
        self, task: DeclaredTask, declared: DeclaredField, pair: Pair, one: Try, traced: Traced
    ) -> None:
        place = address(declared.name, pair.steps)
        traced.covered.add(place)
        line = getattr(pair.leaf, "line", None) or declared.line
        if isinstance(pair.leaf, Handed):
            self._handed(pair.leaf, declared, pair, (one, line), traced)
        elif is_template(pair.leaf.text):
            self._words(task, pair.leaf, place, pair.rendered, (one, line), traced)

    def ways(
        self, task: DeclaredTask, text: str, one: Try, moment: datetime | None
    ) -> list[Rendering]:
        """How the template comes out with what the try saw at the moment."""
        view = View(self.index, one.key, moment)
        return self.renderer.render(text, view, known_names(self.index.facts, task, one))

    def _words(
        self,
        task: DeclaredTask,
        words: Words,
        place: str,
        rendered: Rendered,
        at_try: tuple[Try, int | None],
        traced: Traced,
    ) -> None:
        one, line = at_try
        ways = self.ways(task, words.text, one, one.start)
        if rendered is ABSENT:
            if _may_have_rendered(one):
                traced.flows.extend(_declared(ways[0], one, place, line))
            return
        assert not isinstance(rendered, type(ABSENT))  # noqa: S101  # for the type checker: told apart above
        found = _first(ways, rendered)
        if found is None and any(way.asks for way in ways):
            # What the producer pushed after the reader's start may still have come in time.
            found = _first(self.ways(task, words.text, one, one.end), rendered)
        if found is None:
            traced.flows.extend(_unconfirmed(ways, one, place, line))
            return
        self._found(found, words, place, at_try, traced)

    def _found(
        self,
        found: Placement,
        words: Words,
        place: str,
        at_try: tuple[Try, int | None],
        traced: Traced,
    ) -> None:
        one, line = at_try
        for origin, spans in found.spans:
            is_known = origin.read.is_known and not (
                origin.read.xcom and origin.read.xcom.truncated
            )
            evidence = Evidence.CONFIRMED if is_known else Evidence.DECLARED
            flow = flow_of(origin, one.key, place, spans=spans, evidence=evidence, line=line)
            if flow:
                traced.flows.append(flow)
            elif origin.read.is_known and any(
                "None" in found.text[start:end] for start, end in spans
            ):
                consumer = Consumer(one.key.instance, one.key.try_number, place, spans)
                traced.broken.append(Broken(consumer, origin, words.text, line, is_silent=True))

    def _handed(
        self,
        handed: Handed,
        declared: DeclaredField,
        pair: Pair,
        at_try: tuple[Try, int | None],
        traced: Traced,
    ) -> None:
        one, _ = at_try
        ask = Ask((handed.task_id,), key=handed.key, is_argument=True)
        answer = View(self.index, one.key, one.start).pull(ask)
        if answer.is_list:
            self._handed_list(answer.reads, declared, pair, at_try, traced)
            return
        for read in answer.reads:
            self.hand_over(
                Origin(read, is_there=read.xcom is not None),
                declared,
                pair.steps,
                pair.rendered,
                at_try,
                traced,
            )

    def _handed_list(
        self,
        reads: tuple[Read, ...],
        declared: DeclaredField,
        pair: Pair,
        at_try: tuple[Try, int | None],
        traced: Traced,
    ) -> None:
        """All instances of a mapped task, as the list of their values."""
        one, line = at_try
        place = address(declared.name, pair.steps)
        is_same = not isinstance(pair.rendered, type(ABSENT)) and same(
            [read.value for read in reads], pair.rendered
        )
        for read in reads:
            evidence = Evidence.CONFIRMED if is_same else Evidence.DECLARED
            flow = flow_of(
                Origin(read),
                one.key,
                place,
                spans=_all_of(pair.rendered),
                evidence=evidence,
                line=line,
            )
            traced.flows.extend([flow] if flow else [])

    def hand_over(
        self,
        origin: Origin,
        declared: DeclaredField,
        steps: Path,
        rendered: Rendered,
        at_try: tuple[Try, int | None],
        traced: Traced,
    ) -> None:
        """A value that Python hands over: into a field of its own, or leaf by leaf into the field."""
        one, line = at_try
        place = address(declared.name, steps)
        if origin.read.is_known and origin.read.xcom is None:
            self._nothing_handed(origin, place, rendered, at_try, traced)
            return
        if isinstance(rendered, type(ABSENT)):
            if _may_have_rendered(one):
                flow = flow_of(
                    origin, one.key, place, spans=(), evidence=Evidence.DECLARED, line=line
                )
                traced.flows.extend([flow] if flow else [])
            return
        is_container = (
            isinstance(rendered, dict | list) and not steps and declared.name not in PYTHON_FIELDS
        )
        inner = list(leaves(rendered)) if is_container else [((), rendered)]
        for deeper, value in inner:
            place = address(declared.name, (*steps, *deeper))
            traced.covered.add(place)
            source = Origin(origin.read, (*origin.path, *deeper))
            evidence = _compared(source, value)
            flow = flow_of(
                source, one.key, place, spans=_all_of(value), evidence=evidence, line=line
            )
            traced.flows.extend([flow] if flow else [])

    def _nothing_handed(
        self,
        origin: Origin,
        place: str,
        rendered: Rendered,
        at_try: tuple[Try, int | None],
        traced: Traced,
    ) -> None:
        """A Python function may well return None; a pod that was to push has something to say."""
        one, line = at_try
        definition = self.index.tasks.get(origin.read.task_id)
        is_pod = definition is not None and "Kubernetes" in definition.operator
        if rendered is None and is_pod:
            consumer = Consumer(one.key.instance, one.key.try_number, place)
            traced.broken.append(Broken(consumer, origin, None, line, is_silent=True))

    def _mapped(
        self,
        task: DeclaredTask,
        declared: DeclaredField,
        rendered: Rendered,
        one: Try,
        traced: Traced,
    ) -> None:
        """What one mapped instance got of the field that was mapped over."""
        name, _, inner = declared.name.partition(".")
        steps: Path = (inner,) if inner else ()
        if inner and one.rendered is not None:
            try:
                rendered = at(tree(name, one.rendered.get(name)), steps)
            except LookupError:
                rendered = ABSENT
        base = DeclaredField(name, declared.value, line=declared.line)
        view = View(self.index, one.key, one.start)
        argument = mapped_argument(task, declared, one, view)
        if isinstance(argument, Origin):
            self.hand_over(argument, base, steps, rendered, (one, declared.line), traced)
        elif argument is not None:
            inner_field = DeclaredField(name, argument, line=declared.line)
            for pair in pairs(by_name(inner_field), rendered, steps):
                self._pair(task, inner_field, pair, one, traced)

    def _expanded(self, task: DeclaredTask, one: Try, traced: Traced) -> None:
        """What `expand_kwargs` gave one mapped instance: each member of its mapping is a field."""
        if task.expanded is None or one.rendered is None:
            return
        whole = DeclaredField("expand_kwargs", task.expanded, is_mapped=True)
        alone = replace(task, fields=(whole,))
        got = mapped_argument(alone, whole, one, View(self.index, one.key, one.start))
        if isinstance(got, Members):
            for name, node in got.members:
                declared = DeclaredField(name, node, line=task.line)
                for pair in pairs(by_name(declared), tree(name, one.rendered.get(name))):
                    self._pair(task, declared, pair, one, traced)
        elif isinstance(got, Origin) and got.read.xcom is not None:
            try:
                names = list(leaves_of(at(got.read.xcom.value, got.path)))
            except LookupError:
                return
            for name in names:
                source = Origin(got.read, (*got.path, name))
                declared = DeclaredField(name, task.expanded, line=task.line)
                rendered = tree(name, one.rendered.get(name))
                self.hand_over(source, declared, (), rendered, (one, task.line), traced)


def leaves_of(value: Json) -> Iterator[str]:
    """The names of a mapping's members."""
    if isinstance(value, dict):
        yield from value


def _first(ways: list[Rendering], rendered: Json) -> Placement | None:
    for way in ways:
        found = placed(way, rendered)
        if found is not None:
            return found
    return None


def _may_have_rendered(one: Try) -> bool:
    """Whether the try got so far, though its rendered fields are not known (any more)."""
    return one.start is not None and one.state in ("success", "running", "deferred")


def _declared(way: Rendering, one: Try, place: str, line: int | None) -> Iterator[Flow]:
    for origin in {origin: None for segment in way.segments for origin in segment.origins}:
        flow = flow_of(origin, one.key, place, spans=(), evidence=Evidence.DECLARED, line=line)
        if flow:
            yield flow


def _unconfirmed(ways: list[Rendering], one: Try, place: str, line: int | None) -> Iterator[Flow]:
    """Flows that the source names while the field shows something else.

    Only when nothing was guessed and nothing is unknown does the field contradict the source.
    """
    way = ways[0]
    if way.failure is not None:
        return
    is_sure = len(ways) == 1 and not way.has_wildcards and not way.is_undecided
    evidence = Evidence.CONTRADICTED if is_sure else Evidence.DECLARED
    for origin in {origin: None for segment in way.segments for origin in segment.origins}:
        flow = flow_of(origin, one.key, place, spans=(), evidence=evidence, line=line)
        if flow:
            yield flow


def _compared(origin: Origin, rendered: Json) -> Evidence:
    if origin.read.xcom is None or origin.read.xcom.truncated or not origin.read.is_known:
        return Evidence.DECLARED
    try:
        value = at(origin.read.xcom.value, origin.path)
    except LookupError:
        return Evidence.CONTRADICTED
    if isinstance(value, dict) and "__classname__" in value:
        return Evidence.DECLARED
    return Evidence.CONFIRMED if same(value, rendered) else Evidence.CONTRADICTED


def _all_of(rendered: Rendered) -> tuple[tuple[int, int], ...]:
    if isinstance(rendered, type(ABSENT)):
        return ()
    length = len(text_of(rendered))
    return ((0, length),) if length else ()
