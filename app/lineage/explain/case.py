"""All that is needed to judge a broken pull."""

from dataclasses import dataclass, field

from app.lineage.resolve import RunIndex
from app.lineage.source.declaration import DeclaredTask
from app.lineage.template.reads import Read
from app.lineage.trace.broken import Broken
from app.model.facts import Try
from app.model.ids import TaskInstanceKey, TryKey


@dataclass(slots=True)
class Case:
    """`wanted`: tries whose log would settle the question; filled while it is asked."""

    index: RunIndex
    declared: dict[str, DeclaredTask]
    broken: Broken
    wanted: set[TryKey] = field(default_factory=set)

    @property
    def reader(self) -> TaskInstanceKey:
        return self.broken.consumer.instance

    @property
    def read(self) -> Read:
        """The XCom that was wanted; only asked for when there is an origin."""
        assert self.broken.origin is not None  # noqa: S101  # template errors are judged before
        return self.broken.origin.read

    @property
    def producer(self) -> TaskInstanceKey:
        """The instance that should have pushed; of a mapped task its first."""
        read = self.read
        if read.instance is not None:
            return read.instance
        known = self.index.instances(self.dag_id, read.task_id)
        return known[0] if known else TaskInstanceKey(self.dag_id, self.reader.run_id, read.task_id)

    @property
    def dag_id(self) -> str:
        return self.read.ask.dag_id or self.reader.dag_id

    @property
    def producer_try(self) -> Try | None:
        """The producer's last try that had begun when the reader began; else its last."""
        tries = self.index.tries.get(self.producer, ())
        reader = self.reader_try
        moment = reader.start if reader else None
        begun = [one for one in tries if one.start and (moment is None or one.start <= moment)]
        known = begun or list(tries)
        return known[-1] if known else None

    @property
    def reader_try(self) -> Try | None:
        number = self.broken.consumer.try_number
        tries = self.index.tries.get(self.reader, ())
        return next((one for one in tries if one.key.try_number == number), None)
