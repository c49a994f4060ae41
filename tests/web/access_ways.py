"""The sample behind each way of knowing readers, with the same two: ann sees all, bob one DAG."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network

from starlette.testclient import TestClient

from app.access.airflows import ByAirflow
from app.access.discovery import Provider
from app.access.limiting import Limit
from app.access.oidc import ByOidc
from app.access.proxies import ByProxy, Proxies
from app.access.reader import Access
from app.access.rules import Rule
from app.access.sessions import Sessions
from app.airflow.auth import Credentials
from app.airflow.client import Airflow
from app.store.session import Store
from app.web import links
from app.web.app import create_app
from app.web.parts import web_parts
from tests.access.provider import CLIENT, CLIENTS_SECRET
from tests.access.provider import Provider as Serving
from tests.access.readers_airflow import ReadersAirflow
from tests.web.confined_store import SEEN
from tests.web.sample import NOW

PROXY = "10.0.0.7"
RULES = (Rule(users=("ann",)), Rule(users=("bob",), deployments=("prod-eu",), dags=(SEEN,)))
_PROXIES = Proxies((ip_network(PROXY),))
_SECRET = "0123456789abcdef0123456789abcdef"


@dataclass
class Behind:
    """The app behind one way in."""

    access: Access
    store: Store
    provider: Serving | None = None
    _clients: dict[str, TestClient] = field(default_factory=dict)

    @contextmanager
    def client(self, headers: Mapping[str, str] | None = None) -> Iterator[TestClient]:
        parts = web_parts(self.store, version="1.2.3", now=lambda: NOW, access=self.access)
        with TestClient(
            create_app(parts),
            raise_server_exceptions=False,
            headers=dict(headers or {}),
            client=(PROXY, 1),
            follow_redirects=False,
        ) as client:
            yield client

    @contextmanager
    def reader(self, name: str) -> Iterator[TestClient]:
        """Signed in as they do it; nobody with an empty name."""
        is_named = isinstance(self.access, ByProxy) and name
        with self.client({"X-Forwarded-User": name} if is_named else {}) as client:
            if isinstance(self.access, ByAirflow) and name:
                form = {"name": name, "password": f"password-of-{name}"}
                assert client.post(links.SIGN_IN, data=form).status_code == 303
            elif self.provider is not None and name:
                self.provider.user = {"sub": name, "email": name}
                leaving = client.get(links.sign_in_elsewhere(onward="/status"))
                query = self.provider.sign_in(leaving.headers["location"])
                back = client.get(f"{links.SIGN_IN_BACK}?{query}")
                assert (back.status_code, back.headers["location"]) == (303, "/status")
            yield client


@contextmanager
def behind(way: str, store: Store, *, is_secure: bool = False) -> Iterator[Behind]:
    """`way`: proxy, airflow or oidc; `is_secure`: readers come by HTTPS."""
    sessions = Sessions(store, secret=_SECRET, hours=1, is_secure=is_secure, now=lambda: NOW)
    limit = Limit(store, now=lambda: NOW)
    with ExitStack() as stack:
        if way == "proxy":
            yield Behind(ByProxy(_PROXIES, RULES), store)
        elif way == "airflow":
            airflows = {name: _opening(stack, name) for name in ("prod-eu", "prod-us")}
            access = ByAirflow(
                airflows, store=store, sessions=sessions, limit=limit, proxies=_PROXIES
            )
            yield Behind(access, store)
        else:
            serving = stack.enter_context(Serving())
            oidc = ByOidc(
                Provider(serving.url, CLIENT, CLIENTS_SECRET),
                back=f"http://testserver{links.SIGN_IN_BACK}",
                rules=RULES,
                sessions=sessions,
                limit=limit,
                proxies=_PROXIES,
                secret=_SECRET,
            )
            yield Behind(oidc, store, serving)


def _opening(stack: ExitStack, deployment: str):  # type: ignore[no-untyped-def] # noqa: ANN202
    server = stack.enter_context(ReadersAirflow())
    for dag_id in (SEEN, "churn_training", "vault_rotation"):
        server.add_dag(dag_id)
    server.add_user("ann", "password-of-ann")
    if deployment == "prod-eu":
        server.add_user("bob", "password-of-bob", SEEN)

    @contextmanager
    def opening(user: Credentials) -> Iterator[Airflow]:
        airflow = Airflow(server.url, user)
        yield airflow
        airflow.close()

    return opening
