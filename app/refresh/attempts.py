"""Requests about single items: many at once, and a refused one costs that item alone."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from app.airflow.client import Airflow
from app.model.errors import AirflowError
from app.model.ids import RunKey
from app.refresh.report import Troubles

K = TypeVar("K")
T = TypeVar("T")


def answers(
    airflow: Airflow,
    calls: Mapping[K, Callable[[], T]],
    *,
    troubles: Troubles,
    run_of: Callable[[K], RunKey | None],
) -> dict[K, T]:
    """The answers by key, those that came; the reasons of the others are in `troubles`.

    Raises AirflowError when Airflow as a whole does not answer.
    """
    attempts = [
        partial(attempt, call, troubles=troubles, of=run_of(key)) for key, call in calls.items()
    ]
    found = airflow.many(attempts)
    return {key: answer[0] for key, answer in zip(calls, found, strict=True) if answer}


def attempt(call: Callable[[], T], *, troubles: Troubles, of: RunKey | None) -> tuple[T] | None:
    """The answer, in a tuple of its own since it may be None; None when the item was refused."""
    try:
        return (call(),)
    except AirflowError as error:
        troubles.bear(error, of=of)
        return None
