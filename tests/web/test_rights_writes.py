"""Who decides about a problem must see it, and is who has signed in; in each way of signing in."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.store.audit import Act, read_acts
from app.store.session import Store
from app.store.tables import dag, decision, problem
from app.web import links
from tests.web.access_ways import Behind, behind
from tests.web.confined_store import SEEN


@pytest.fixture(params=["proxy", "airflow", "oidc"])
def app(request: pytest.FixtureRequest, store: Store) -> Iterator[Behind]:
    with behind(request.param, store) as app:
        yield app


WRITES = ("acknowledge", "mute", "reopen")


@pytest.mark.parametrize("what", WRITES)
def test_a_reader_cannot_decide_about_what_they_may_not_see(
    app: Behind, store: Store, what: str
) -> None:
    unseen = _problem(store, "churn_training")
    with app.reader("bob") as bob:
        for answer in (
            bob.post(f"/problems/{unseen}/{what}", data={"length": "good"}),
            bob.post(f"{links.API}/problems/{unseen}/{what}", json={"by": "bob"}),
            bob.post(f"{links.API}/problems/987654/{what}", json={"by": "bob"}),
        ):
            assert answer.status_code == 404
            assert "churn" not in answer.text
    assert _decisions(store) == []


@pytest.mark.parametrize("what", WRITES)
def test_nobody_can_decide_anything(app: Behind, store: Store, what: str) -> None:
    seen = _problem(store, SEEN)
    with app.reader("") as nobody:
        assert nobody.post(f"/problems/{seen}/{what}", data={}).status_code == 401
        assert nobody.post(f"{links.API}/problems/{seen}/{what}", json={}).status_code == 401
    assert _decisions(store) == []


def test_who_decides_is_who_signed_in_and_is_written_down(app: Behind, store: Store) -> None:
    seen = _problem(store, SEEN)
    with app.reader("bob") as bob:
        answer = bob.post(f"{links.API}/problems/{seen}/acknowledge", json={"by": "somebody"})
        assert answer.status_code == 200
        assert _decisions(store) == ["bob"]
        assert bob.post(f"/problems/{seen}/reopen", data={"back": ""}).status_code == 303
    assert _decisions(store) == []
    with store.reading() as session:
        acts = read_acts(session, most=2)
    assert [(one.who, one.what, one.about) for one in acts] == [
        ("bob", Act.REOPENED, f"problem {seen}"),
        ("bob", Act.ACKNOWLEDGED, f"problem {seen}"),
    ]


def test_a_form_of_another_site_is_refused_whoever_is_signed_in(app: Behind, store: Store) -> None:
    seen = _problem(store, SEEN)
    with app.reader("ann") as ann:
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            for path in (f"/problems/{seen}/acknowledge", "/sign-out", links.SIGN_IN):
                assert ann.post(path, data={}, headers=headers).status_code == 403
    assert _decisions(store) == []


def test_trying_a_template_on_an_unseen_dag_is_as_on_none(app: Behind) -> None:
    with app.reader("bob") as bob:
        for dag_id in ("churn_training", "no_such_dag"):
            at = f"{links.API}/prod-eu/dags/{dag_id}/runs/none/try"
            answer = bob.post(at, json={"task_id": "a", "field": "b", "template": "{{ 1 }}"})
            assert answer.status_code == 404


def _problem(store: Store, dag_id: str) -> int:
    found = select(problem.c.id).join(dag, problem.c.dag_pk == dag.c.id)
    with store.reading() as session:
        number: int = session.scalars(found.where(dag.c.dag_id == dag_id).limit(1)).one()
    return number


def _decisions(store: Store) -> list[str]:
    with store.reading() as session:
        return list(session.scalars(select(decision.c.by)))
