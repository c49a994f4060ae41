"""Contracts learn from each run once, whatever happens in between."""

from datetime import timedelta

import pytest

from app.airflow.client import Airflow
from app.model.contract import Contract, Kind, Node
from app.refresh import Limits, Mirror
from app.refresh.learning import given
from app.store.contracts import Push, Success, read_contracts
from app.store.numbers import dag_numbers
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.airflow.fake_runs import START, FakeRun
from tests.build import after
from tests.lineage.contract.learned import node_at
from tests.refresh.mirrors import mirror_of


def contract(store: Store, task_id: str = "make") -> Contract:
    with store.reading() as session:
        dag_pk = dag_numbers(session, deployment_pk=1)["etl"]
        return read_contracts(session, dag_pk=dag_pk).get(task_id, Contract())


def node(store: Store, *path: str) -> Node:
    found = node_at(contract(store), "return_value", path)
    assert found is not None
    return found


def values(store: Store, *path: str) -> int:
    return sum(number for number, _ in node(store, *path).kinds.values())


def add_run(server: FakeAirflow, number: int, value: object, **more: object) -> FakeRun:
    due = START + timedelta(hours=number)
    run = server.add_run("etl", f"r{number}", run_after=due, end=due, **more)
    run.task("make").push("return_value", value)
    return run


def test_runs_that_are_over_are_learned_from_once(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    for number in range(3):
        add_run(server, number, {"uri": "a", "rows": number})
    for _ in range(3):
        mirror.refresh()
        server.tick(200)
    assert len(contract(store).runs) == 3
    assert values(store, "rows") == 3
    assert [value for value, *_ in node(store, "rows").highest] == [2, 1, 0]


def test_an_open_run_is_not_learned_from_until_it_is_sealed(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    run = server.add_run("etl", "r1", state="running")
    run.task("make").push("return_value", {"rows": 1})
    mirror.refresh()
    assert contract(store) == Contract()
    run.finishes()
    for _ in range(3):
        server.tick(200)
        mirror.refresh()
    assert values(store, "rows") == 1


def test_a_failed_try_teaches_nothing_and_what_it_pushed_is_not_taken_for_the_next_ones(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    run = server.add_run("etl", "r1", state="running")
    task = run.task("make").push("partial", 1)
    mirror.refresh()
    server.tick(10)
    task.retries(start=server.stamp(), state="success").push("return_value", {"rows": 2})
    run.task("broken").push("return_value", 1).fails()
    run.finishes("failed")
    for _ in range(3):
        server.tick(200)
        mirror.refresh()
    assert list(contract(store).root.names) == ["return_value"]
    assert contract(store, "broken") == Contract()


def test_a_run_that_is_opened_again_teaches_what_is_new_in_it(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    run = add_run(server, 1, {"rows": 1})
    run.task("other").push("return_value", 1)
    mirror.refresh()
    server.tick(200)
    run.task("make").retries(start=server.stamp(), state="success")
    run.task("make").push("return_value", {"rows": "many"})
    run.touch()
    for _ in range(4):
        mirror.refresh()
        server.tick(200)
    assert set(node(store, "rows").kinds) == {Kind.INTEGER, Kind.STRING}
    assert values(store, "rows") == 2
    assert len(contract(store).runs) == 1
    assert contract(store, "other").root.kinds == {Kind.MAPPING: (1, 1)}


def test_a_task_that_once_pushed_nothing_is_known_to_have(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    add_run(server, 1, {"rows": 1})
    server.add_run("etl", "r2", run_after=START + timedelta(hours=2)).task("make")
    mirror.refresh()
    assert node(store).always == 0b01
    assert contract(store).root.kinds == {Kind.MAPPING: (2, 0b11)}


def test_an_older_database_is_learned_from_pass_by_pass(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    for number in range(5):
        add_run(server, number, number)
    mirror = mirror_of(airflow, store, limits=Limits(lessons_at_once=2))
    known: list[int] = []
    for _ in range(4):
        mirror.refresh()
        known.append(len(contract(store).runs))
    assert known == [2, 4, 5, 5]


def test_a_pass_that_breaks_off_while_it_learns_teaches_nothing_twice(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    add_run(server, 1, {"rows": 1})
    with store.writing() as session:
        session.exec_driver_sql(
            "CREATE TRIGGER broken BEFORE UPDATE OF is_learned ON dag_run WHEN NEW.is_learned"
            " BEGIN SELECT RAISE(ABORT, 'power cut'); END"
        )
    with pytest.raises(Exception, match="power cut"):
        mirror.refresh()
    assert contract(store) == Contract()
    with store.writing() as session:
        session.exec_driver_sql("DROP TRIGGER broken")
    mirror.refresh()
    assert values(store, "rows") == 1


def test_what_stood_under_a_key_last_counts() -> None:
    pushes = (
        Push(1, "a", 1, after(1), is_whole=True),
        Push(2, "a", 2, after(20), is_whole=True),
        Push(3, "b", None, after(21), is_whole=False),
    )
    first = given(Success("make", -1, 1, after(5), pushes))
    assert [(one.key, one.value, one.is_whole) for one in first] == [
        ("a", 2, True),
        ("b", None, False),
    ]
    second = given(Success("make", -1, 2, after(21), pushes))
    assert [one.key for one in second] == ["b"]
