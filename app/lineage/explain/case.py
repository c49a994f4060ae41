"""All that is needed to judge a broken pull."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from app.lineage.resolve import RunIndex
from app.lineage.source.declaration import DeclaredTask
from app.lineage.template.reads import Answer, Ask, Read
from app.lineage.template.rendering import Rendering
from app.lineage.template.sites import sites
from app.lineage.trace.broken import Broken
from app.lineage.view import View
from app.model.facts import AIRFLOW_3, Try, XCom
from app.model.ids import TaskInstanceKey, TryKey
from app.model.values import Path

#: How a template comes out with what the reader saw at a moment.
Render: TypeAlias = Callable[[str, datetime | None], list[Rendering]]


@dataclass(slots=True)
class Case:
    """A broken pull with all that is known around it.

    `wanted`, `wanted_past`: tries whose log, and tasks whose earlier runs, would settle the
    question; filled while it is asked. `render` None: there is no run to render in.
    """

    index: RunIndex
    declared: dict[str, DeclaredTask]
    broken: Broken
    wanted: set[TryKey] = field(default_factory=set)
    wanted_past: set[str] = field(default_factory=set)
    render: Render | None = None

    @property
    def reader(self) -> TaskInstanceKey:
        return self.broken.consumer.instance

    @property
    def read(self) -> Read:
        """The XCom that was wanted; only asked for when there is an origin."""
        assert self.broken.origin is not None  # noqa: S101  # template errors are judged before
        return self.broken.origin.read

    @property
    def ask(self) -> Ask:
        return self.read.ask

    @property
    def path(self) -> Path:
        return self.broken.origin.path if self.broken.origin else ()

    @property
    def producer(self) -> TaskInstanceKey:
        """The instance that should have pushed; of a mapped task its first."""
        read = self.read
        if read.instance is not None:
            return read.instance
        known = self.index.instances(self.dag_id, read.task_id)
        return known[0] if known else TaskInstanceKey(self.dag_id, self.reader.run_id, read.task_id)

    @property
    def way(self) -> Path:
        """The path with the steps that the template goes behind the one that led nowhere."""
        path = self.path
        for site in sites(self.broken.template or "") if path else ():
            names = tuple(step.name for step in site.steps)
            for begin in (0, 1):  # An index may stand before it, which picks one of several values.
                if site.reads(self.read.task_id) and names[begin : begin + len(path)] == path:
                    return names[begin:]
        return path

    @property
    def dag_id(self) -> str:
        return self.ask.dag_id or self.reader.dag_id

    @property
    def is_elsewhere(self) -> bool:
        """Whether it reads another DAG."""
        return self.dag_id != self.reader.dag_id

    @property
    def is_airflow_3(self) -> bool:
        return self.index.facts.airflow_major >= AIRFLOW_3

    @property
    def producer_try(self) -> Try | None:
        """The producer's last try that had begun when the reader began; else its last."""
        tries = self.index.tries.get(self.producer, ())
        moment = self.moment
        begun = [one for one in tries if one.start and (moment is None or one.start <= moment)]
        known = begun or list(tries)
        return known[-1] if known else None

    @property
    def reader_try(self) -> Try | None:
        return self.index.numbered(self.reader, self.broken.consumer.try_number)

    @property
    def moment(self) -> datetime | None:
        """When the reader began."""
        reader = self.reader_try
        return reader.start if reader else None

    @property
    def answer(self) -> Answer:
        """What the whole pull gave the reader when it began."""
        key = TryKey(self.reader, self.broken.consumer.try_number)
        return View(self.index, key, self.moment).pull(self.ask)

    @property
    def versions(self) -> tuple[XCom, ...]:
        """Every version of the XCom that was wanted, also those of later."""
        return self.index.xcoms.get((self.producer, self.ask.key), ())
