"""Reading from Airflow while what was read before is written and analysed.

Airflow answers in a process of its own, mostly on another machine: so neither waits for the other.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def one_ahead(read: Callable[[T], R], those: Sequence[T]) -> Iterator[tuple[T, R]]:
    """Each with what `read` gives for it, read in another thread while one deals with the last.

    Raises what `read` raises, once those before have been dealt with. Whoever stops early waits for
    the reading that has begun.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
        under_way = [thread.submit(read, one) for one in those[:1]]
        for place, this in enumerate(those):
            result = under_way.pop().result()
            under_way += [thread.submit(read, one) for one in those[place + 1 : place + 2]]
            yield this, result
