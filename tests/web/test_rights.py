"""A reader with one DAG: to them all is as if there were no other.

Each address is asked for on two stores: one with all DAGs, and one in which the others were never
mirrored. The answers are the same, byte for byte: so none of them tells anything of the others, by
what it shows, counts, suggests, leaves out or refuses.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.model.rights import NOTHING, Grant, Rights
from app.store.session import Store
from app.web import links
from app.web.hub import Hub
from tests.store.fixture import copied
from tests.web.access_ways import Behind, behind
from tests.web.confined_store import SECRET_OF_VAULT, SEEN, VAULT, fill_vault, forget_unseen
from tests.web.walking import addresses, get_routes, route_at

# Streams, signs of life and metrics have tests of their own; signing in is for nobody else.
NOT_WALKED = frozenset(
    {links.live(), links.alive(), links.ready(), links.metrics()}
    | {links.SIGN_IN, f"{links.SIGN_IN}/oidc", links.SIGN_IN_BACK}
)
# Of each route so many addresses, where the ways in are compared and where the stores are.
FEW, MANY = 3, 30
# Of who is not signed in; how long a search took is no two times the same.
READER = re.compile(r'\s*<(form|span) class="reader".*?</\1>\s*', re.DOTALL)
# The database grows by what readers do.
SIZE = re.compile(r"file of [^<]*|bytes\": \d+")
TIME = re.compile(r"\b\d+ ms\b")


@pytest.fixture(scope="module")
def whole(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with copied(filled, tmp_path_factory.mktemp("whole")) as store:
        fill_vault(store)
        yield store


@pytest.fixture(scope="module")
def reduced(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with copied(filled, tmp_path_factory.mktemp("reduced")) as store:
        fill_vault(store)
        forget_unseen(store)
        yield store


@pytest.fixture(scope="module")
def walked(whole: Store) -> dict[str, str]:
    """What who may see everything is told, by address."""
    with behind("proxy", whole) as app, app.reader("ann") as client:
        return {one: client.get(one).text for one in addresses(client)}


@pytest.fixture(scope="module", params=["proxy", "airflow", "oidc"])
def app(request: pytest.FixtureRequest, whole: Store) -> Iterator[Behind]:
    with behind(request.param, whole) as app:
        yield app


def test_the_walk_comes_by_every_route_and_tells_of_every_dag(walked: dict[str, str]) -> None:
    assert get_routes() - {route_at(one) for one in walked} == NOT_WALKED
    text = "".join(walked.values())
    for told in (SECRET_OF_VAULT, VAULT.run_id, "orders_export", "churn_training", "prod-us"):
        assert told in text


def test_a_reader_with_one_dag_learns_nothing_of_the_others(
    whole: Store, reduced: Store, walked: dict[str, str]
) -> None:
    with ExitStack() as stack:
        bob, alone = (
            stack.enter_context(stack.enter_context(behind("proxy", store)).reader("bob"))
            for store in (whole, reduced)
        )
        told = {one: (_told(bob, one), _told(alone, one)) for one in _some(walked, MANY)}
    assert [one for one, (now, then) in told.items() if now != then] == []
    assert sum(SEEN in now[2] for now, _ in told.values()) > 80


def test_a_reader_with_one_dag_is_told_the_same_whichever_way_they_came_in(
    app: Behind, whole: Store, walked: dict[str, str]
) -> None:
    with behind("proxy", whole) as other, other.reader("bob") as there, app.reader("bob") as here:
        some = _some(walked, FEW)
        assert [one for one in some if _told(here, one) != _told(there, one)] == []


def test_who_may_see_everything_does_whichever_way_they_came_in(
    app: Behind, walked: dict[str, str]
) -> None:
    with app.reader("ann") as ann:
        for one in _some(walked, FEW):
            now, then = (SIZE.sub("", _shown(text)) for text in (ann.get(one).text, walked[one]))
            assert now == then, one


def test_nobody_is_told_anything(app: Behind, walked: dict[str, str]) -> None:
    with app.reader("") as nobody:
        for one in _some(walked, FEW):
            if route_at(one) != links.STATIC_ROUTE:
                answer = nobody.get(one)
                assert answer.status_code == (401 if one.startswith(links.API) else 303), one
                assert not any(dag in answer.text for dag in (SEEN, "churn", "orders"))


def _some(walked: dict[str, str], most: int) -> list[str]:
    """Addresses of all routes, and of one route no more than so many, from all over the walk."""
    counts: Counter[str] = Counter()
    some = []
    for one in sorted(walked, key=hash_of):
        route = route_at(one)
        counts[route] += 1
        if counts[route] <= most:
            some.append(one)
    return some


def hash_of(address: str) -> int:
    return sum(place * ord(letter) for place, letter in enumerate(address, 1)) % 1009


def _told(client: TestClient, address: str) -> tuple[int, str, str]:
    answer = client.get(address)
    return answer.status_code, answer.headers.get("location", ""), _shown(answer.text)


def _shown(text: str) -> str:
    return TIME.sub("", READER.sub("\n    ", text))


def test_missed_changes_are_told_of_seen_dags_only(whole: Store, reduced: Store) -> None:
    told = []
    for store in (whole, reduced):
        hub, rights = Hub(store), Rights((Grant("prod-eu", frozenset({SEEN})),))
        told.append(hub._missed(0, rights))
        assert hub._missed(0, NOTHING) == []
    assert told[0] == told[1]
