"""How a block of code is left before its end."""

import ast
from collections.abc import Callable
from typing import Any

from app.lineage.source.scope import Scope

#: Runs statements; raises Returned, Raised or Left when one of them leaves the block.
Run = Callable[[list[ast.stmt], Scope], None]


class Returned(Exception):  # a way out, not an error
    """A function's return statement was reached."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class Raised(Exception):  # likewise
    """A raise statement was reached; `value` is what it raises, as far as that is known."""

    def __init__(self, value: Any = None) -> None:
        super().__init__()
        self.value = value


class Left(Exception):  # likewise
    """`break` or `continue` was reached."""

    def __init__(self, *, is_break: bool) -> None:
        super().__init__()
        self.is_break = is_break


def ended(run: Run, body: list[ast.stmt], scope: Scope) -> Returned | Raised | Left | None:
    """How the block was left; None when it ran to its end."""
    try:
        run(body, scope)
    except (Returned, Raised, Left) as way:
        return way
    return None
