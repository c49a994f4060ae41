"""One rendering under way, and how it may break off."""

from typing import Any

from jinja2.exceptions import UndefinedError

from app.lineage.template.limits import Budget
from app.lineage.template.reads import Origin
from app.lineage.template.tracked import Nothing, Origins

NOT_ITERABLE = "'NoneType' object is not iterable"


class Unreached(UndefinedError):
    """A template used something that is not there."""

    def __init__(
        self,
        message: str | None = None,
        origin: Origin | None = None,
        kind: str = "UndefinedError",
    ) -> None:
        super().__init__(message)
        self.origin = origin
        self.kind = kind  # The exception that Airflow would name.


class Session:
    """One rendering under way: what it spent, guessed and put out."""

    def __init__(self, guesses: tuple[bool, ...] = ()) -> None:
        self.budget = Budget()
        self.guesses = guesses
        self.guessed: list[bool] = []
        self.outputs: list[Any] = []

    def choose(self) -> bool:
        """What a condition on an unknown value is taken to be this time."""
        self.budget.spend()
        at = len(self.guessed)
        guess = self.guesses[at] if at < len(self.guesses) else True
        self.guessed.append(guess)
        return guess


def blamed(origins: Origins) -> Origin | None:
    """Of several places that may be to blame always the same one."""
    return min(
        origins,
        key=lambda one: (one.read.task_id, repr(one.read.instance), repr(one.path)),
        default=None,
    )


def spoiled(message: str, nothing: Nothing) -> Unreached:
    return Unreached(message, blamed(nothing.origins), "TypeError")
