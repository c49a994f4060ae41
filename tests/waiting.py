"""`until`: give up with a word on what never came to be."""

import threading
import time
from collections.abc import Callable


def until(is_so: Callable[[], bool], *, what: str, seconds: float = 120.0) -> None:
    """Return when it is so. Raises AssertionError with `what` when it takes longer."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, what
        threading.Event().wait(0.1)
