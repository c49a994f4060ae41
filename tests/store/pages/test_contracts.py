"""What stands beside a contract: the newest value of each key; on both stores."""

from dataclasses import replace

from app.model.findings import Analysis, ProblemKind
from app.model.ids import RunKey
from app.model.values import Json
from app.store.pages.contracts import read_dag_contracts, read_newest_values
from app.store.session import Store
from tests.build import (
    RUN,
    after,
    keep,
    make_consumer,
    make_facts,
    make_problem,
    make_pull,
    make_run,
    make_try,
    make_xcom,
)


def newest(store: Store, task_id: str = "extract", deployment: str = "default") -> dict[str, Json]:
    with store.reading() as session:
        found = read_newest_values(
            session, deployment=deployment, dag_id=RUN.dag_id, task_id=task_id
        )
    return {f"{one.at.instance.run_id} {one.at.key}": one.value for one in found}


def test_the_newest_value_of_each_key_is_read_whichever_run_gave_it(store: Store) -> None:
    for number, keys in enumerate((("return_value", "rare"), ("return_value",))):
        run = RunKey(RUN.dag_id, f"r{number}")
        xcoms = tuple(
            make_xcom("extract", number, key=key, run=run, seconds=number * 100) for key in keys
        )
        facts = make_facts(
            make_run(run, run_after=after(number * 100)),
            tries=(make_try("extract", run=run),),
            xcoms=xcoms,
        )
        keep(store, facts)
    assert newest(store) == {"r1 return_value": 1, "r0 rare": 0}
    assert newest(store, "load") == newest(store, deployment="other") == {}


def test_a_great_value_is_not_read(store: Store) -> None:
    keep(store, make_facts(xcoms=(replace(make_xcom("extract", "x"), size=300_000),)))
    assert list(newest(store).values()) == [None]


def test_many_mistyped_pulls_do_not_keep_a_missed_key_out(store: Store) -> None:
    """There are as many as the DAG has runs, and one page tells both."""
    missed = make_problem(ProblemKind.UNKNOWN_KEY, pull=make_pull(key="rows"), cause="rows")
    mistyped = [
        make_problem(consumer=make_consumer(field=f"arguments[{number}]"), cause="typo")
        for number in range(301)
    ]
    keep(store, make_facts(), Analysis(problems=(missed, *mistyped)))
    with store.reading() as session:
        found = read_dag_contracts(session, deployment="default", dag_id=RUN.dag_id)
    assert [one.key for one in found.missed] == ["rows"]
    assert len(found.mistyped) == 300
