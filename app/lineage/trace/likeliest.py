"""What was found in a field, and which of the ways it may come out is the one that it did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.lineage.source.declaration import Items, Node, Unsaid, Words
from app.lineage.template.holes import ANYTHING, with_anything
from app.lineage.template.matching import fits
from app.lineage.template.render import is_template
from app.lineage.trace.agreed import Finding
from app.lineage.trace.broken import Broken
from app.lineage.trace.pairs import ABSENT, Rendered, pairs
from app.model.findings import Candidates, Evidence, Flow
from app.model.masks import opened


@dataclass(slots=True)
class Traced:
    """What a try's fields tell. `covered`: addresses about which the source has spoken."""

    flows: list[Flow] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    candidates: list[Candidates] = field(default_factory=list)
    covered: set[str] = field(default_factory=set)

    def add(self, findings: Iterable[Finding]) -> None:
        for one in findings:
            if isinstance(one, Flow):
                self.flows.append(one)
                self.covered.add(one.consumer.field)
            elif isinstance(one, Candidates):
                self.candidates.append(one)
            else:
                self.broken.append(one)

    def take(self, other: "Traced") -> None:
        """Adds what was found elsewhere."""
        self.flows.extend(other.flows)
        self.broken.extend(other.broken)
        self.candidates.extend(other.candidates)
        self.covered |= other.covered


@dataclass(frozen=True, slots=True)
class Tried:
    """One way that a field may come out, with what it would mean."""

    node: Node
    traced: Traced


def likeliest(tried: Sequence[Tried], rendered: Rendered) -> Traced:
    """What the way means that gives the rendered field; what all mean when several do.

    Nothing when none does: then the values have to speak for themselves.
    """
    fitting = [one.traced for one in tried if not _differs(one, rendered)]
    if not fitting:
        return Traced()
    first, rest = fitting[0], fitting[1:]
    return Traced(
        [one for one in first.flows if all(one in other.flows for other in rest)],
        [one for one in first.broken if all(one in other.broken for other in rest)],
        [one for one in first.candidates if all(one in other.candidates for other in rest)],
        set.union(*(one.covered for one in fitting)),
    )


def _differs(tried: Tried, rendered: Rendered) -> bool:
    """Whether the field shows something else than this way would give."""
    if any(one.evidence is Evidence.CONTRADICTED for one in tried.traced.flows):
        return True
    if rendered is ABSENT:
        return False
    if isinstance(tried.node, Items) and _is_of_another_length(tried.node, rendered):
        return True
    places = list(pairs(tried.node, rendered))
    return any(pair.rendered is ABSENT for pair in places) or any(
        not fits(opened(with_anything(pair.leaf.text), ANYTHING), pair.rendered)
        for pair in places
        if isinstance(pair.leaf, Words)
        and not is_template(pair.leaf.text)
        and isinstance(pair.rendered, str)
    )


def _is_of_another_length(node: Items, rendered: Rendered) -> bool:
    is_known = not any(isinstance(one, Unsaid) and one.is_many for one in node.items)
    return is_known and isinstance(rendered, list) and len(rendered) != len(node.items)
