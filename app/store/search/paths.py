"""The paths on which a leaf that fits a query may stand."""

import json
from collections.abc import Iterable, Iterator
from functools import cache

from sqlalchemy import ColumnElement, Text, func, or_, select, type_coerce

from app.model.leaves import Place
from app.query.matching import path_fits, wildcard_fits
from app.query.scalars import within
from app.query.terms import At, Compared, In, Named, Query, Scope, Term
from app.store.session import AnyRow, ReadSession
from app.store.tables import dag, deployment, leaf_path

# By the names of their values in a row.
_NAMES = {
    Scope.DEPLOYMENT: deployment.c.name,
    Scope.DAG: dag.c.dag_id,
    Scope.TASK: leaf_path.c.task_id,
    Scope.KEY: leaf_path.c.name,
}
_STEPS: ColumnElement[str] = type_coerce(leaf_path.c.steps, Text)
_STEPS_ALONE = select(leaf_path.c.id, leaf_path.c.name.label("key"), _STEPS.label("steps"))
_ALL = (
    select(
        leaf_path.c.id,
        leaf_path.c.place,
        _STEPS.label("steps"),
        *(column.label(scope.value) for scope, column in _NAMES.items()),
    )
    .join(dag, leaf_path.c.dag_pk == dag.c.id)
    .join(deployment, dag.c.deployment_id == deployment.c.id)
)


def possible_paths(session: ReadSession, query: Query) -> list[int] | None:
    """The numbers of the paths; None when no term says anything of paths."""
    terms = [term for term in query.terms if _is_of_paths(term)]
    if not terms:
        return None
    columns = _ALL if any(isinstance(one.condition, Named | In) for one in terms) else _STEPS_ALONE
    rows = session.execute(
        columns.where(*(one for term in terms for one in _conditions(session, term)))
    )
    ways = [one.condition for one in terms if isinstance(one.condition, At | Compared)]
    others = [one for one in terms if not isinstance(one.condition, At | Compared)]
    # Many tasks have the same paths.
    fit = cache(lambda key, steps: _fit(ways, key, steps))
    return [
        row.id
        for row in rows
        if fit(row.key, row.steps) and all(_may_fit(one, row) for one in others)
    ]


def _fit(conditions: Iterable[At | Compared], key: str, steps: str) -> bool:
    path = (key, *json.loads(steps))
    return all(path_fits(one, path) for one in conditions)


def _is_of_paths(term: Term) -> bool:
    condition = term.condition
    if isinstance(condition, Named):
        return condition.scope in _NAMES
    if isinstance(condition, At | Compared):
        return not term.is_negated
    return isinstance(condition, In)


def _conditions(session: ReadSession, term: Term) -> Iterator[ColumnElement[bool]]:
    """What the database can tell of the term; the rest is for _may_fit."""
    condition = term.condition
    if term.is_negated:
        return
    if isinstance(condition, Named) and "*" not in condition.pattern:
        yield _NAMES[condition.scope] == condition.pattern
    elif isinstance(condition, At | Compared):
        for step in condition.steps:
            if "*" not in step and not step.isdecimal():
                yield _has_step(session, step)


def _has_step(session: ReadSession, step: str) -> ColumnElement[bool]:
    # LIKE takes longer.
    position = func.instr if session.dialect.name == "sqlite" else func.strpos
    return or_(leaf_path.c.name == step, position(_STEPS, json.dumps(step)) > 0)


def _may_fit(term: Term, row: AnyRow) -> bool:
    condition = term.condition
    if isinstance(condition, Named):
        name = getattr(row, condition.scope.value)
        return wildcard_fits(condition.pattern, name) is not term.is_negated
    is_within = isinstance(condition, In) and condition.within == within(Place(row.place), row.key)
    return is_within is not term.is_negated
