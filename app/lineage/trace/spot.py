"""One place of a try's fields, with what stands there."""

from dataclasses import dataclass

from app.lineage.fields import address
from app.lineage.template.reads import Origin
from app.lineage.trace.broken import Broken
from app.lineage.trace.comparing import Spans
from app.lineage.trace.flows import flow_of
from app.lineage.trace.pairs import Rendered
from app.model.facts import Try
from app.model.findings import Consumer, Evidence, Flow
from app.model.values import Path

#: States of a try that got so far as to render its fields, though we may not have seen them.
_RENDERED = frozenset({"success", "running", "deferred"})


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a template field of one try. `line`: where the source speaks of it."""

    one: Try
    name: str
    steps: Path
    rendered: Rendered
    line: int | None = None

    @property
    def address(self) -> str:
        return address(self.name, self.steps)

    @property
    def may_have_rendered(self) -> bool:
        """Whether the try got so far, though its rendered fields are not known (any more)."""
        return self.one.start is not None and self.one.state in _RENDERED

    def consumer(self, spans: Spans) -> Consumer:
        """The place as a reader, with the stretches of its text that are meant."""
        key = self.one.key
        return Consumer(key.instance, key.try_number, self.address, spans)

    def flow(self, origin: Origin, evidence: Evidence, spans: Spans = ()) -> list[Flow]:
        """The flow of the origin into this place; none when nothing stands there."""
        flow = flow_of(origin, self.consumer(spans), evidence, self.line)
        return [flow] if flow else []

    def broken(
        self, origin: Origin, template: str | None, spans: Spans = (), shown: str = "None"
    ) -> Broken:
        """The pull that put None, or what was made of it, into this place without a word."""
        consumer = self.consumer(spans)
        return Broken(consumer, origin, template, self.line, is_silent=True, shown=shown)
