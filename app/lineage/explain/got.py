"""What one try got, as they look at it who judge values that went in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from app.lineage.explain.case import Render
from app.lineage.explain.checks import STEPS
from app.lineage.fields import TRUNCATED, address, field_of, found_at, leaves, tree
from app.lineage.resolve import RunIndex
from app.lineage.source.declaration import DeclaredTask, Handed, Words
from app.lineage.template.render import is_template
from app.lineage.trace.named import by_name
from app.lineage.trace.pairs import ABSENT, pairs
from app.model.facts import Try, TryLog
from app.model.findings import Check, Consumer, Flow, Pull
from app.model.values import Json, Path

#: Fields of a pod whose leaves its program reads as texts.
POD_TEXTS = ("cmds", "arguments", "env_vars")
#: Fields that hand values to Python, which may be anything.
PYTHON_FIELDS = frozenset({"op_args", "op_kwargs", "templates_dict"})
_NATIVE = "render_template_as_native_obj"
#: Leaves of one field that are looked at.
_MOST_LEAVES = 500
# What a text holds that may not be what was meant: it ends like a value, or names an object.
_SUSPICIOUS = re.compile(r"None|xcom_pull\(|Lazy| at 0x|\bdict_|[\]}]\Z")


class Shown(NamedTuple):
    """A leaf of a rendered field."""

    name: str
    steps: Path
    value: str

    @property
    def place(self) -> str:
        return address(self.name, self.steps)


@dataclass(slots=True)
class Got:
    """One ended or running try: its fields, and what is known of how they came.

    `wanted_past`: tasks whose earlier runs would settle a question; filled while it is asked.
    """

    index: RunIndex
    one: Try
    task: DeclaredTask | None = None
    flows: Sequence[Flow] = ()
    log: TryLog | None = None
    wanted_past: set[str] = field(default_factory=set)
    #: Places of which a pull that gave nothing has been told.
    broken: frozenset[str] = frozenset()
    render: Render | None = None
    texts: tuple[Shown, ...] = field(init=False)  # Those that somebody should look at.

    def __post_init__(self) -> None:
        self.texts = tuple(_suspicious(self.one))

    @property
    def is_green(self) -> bool:
        return self.one.state == "success"

    @property
    def is_native(self) -> bool:
        """Whether the source speaks of templates that give values of any type."""
        return _NATIVE in (self.index.facts.source or "")

    def consumer(self, place: str, *spans: tuple[int, int]) -> Consumer:
        """The place as the reader of what is wrong, with the characters that are."""
        return Consumer(self.one.key.instance, self.one.key.try_number, place, spans)

    def flows_into(self, place: str, start: int = 0, end: int = 1 << 30) -> list[Flow]:
        """The flows into these characters of the place."""
        return [
            flow
            for flow in self.flows
            if flow.consumer.field == place
            and any(first < end and start < last for first, last in flow.consumer.spans)
        ]

    def leaf(self, place: str) -> Words | Handed | None:
        """What the source declares for the place; of a mapped field its only template."""
        inside = []
        name = field_of(place)
        for declared in self.task.fields if self.task else ():
            for pair in pairs(by_name(declared), ABSENT):
                if address(declared.name, pair.steps) == place:
                    return pair.leaf
                if declared.name == name and declared.is_mapped and _pulls(pair.leaf):
                    inside.append(pair.leaf)
        return inside[0] if len(inside) == 1 else None

    def template(self, place: str) -> str | None:
        leaf = self.leaf(place)
        return leaf.text if isinstance(leaf, Words) else None

    def value(self, flow: Flow) -> Json:
        """What flowed, whole: the newest version there was when the try ended."""
        source, end = flow.producer, self.one.end
        versions = self.index.xcoms.get((source.instance, source.key), ())
        seen = [one for one in versions if end is None or one.at.timestamp <= end]
        return found_at(seen[-1].value, source.path) if seen else None


def pull_of(flow: Flow | None, template: str | None) -> Pull | None:
    """The pull that gave a flow, as a problem shows it."""
    if flow is None:
        return None
    source = flow.producer
    names = (source.instance.task_id,)
    return Pull(source.instance.dag_id, names, source.key, source.path, template, flow.line)


def delivered(flow: Flow | None, last: Check) -> tuple[Check, ...]:
    """A pull's checks when all went well but the last: what arrived is not what was meant."""
    ok = True if flow is not None else None
    return (*(Check(step, ok) for step in STEPS), last)


def _suspicious(one: Try) -> Iterator[Shown]:
    for name, rendered in (one.rendered or {}).items():
        if not rendered or (isinstance(rendered, str) and rendered.startswith(TRUNCATED)):
            continue
        for steps, value in islice(leaves(tree(name, rendered)), _MOST_LEAVES):
            if isinstance(value, str) and _SUSPICIOUS.search(value):
                yield Shown(name, steps, value)


def _pulls(leaf: Words | Handed) -> bool:
    return isinstance(leaf, Words) and is_template(leaf.text) and "xcom_pull" in leaf.text
