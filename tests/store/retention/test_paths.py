"""Paths of leaves go with the last leaf that has them, and no sooner."""

from sqlalchemy import select

from app.model.retention import Retention
from app.store.search.unused import forget_paths
from app.store.tables import leaf_path
from tests.store.retention.runs import Past, day
from tests.store.retention.texts import found_ids


def paths(past: Past) -> list[str]:
    with past.store.reading() as session:
        return sorted(session.scalars(select(leaf_path.c.label).distinct()))


def forget(past: Past, *, deployment_pk: int) -> int:
    """In how many steps all were looked at."""
    last: int | None = 0
    steps = 0
    while last is not None:
        last = forget_paths(past.store, deployment_pk=deployment_pk, after=last, most=2)
        steps += 1
    return steps


def test_pruning_forgets_the_paths_of_runs_that_went(past: Past) -> None:
    past.run(1, value={"k1": "old"})
    past.run(2, value={"k2": "new"})
    before = paths(past)
    assert [one for one in before if ".k" in one] == ["key1.k1", "key1.k2"]
    past.prune(Retention(days=998.5))
    assert paths(past) == [one for one in before if one != "key1.k1"]
    assert found_ids(past, "new") == ["r2"]
    past.prune(Retention(days=0))
    assert paths(past) == []


def test_they_are_looked_up_once_a_day(past: Past) -> None:
    for number in range(1, 5):
        past.run(number, value={f"k{number}": "v"})
    pruner = past.pruner(Retention(days=100))
    for now, left in ((101.5, 3), (102, 3), (103.5, 1)):
        pruner.prune(now=day(now))
        assert len([one for one in paths(past) if ".k" in one]) == left


def test_those_of_another_deployment_are_left_alone(past: Past) -> None:
    past.run(1)
    with past.store.writing() as session:
        session.exec_driver_sql("DELETE FROM leaf")
    before = paths(past)
    forget(past, deployment_pk=past.deployment_pk + 1)
    assert paths(past) == before
    assert forget(past, deployment_pk=past.deployment_pk) > 2
    assert paths(past) == []
