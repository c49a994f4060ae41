"""Which other DAGs a problem tells something about, and what is left of it without that.

A pull from another DAG that failed is proved by what that DAG has and did; who may not see that DAG
is told of the pull alone, which stands in their own DAG's source.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import msgspec
from sqlalchemy import select

from app.model.findings import Problem
from app.store.among import among
from app.store.session import ReadSession
from app.store.tables import dag

_WORD = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class Told:
    """`others`: ids of DAGs; `alone`: the problem without them, None where there are none."""

    others: tuple[str, ...] = ()
    alone: Problem | None = None


def told_of_others(
    session: ReadSession, *, dag_pk: int, problems: Sequence[Problem]
) -> tuple[Told, ...]:
    """For each problem of the DAG: which other DAGs of the same deployment it tells about.

    Found by their ids, wherever they stand in its texts: a DAG that is called like a common word is
    found too often, and never too seldom.
    """
    words = [frozenset(_names(problem)) for problem in problems]
    known = _dags_among(session, dag_pk, frozenset[str]().union(*words))
    return tuple(_told(problem, of & known) for problem, of in zip(problems, words, strict=True))


def _told(problem: Problem, others: frozenset[str]) -> Told:
    return Told(tuple(sorted(others)), _alone(problem)) if others else Told()


def _alone(problem: Problem) -> Problem:
    task = problem.instance.task_id if problem.instance else ""
    return replace(
        problem,
        title=f"{task} reads from another DAG",
        checks=(),
        suggestion=None,
        root=None,
        spread=(),
    )


def _names(problem: Problem) -> Iterator[str]:
    """Words that may be the id of a DAG: ids have letters, digits, underscores, dashes and dots."""
    proof = (problem.title, problem.checks, problem.suggestion, problem.root, problem.spread)
    pulled = problem.pull.dag_id if problem.pull else ""
    for text in _texts(msgspec.to_builtins((proof, pulled))):
        for word in _WORD.findall(text):
            # `etl.load` may be a task of `etl`, and a sentence ends with a dot.
            yield from accumulate(word.split("."), "{}.{}".format)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _of_each(value.values())
    elif isinstance(value, list | tuple):
        yield from _of_each(value)


def _of_each(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        yield from _texts(value)


def _dags_among(session: ReadSession, dag_pk: int, names: frozenset[str]) -> frozenset[str]:
    """Those of the names that are DAGs beside this one."""
    own = select(dag.c.deployment_id).where(dag.c.id == dag_pk).scalar_subquery()
    found = select(dag.c.dag_id).where(
        dag.c.deployment_id == own, dag.c.id != dag_pk, among(session, dag.c.dag_id, names)
    )
    return frozenset(session.scalars(found)) if names else frozenset()
