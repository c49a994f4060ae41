"""DAGs that are not chosen are neither listed nor read."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.airflow.client import Airflow
from app.refresh import ChosenDags, Limits
from app.store import tables as t
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.refresh.mirrors import mirror_of, stored


@pytest.mark.parametrize(
    ("patterns", "without", "expected"),
    [
        (("*",), (), ["etl_a", "etl_b", "geo"]),
        (("etl_*",), (), ["etl_a", "etl_b"]),
        (("etl_*", "geo"), ("*_b",), ["etl_a", "geo"]),
        ((), (), []),
    ],
)
def test_patterns_choose(
    patterns: tuple[str, ...], without: tuple[str, ...], expected: list[str]
) -> None:
    chosen = ChosenDags(patterns, without)
    assert [one for one in ("etl_a", "etl_b", "geo") if one in chosen] == expected


def test_of_the_others_nothing_is_read_or_kept(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    for dag_id in ("etl_a", "private"):
        server.add_run(dag_id, "now", state="running").task("a").push("return_value", 1)
        past = server.now - timedelta(hours=3)
        server.add_run(dag_id, "past", run_after=past, end=past, updated_at=past).task("a")
    mirror = mirror_of(airflow, store, limits=Limits(chosen=ChosenDags(("etl_*",))))
    mirror.refresh()
    server.tick(3)
    mirror.refresh()
    kept = [at for at, one in stored(store, server).items() if one is not None]
    assert sorted(kept) == [("etl_a", "now"), ("etl_a", "past")]
    with store.reading() as session:
        assert list(session.scalars(select(t.dag.c.dag_id))) == ["etl_a"]
    assert not server.asked("private")
