"""One deployment's turn in this process."""

from app.store.session import Store, WriteSession
from app.store.turns import end_turn, is_due, require_turn, take_turn


class Turn:
    """A deployment's turn: while it lasts, `store` writes; once another has begun, it refuses.

    `store` raises Outpaced then. Before the first turn it writes as any other.
    """

    def __init__(self, store: Store) -> None:
        self._plain = store
        self._deployment_pk = 0
        self._number: int | None = None
        self.store = store.guarded(self._check)

    def of(self, deployment_pk: int) -> None:
        """Says whose turns these are, once that is known."""
        self._deployment_pk = deployment_pk

    def take(self, *, if_due: bool) -> bool:
        """Whether it is this process's turn now: always, or `if_due` only when it is time."""
        with self._plain.writing() as session:
            number = take_turn(session, self._deployment_pk, if_due=if_due)
        if number is None:
            return False
        self._number = number
        return True

    def end(self, *, pause: float) -> None:
        """Have the next pass begin after so many seconds; nothing if another turn has begun."""
        if self._number is None:
            return
        with self._plain.writing() as session:
            end_turn(session, self._deployment_pk, self._number, pause=pause)

    def is_due(self) -> bool:
        """Whether it is time for the next pass."""
        with self._plain.reading() as session:
            return is_due(session, self._deployment_pk)

    def _check(self, session: WriteSession) -> None:
        if self._number is not None:
            require_turn(session, self._deployment_pk, self._number)
