"""The door: the facts of a run and a template in, what the template would give a task out."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.lineage.explain.case import Case
from app.lineage.explain.pulls import pull_problem, shown_name
from app.lineage.source.declaration import DeclaredTask
from app.lineage.template.holes import ANYTHING
from app.lineage.template.reads import Origin, Read
from app.lineage.template.render import Renderer
from app.lineage.template.rendering import Failure, Rendering, Segment
from app.lineage.trace.broken import Broken
from app.lineage.trace.known import known_names
from app.lineage.tryout.ground import Ground
from app.lineage.tryout.naming import Naming, naming
from app.lineage.tryout.tried import Source, TriedPiece, TriedPull, TriedWay, Tryout
from app.lineage.view import View
from app.model.facts import Try
from app.model.findings import Consumer, Problem
from app.model.ids import NOT_MAPPED

#: The field that a template is tried for when none is named.
ANY_FIELD = "template"


def try_template(  # noqa: PLR0913  # whose template it is, and when
    ground: Ground,
    *,
    task_id: str,
    template: str,
    map_index: int = NOT_MAPPED,
    field_name: str = ANY_FIELD,
    is_now: bool = False,
) -> Tryout:
    """What the template would give the task in that run; any facts and any text give an answer.

    The task sees the XComs that were there when its latest try began; with `is_now`, and where it
    has not begun, all there are.
    """
    reader = ground.reader(task_id, map_index)
    return _Trying(ground, reader, template, field_name, is_now=is_now).tried()


@dataclass(slots=True)
class _Trying:
    """One template, tried for one field of one task instance."""

    ground: Ground
    reader: Try
    template: str
    field_name: str
    is_now: bool
    _reads: dict[tuple[object, ...], Read] = field(default_factory=dict)

    def tried(self) -> Tryout:
        index = self.ground.index
        used, ways = self._rendered(self.template)
        for way in ways:
            for read in way.reads:
                self._reads.setdefault(_alike(read), read)
        broken = [one for way in ways for one in self._broken(way)]
        return Tryout(
            ways=tuple(self._way(way) for way in ways),
            pulls=tuple(map(self._pull, self._reads.values())),
            problems=tuple(dict.fromkeys(map(self._explained, broken))),
            unknown=used.unknown,
            reaches=tuple(sorted(index.reaches)),
        )

    def _rendered(self, template: str) -> tuple[Naming, list[Rendering]]:
        index = self.ground.index
        task = self.ground.declared.get(self.reader.key.instance.task_id)
        known = known_names(index.facts, task or DeclaredTask(""), self.reader)
        used = naming(template, known, task, index.facts.airflow_major)
        if used.refusal:
            return used, [Rendering(failure=Failure(used.refusal))]
        view = View(index, self.reader.key, self._moment)
        return used, Renderer().render(template, view, {**known, **used.as_known})

    @property
    def _moment(self) -> datetime | None:
        has_begun = self.reader.key.try_number > 0
        return self.reader.start if has_begun and not self.is_now else None

    def _way(self, way: Rendering) -> TriedWay:
        failure = way.failure.text if way.failure else ""
        return TriedWay(tuple(one for each in way.segments for one in self._pieces(each)), failure)

    def _pieces(self, segment: Segment) -> Iterator[TriedPiece]:
        origins = [one for one in segment.origins if one.is_there]
        sources = tuple(sorted(map(self._source, origins), key=lambda one: (one.pull, str(one))))
        known = segment.text.split(ANYTHING)
        for at, text in enumerate(known):
            if at:
                yield TriedPiece("", sources, is_unknown=True)
            if text:
                yield TriedPiece(text, sources)

    def _source(self, origin: Origin) -> Source:
        return Source(list(self._reads).index(_alike(origin.read)), origin.path)

    def _pull(self, read: Read) -> TriedPull:
        instance = read.instance
        own = self.reader.key.instance
        latest = self.ground.index.latest(instance) if instance else None
        is_lost = read.is_known and read.xcom is None
        return TriedPull(
            dag_id=instance.dag_id if instance else read.ask.dag_id or own.dag_id,
            run_id=instance.run_id if instance else read.ask.run_id or own.run_id,
            task_id=read.task_id,
            key=read.ask.key,
            map_index=instance.map_index if instance else NOT_MAPPED,
            try_number=read.try_number,
            state=latest.state if latest else None,
            pushed=read.xcom.at.timestamp if read.xcom else None,
            value=read.value,
            is_there=read.xcom is not None,
            is_known=read.is_known,
            problem=self._explained(self._lost(Origin(read, (), is_there=False)))
            if is_lost
            else None,
        )

    def _broken(self, way: Rendering) -> Iterator[Broken]:
        """What made it fail, or put the text None where a value was meant."""
        if way.failure is not None:
            yield self._lost(way.failure.origin, said=way.failure.text)
        at = 0
        for segment in way.segments:
            end = at + len(segment.text)
            if segment.text == "None":
                for origin in segment.origins:
                    yield self._lost(origin, spans=((at, end),))
            at = end

    def _lost(
        self, origin: Origin | None, *, said: str = "", spans: tuple[tuple[int, int], ...] = ()
    ) -> Broken:
        key = self.reader.key
        consumer = Consumer(key.instance, key.try_number, self.field_name, spans)
        return Broken(consumer, origin, self.template, is_silent=bool(spans), airflow_said=said)

    def _explained(self, broken: Broken) -> Problem:
        """The problem in the words of what would be."""
        ground = self.ground
        case = Case(
            ground.index, ground.declared, broken, render=lambda one, _: self._rendered(one)[1]
        )
        problem = pull_problem(case)
        if not broken.is_silent:
            return problem
        name = shown_name(broken.consumer.instance)
        return replace(problem, title=f"{name} would get the text None")


def _alike(read: Read) -> tuple[object, ...]:
    """What two reads have in common that are shown as one."""
    return (read.ask, read.task_id, read.instance, read.try_number, read.is_known)
