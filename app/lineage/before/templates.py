"""A template rendered with nothing there: what goes wrong in it in every way it may come out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.lineage.before.definition import Outlook
from app.lineage.before.unrun import Unrun
from app.lineage.source.declaration import DeclaredTask
from app.lineage.source.template_fields import known_fields
from app.lineage.template.holes import has_holes, has_holes_in_code, parseable
from app.lineage.template.reads import Origin, Read
from app.lineage.template.render import MOST_WAYS, Renderer
from app.lineage.template.rendering import Rendering
from app.lineage.template.sandbox import OpenEnd
from app.lineage.tryout.naming import Naming, naming
from app.model.ids import TaskInstanceKey

# What is wrong with a template whatever it reads; other failures may hang on what only Airflow
# knows.
_BY_ITSELF = re.compile(r"TemplateSyntaxError: |TemplateAssertionError: |.{0,200} is undefined\Z")


@dataclass(frozen=True, slots=True)
class Mistake:
    """`origin` None: the template itself is wrong, and Airflow will say what."""

    origin: Origin | None
    said: str = ""


_Place: TypeAlias = tuple[object, ...]


class Templates:
    """Looks through the templates of one DAG."""

    def __init__(self, outlook: Outlook) -> None:
        self._outlook = outlook
        self._renderer = Renderer()

    def mistakes(self, task: DeclaredTask, template: str) -> tuple[Mistake, ...]:
        """What will go wrong for sure; of several mistakes of one output the first."""
        if has_holes_in_code(template):
            return ()
        template, _ = parseable(template)  # What a hole is called may hold quotes.
        reader = self._outlook.reader(task.task_id)
        known = _known(reader)
        used = self._naming(task, template, known)
        if used.refusal:
            return (Mistake(None, used.refusal),)
        names = {**known, **used.as_known}
        ways = self._renderer.render(template, Unrun(self._outlook, reader), names)
        if len(ways) >= MOST_WAYS:
            return ()
        first, *others = [dict(_mistakes(way)) for way in ways]
        return tuple(one for place, one in first.items() if all(place in each for each in others))

    def _naming(self, task: DeclaredTask, template: str, known: dict[str, Any]) -> Naming:
        """Of an operator that we do not know nobody can tell what it gives its templates."""
        if known_fields(task.operator) is None or has_holes(template):
            return Naming()
        return naming(template, known, task, self._outlook.index.facts.airflow_major)


def _known(reader: TaskInstanceKey) -> dict[str, Any]:
    own = {"task_id": reader.task_id, "dag_id": reader.dag_id}
    return {"ti": own, "task": OpenEnd(own), "dag": OpenEnd({"dag_id": reader.dag_id})}


def _mistakes(way: Rendering) -> Iterator[tuple[_Place, Mistake]]:
    if way.failure is not None:
        said, origin = way.failure.text, way.failure.origin
        if origin is not None:
            yield _place(origin), Mistake(origin, said)
        elif _BY_ITSELF.match(said):
            yield (said,), Mistake(None, said)
        return
    for segment in way.segments:
        for origin in segment.origins if segment.text == "None" else ():
            if origin.read.is_known:
                yield _place(origin), Mistake(origin)
    for read in way.reads:
        if read.is_known and read.ask.is_list:
            yield _place(Origin(read)), Mistake(Origin(read, is_there=False))


def _place(origin: Origin) -> _Place:
    read: Read = origin.read
    return (read.ask, read.task_id, origin.path)
