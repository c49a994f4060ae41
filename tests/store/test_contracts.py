"""Contracts as they are stored; learning itself is tested in tests/refresh/test_learning.py."""

from datetime import timedelta

from app.lineage.contract.joining import joined
from app.lineage.contract.learning import observed
from app.model.contract import Contract, Given
from app.model.values import Json
from app.store.contracts import (
    mark_of,
    note_learned,
    read_contracts,
    read_successes,
    unlearned_runs,
    write_contracts,
)
from app.store.numbers import dag_numbers
from app.store.runs import note_visits
from app.store.session import Store
from app.store.xcoms import write_xcoms
from tests.build import (
    RUN,
    START,
    after,
    keep,
    make_facts,
    make_instance,
    make_run,
    make_try,
    make_xcom,
)

_WEIRD: dict[str, Json] = {
    "n": [1, -2.5, 10**30, float("nan"), True, None],
    "text": 'a\0"%_\\\ud800',
    "": {"2026-11-20": "2026-11-20T06:00:00Z"},
    "deep": [[[{"a": {}}]]],
}


def sealed(store: Store) -> int:
    pk = keep(store, make_facts())
    with store.writing() as session:
        note_visits(session, deployment_pk=pk, runs=[RUN], at=after(90), settled=[RUN])
    return pk


def test_a_contract_comes_back_as_it_went_in(store: Store) -> None:
    pk = keep(store, make_facts())
    runs = [observed((day, 1), [[Given("return_value", _WEIRD, 7)], []]) for day in range(60)]
    contract = runs[0]
    for run in runs[1:]:
        contract = joined(contract, run)
    with store.writing() as session:
        dag_pk = dag_numbers(session, deployment_pk=pk)[RUN.dag_id]
        write_contracts(session, dag_pk=dag_pk, contracts={"extract": runs[0], "e": Contract()})
        write_contracts(session, dag_pk=dag_pk, contracts={"extract": contract})
    with store.reading() as session:
        assert read_contracts(session, dag_pk=dag_pk) == {"extract": contract, "e": Contract()}
        assert read_contracts(session, dag_pk=dag_pk, task_ids=["e"]) == {"e": Contract()}
        assert read_contracts(session, dag_pk=dag_pk + 1) == {}


def test_a_run_is_due_when_it_is_sealed_until_it_was_learned_from(store: Store) -> None:
    pk = keep(store, make_facts())
    with store.reading() as session:
        assert unlearned_runs(session, deployment_pk=pk, most=9) == ()
    sealed(store)
    with store.writing() as session:
        (run,) = unlearned_runs(session, deployment_pk=pk, most=9)
        assert run.mark == mark_of(session, deployment_pk=pk, run=RUN)
        assert run.mark[0] == int(START.timestamp())
        assert run.learned_to is None
        note_learned(session, run_pk=run.pk, learned_to=5)
        assert unlearned_runs(session, deployment_pk=pk, most=9) == ()


def test_a_new_version_of_an_xcom_makes_it_due_again(store: Store) -> None:
    pk = sealed(store)
    with store.writing() as session:
        (run,) = unlearned_runs(session, deployment_pk=pk, most=9)
        note_learned(session, run_pk=run.pk, learned_to=5)
        same = make_facts().xcoms
        write_xcoms(session, deployment_pk=pk, xcoms=same)
        assert unlearned_runs(session, deployment_pk=pk, most=9) == ()
        write_xcoms(session, deployment_pk=pk, xcoms=[make_xcom("extract", 2, seconds=50)])
        (again,) = unlearned_runs(session, deployment_pk=pk, most=9)
        assert again.learned_to == 5


def test_the_newest_runs_are_due_first(store: Store) -> None:
    pk = sealed(store)
    later = make_run(
        type(RUN)(RUN.dag_id, "later"), run_after=START + timedelta(days=1), end=after(99_000)
    )
    keep(store, make_facts(later, tries=(), xcoms=()))
    with store.writing() as session:
        note_visits(
            session, deployment_pk=pk, runs=[later.key], at=after(99_990), settled=[later.key]
        )
        both = unlearned_runs(session, deployment_pk=pk, most=9)
        (newest,) = unlearned_runs(session, deployment_pk=pk, most=1)
    assert [run.mark[0] for run in both] == [
        int(START.timestamp()) + 86_400,
        int(START.timestamp()),
    ]
    assert newest == both[0]


def test_task_instances_that_succeeded_come_with_all_that_they_pushed(store: Store) -> None:
    big = make_xcom("extract", "x", key="big", size=10**6)
    cut = make_xcom("extract", "{", key="cut", truncated=True)
    older = make_xcom("extract", 1, seconds=3)
    tries = (
        make_try("extract"),
        make_try("load", state="failed"),
        make_try("quiet", map_index=2, try_number=2),
    )
    pk = keep(
        store,
        make_facts(
            tries=tries, xcoms=(big, cut, older, make_xcom("extract", 2), make_xcom("load", 1))
        ),
    )
    with store.reading() as session:
        mark = mark_of(session, deployment_pk=pk, run=RUN)
        assert mark is not None
        extract, quiet = read_successes(session, run_pk=mark[1])
    told = [(push.key, push.value, push.is_whole) for push in extract.pushes]
    assert told[0] == ("return_value", 1, True)
    assert sorted(told[1:], key=str) == [
        ("big", None, False),
        ("cut", "{", False),
        ("return_value", 2, True),
    ]
    assert (quiet.task_id, quiet.map_index, quiet.try_number) == ("quiet", 2, 2)
    assert quiet.pushes == ()


def test_a_run_that_is_not_stored_has_no_mark(store: Store, deployment_pk: int) -> None:
    with store.reading() as session:
        assert mark_of(session, deployment_pk=deployment_pk, run=make_instance().run) is None
