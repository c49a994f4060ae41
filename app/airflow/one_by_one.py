"""Questions about all DAGs at once, put for each DAG by itself where Airflow refuses the one.

A user with rights on some DAGs only may be refused at `~`, which stands for all of them.
"""

import threading
from collections.abc import Callable, Collection
from functools import partial
from typing import TypeVar

from app.airflow.connection import Connection
from app.airflow.questions import ALL, Questions
from app.model.errors import AirflowError, NotAllowed, NotThere

T = TypeVar("T")

# Seconds for which the list of readable DAGs is good, and after which all are asked for at once
# again: rights change seldom.
_DAGS_FOR = 60.0
_REFUSED_FOR = 3600.0


class OneByOne:
    """Remembers what was refused, and which DAGs may be read. Safe to use from several threads."""

    def __init__(self, at: Connection, clock: Callable[[], float]) -> None:
        self._at = at
        self._clock = clock
        self._lock = threading.Lock()
        self._refused_at: float | None = None
        self._dags: tuple[float, tuple[str, ...]] | None = None

    @property
    def is_needed(self) -> bool:
        """Whether all DAGs at once were refused lately."""
        at = self._refused_at
        return at is not None and self._clock() - at < _REFUSED_FOR

    def ask(
        self, asked: Questions, question: Callable[[str], Collection[T]]
    ) -> tuple[Collection[T], ...]:
        """The answers for all DAGs: one, or one for each DAG where they are refused together.

        Raises NotAllowed when no DAG may be read.
        """
        if self.is_needed:
            return self._each(question, self._readable(asked))
        try:
            return (question(ALL),)
        except NotAllowed:
            dags = self._readable(asked)
            if not dags:
                raise
            self._refused_at = self._clock()
            return self._each(question, dags)

    def _readable(self, asked: Questions) -> tuple[str, ...]:
        with self._lock:
            now = self._clock()
            if self._dags is None or now - self._dags[0] >= _DAGS_FOR:
                self._dags = (now, tuple(dag.dag_id for dag in asked.dags()))
            return self._dags[1]

    def _each(
        self, question: Callable[[str], Collection[T]], dags: tuple[str, ...]
    ) -> tuple[Collection[T], ...]:
        answers = self._at.many(iter([partial(_answer, question, dag) for dag in dags]))
        return tuple(one for one in answers if not isinstance(one, AirflowError))


def _answer(question: Callable[[str], Collection[T]], dag: str) -> Collection[T] | AirflowError:
    """What it says of this DAG; or that it is gone or forbidden since the list was read."""
    try:
        return question(dag)
    except (NotAllowed, NotThere) as error:
        return error
