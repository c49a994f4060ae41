"""One rendering under way, and how it may break off."""

from typing import Any

from jinja2.exceptions import UndefinedError

from app.lineage.template.limits import Budget
from app.lineage.template.reads import Origin
from app.lineage.template.tracked import Nothing

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


def spoiled(message: str, nothing: Nothing) -> Unreached:
    return Unreached(message, next(iter(nothing.origins), None), "TypeError")
