"""What templates are tried on: a run's facts, looked up, and what its source declares."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from app.lineage.declared import looked_up
from app.lineage.fields import address
from app.lineage.resolve import RunIndex
from app.lineage.source.choices import ways
from app.lineage.source.declaration import DeclaredField, DeclaredTask, Words
from app.lineage.source.template_fields import is_rendered
from app.lineage.template.holes import has_holes
from app.lineage.template.render import is_template
from app.lineage.trace.named import by_name
from app.lineage.trace.pairs import ABSENT, pairs
from app.model.facts import RunFacts, Try
from app.model.ids import TaskInstanceKey, TryKey

#: Templates of one task that are listed; more are nobody's to choose from.
_MOST_TEMPLATES = 200


@dataclass(frozen=True, slots=True)
class Ground:
    """A run to try templates on; made once, it bears any number of them."""

    index: RunIndex
    declared: dict[str, DeclaredTask]

    def reader(self, task_id: str, map_index: int) -> Try:
        """The latest try of the instance; one that has not begun when there is none."""
        run = self.index.run
        instance = TaskInstanceKey(run.dag_id, run.run_id, task_id, map_index)
        return self.index.latest(instance) or Try(TryKey(instance, 0), None)


@dataclass(frozen=True, slots=True)
class WrittenTemplate:
    """A template of the DAG's source and the field in which it stands."""

    field: str
    template: str
    line: int | None = None


def ground_of(facts: RunFacts) -> Ground:
    """Any facts give one."""
    return Ground(*looked_up(facts))


def written_templates(ground: Ground, task_id: str) -> tuple[WrittenTemplate, ...]:
    """The templates that the source writes into the task's fields, each field once."""
    task = ground.declared.get(task_id)
    if task is None:
        return ()
    found: dict[str, WrittenTemplate] = {}
    for declared in task.fields:
        if is_rendered(declared.name.partition(".")[0], task.operator, task.template_fields):
            for one in _written(declared):
                found.setdefault(one.field, one)
    return tuple(islice(found.values(), _MOST_TEMPLATES))


def _written(declared: DeclaredField) -> Iterator[WrittenTemplate]:
    values = ways(declared.value) if declared.is_open else (declared.value,)
    for value in values:
        for pair in pairs(by_name(replace(declared, value=value)), ABSENT):
            leaf = pair.leaf
            if isinstance(leaf, Words) and is_template(leaf.text) and not has_holes(leaf.text):
                place = address(declared.name, pair.steps)
                yield WrittenTemplate(place, leaf.text, leaf.line or declared.line)
