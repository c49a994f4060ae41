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
        self._refused_at: dict[str, float] = {}  # By what was asked.
        self._dags: tuple[float, tuple[str, ...]] | None = None

    def is_needed(self, what: str | None = None) -> bool:
        """Whether this, or anything, was refused lately when asked of all DAGs at once."""
        refused = self._refused_at
        times = list(refused.values()) if what is None else [refused.get(what)]
        return any(at is not None and self._clock() - at < _REFUSED_FOR for at in times)

    def ask(
        self, asked: Questions, what: str, question: Callable[[str], Collection[T]]
    ) -> tuple[Collection[T], ...]:
        """The answers for all DAGs: one, or one for each DAG where they are refused together.

        Raises NotAllowed when no DAG tells it either.
        """
        if self.is_needed(what):
            return self._each(question, self._readable(asked))
        try:
            return (question(ALL),)
        except NotAllowed:
            answers = self._each(question, self._readable(asked))
            if not answers:
                raise
            self._refused_at[what] = self._clock()
            return answers

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
