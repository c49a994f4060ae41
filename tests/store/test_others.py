from collections.abc import Callable
from typing import TypeAlias

import pytest

from app.model.findings import (
    Check,
    Consumer,
    Problem,
    ProblemKind,
    Pull,
    Severity,
    Suggestion,
)
from app.model.ids import TaskInstanceKey
from app.store.dags import write_dags
from app.store.deployments import ensure_deployment
from app.store.numbers import dag_numbers
from app.store.others import Told, told_of_others
from app.store.session import Store
from tests.build import make_dag

OWN = TaskInstanceKey("geo", "r1", "load")


def problem(
    *, title: str = "load got None", seen: str = "", text: str = "", pull: str = "geo"
) -> Problem:
    return Problem(
        ProblemKind.UNKNOWN_KEY,
        Severity.ERROR,
        title,
        consumer=Consumer(OWN, 1, "arguments[0]"),
        pull=Pull(pull, ("make",), "key"),
        checks=(Check("pushed key", ok=False, seen=seen),),
        suggestion=Suggestion(text),
    )


Asking: TypeAlias = Callable[[Problem], Told]


@pytest.fixture
def told(store: Store) -> Asking:
    with store.writing() as session:
        pk = ensure_deployment(session, name="eu", url="http://eu")
        write_dags(
            session, deployment_pk=pk, dags=[make_dag(one) for one in ("geo", "etl", "etl.x-1")]
        )
        us = ensure_deployment(session, name="us", url="http://us")
        write_dags(session, deployment_pk=us, dags=[make_dag("orders")])

    def ask(one: Problem) -> Told:
        with store.reading() as session:
            own = dag_numbers(session, deployment_pk=pk)["geo"]
            return told_of_others(session, dag_pk=own, problems=[one])[0]

    return ask


@pytest.mark.parametrize(
    ("one", "others"),
    [
        (problem(), ()),
        (problem(seen="geo has no key"), ()),
        (problem(seen="etl.load pushed it"), ("etl",)),
        (problem(seen="only `etl`, a DAG."), ("etl",)),
        (problem(text="did you mean etl.x-1?"), ("etl", "etl.x-1")),
        (problem(title="load reads from etl"), ("etl",)),
        (problem(pull="etl"), ("etl",)),
        (problem(seen="orders of another Airflow"), ()),
        (problem(seen="etls and metl"), ()),
    ],
)
def test_other_dags_are_found_wherever_they_stand(
    told: Asking, one: Problem, others: tuple[str, ...]
) -> None:
    assert told(one).others == others
    assert (told(one).alone is None) is (not others)


def test_what_is_left_tells_of_the_pull_alone(told: Asking) -> None:
    alone = told(
        problem(seen="etl has the key other", text="did you mean other?", pull="etl")
    ).alone
    assert alone is not None
    assert alone.title == "load reads from another DAG"
    assert (alone.checks, alone.suggestion, alone.root, alone.spread) == ((), None, None, ())
    assert alone.pull is not None
    assert alone.pull.dag_id == "etl"
    assert alone.kind is ProblemKind.UNKNOWN_KEY
