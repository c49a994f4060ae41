"""A secret that a pod gave under a name is found where others got it without one."""

from typing import Any

import pytest
from sqlalchemy import event

from app.airflow.client import Airflow
from app.ingest.masking import SecretsMasked
from app.ingest.seal import Seal
from app.refresh import Limits, Mirror
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.airflow.fake_runs import FakeInstance
from tests.refresh.mirrors import facts, mirror_of

SECRET = "tr0ub4dor-n3xt"
SEAL = Seal(b"0123456789abcdef")
MASK = SEAL.hide(SECRET)


def begun(airflow: Airflow, store: Store) -> Mirror:
    masking = SecretsMasked(seal=SEAL)
    return mirror_of(airflow, store, limits=Limits(backfill_days=30), masking=masking)


@pytest.fixture
def mirror(airflow: Airflow, store: Store) -> Mirror:
    return begun(airflow, store)


def producer(server: FakeAirflow) -> FakeInstance:
    run = server.add_run("etl", "r1", state="running")
    login = run.task("login", state="success", start=server.now, end=server.now)
    login.push("return_value", {"password": SECRET})
    return login


def consumer(server: FakeAirflow, login: FakeInstance, **more: Any) -> FakeInstance:
    rendered = {"arguments": [SECRET, f"--with={SECRET}"]}
    return login.run.task("load", state="success", start=server.now, rendered=rendered, **more)


def got(store: Store) -> list[Any]:
    return [one.rendered for one in facts(store).tries if one.key.instance.task_id == "load"]


def passes(mirror: Mirror, server: FakeAirflow) -> None:
    server.tick(3)
    mirror.refresh()


def test_an_argument_of_the_same_pass(server: FakeAirflow, mirror: Mirror, store: Store) -> None:
    consumer(server, producer(server))
    passes(mirror, server)
    assert got(store) == [{"arguments": [MASK, f"--with={MASK}"]}]


def test_an_argument_of_a_later_pass_of_another_process(
    server: FakeAirflow, airflow: Airflow, mirror: Mirror, store: Store
) -> None:
    login = producer(server)
    passes(mirror, server)
    consumer(server, login)
    passes(begun(airflow, store), server)
    assert got(store) == [{"arguments": [MASK, f"--with={MASK}"]}]


def test_an_xcom_that_passes_it_on(server: FakeAirflow, mirror: Mirror, store: Store) -> None:
    login = producer(server)
    # Read before what calls it a secret.
    login.run.task("a", state="success", start=server.now).push("return_value", {"x": SECRET})
    passes(mirror, server)
    assert SECRET not in str(facts(store).xcoms)
    assert [one.value for one in facts(store).xcoms if one.at.instance.task_id == "a"] == [
        {"x": MASK}
    ]


@pytest.mark.parametrize(("seal", "reads"), [(Seal(), False), (SEAL, True)])
def test_stored_values_are_read_for_their_masks_where_masks_tell_anything(
    server: FakeAirflow, store: Store, seal: Seal, *, reads: bool
) -> None:
    mirror = mirror_of(Airflow(server.url), store, masking=SecretsMasked(seal=seal))
    seen: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    mirror.refresh()
    assert any("xcom.value" in one and "LIKE" in one for one in seen) == reads
