import pytest
from fastapi import APIRouter
from starlette.responses import Response
from starlette.testclient import TestClient

from app.model.errors import StoreFull, StoreLocked
from app.store.session import Store
from app.web.app import create_app
from app.web.headers import HEADERS
from tests.web.conftest import make_app, make_parts

JSON = {"Content-Type": "application/json"}
MISSING = [
    "/nowhere",
    "/problems/4711",
    "/deployments/nowhere/dags/d",
    "/deployments/prod-eu/dags/nothing",
    "/deployments/prod-eu/dags/geo_tiles_daily/runs/never",
    "/deployments/prod-eu/dags/geo_tiles_daily/tasks/none/runs/never",
    "/static/1/none.css",
    "/static/1/" + "x" * 300,
    "/static/1/x%00",
    "/static/1/..%2f..%2fpyproject.toml",
]


@pytest.mark.parametrize("address", MISSING)
def test_what_is_not_kept_is_a_404_page_that_says_where_to_look(
    client: TestClient, address: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "text/html" in answer.headers["content-type"]
    for text, href in (("Status of the mirror", "/status"), ("search", "/search")):
        assert f'<a href="{href}">{text}</a>' in answer.text


def test_an_error_page_does_not_call_the_mirror_good(client: TestClient) -> None:
    assert "dot-good" in client.get("/").text
    assert "dot-good" not in client.get("/nowhere").text


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/nowhere/dags",
        "/api/v1/prod-eu/dags/nothing/runs",
        "/api/v1/prod-eu/dags/geo_tiles_daily/runs/never/flows",
        "/api/v1/nothing",
    ],
)
def test_the_api_says_404_in_json(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.json()["error"] == "not_found"


def test_an_odd_parameter_is_a_422_that_names_it(client: TestClient) -> None:
    answer = client.get("/api/v1/problems?limit=lots")
    assert answer.status_code == 422
    assert "limit" in answer.json()["message"]
    assert client.get("/?order=sideways").status_code == 422


@pytest.mark.parametrize("address", ["/problems/1/mute", "/api/v1/problems/1/mute"])
def test_an_address_asked_for_in_another_way_says_in_which(
    client: TestClient, address: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "Use POST." in answer.text


def test_half_a_character_in_a_message_is_no_mistake_of_ours(client: TestClient) -> None:
    """JSON escapes it; UTF-8 has no bytes for it."""
    run = "/api/v1/prod-us/dags/orders_export/runs/manual__2026-11-21T07%3A40%3A00%2Feu%2B1"
    body = rb'{"task_id": "\ud800", "template": ""}'
    answer = client.post(f"{run}/try", content=body, headers=JSON)
    assert answer.status_code == 404
    assert answer.json()["message"].startswith("There is no task \ud800 in this run. It may")


@pytest.mark.parametrize("body", [b"\xff", b"[" * 90_000, b"9" * 4301])
def test_a_body_that_cannot_be_read_is_told_how_to_become_one(
    client: TestClient, body: bytes
) -> None:
    answer = client.post("/api/v1/problems/1/mute", content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("The body cannot be read. Send JSON as UTF-8")


def test_a_mute_until_after_all_times_is_refused(client: TestClient) -> None:
    until = {"until": "9999-12-31T23:59:59-23:59"}
    answer = client.post("/api/v1/problems/1/mute", json=until)
    assert answer.status_code == 422
    assert "a moment of the years 1 to 9999" in answer.json()["message"]


def test_an_odd_body_is_not_taken_for_an_odd_address(client: TestClient) -> None:
    answer = client.post("/api/v1/problems/1/mute", json={"reason": 5})
    assert answer.status_code == 422
    assert answer.json()["message"].startswith("The body asks for something odd. reason: ")


@pytest.mark.parametrize(
    "address",
    [
        "/problems/99999999999999999999",
        "/problems/0",
        "/problems/x",
        "/deployments/x/dags/d/tasks/t/runs/r?map_index=99999999999",
        "/deployments/x/dags/d/tasks/t/runs/r?try=-1",
        "/live?after=99999999999999999999",
        "/deployments/x/dags/d/tasks/t/history/r?at=9999-12-31T23:59:59-23:59",
        "/value?deployment=a&dag_id=b&run_id=c&task_id=d&name=e&in=xcom&time=0001-01-01T00:00%2B01",
    ],
)
def test_a_number_or_moment_that_no_row_can_have_is_a_422(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 422


def test_a_try_that_is_not_stored_is_a_404(client: TestClient) -> None:
    answer = client.get(
        "/deployments/prod-us/dags/orders_export/tasks/export_orders/runs/"
        "manual__2026-11-21T07%3A40%3A00%2Feu%2B1?try=9"
    )
    assert answer.status_code == 404
    assert "Try 9 of export_orders is not stored" in answer.text


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (StoreFull("the disk is full: make room"), 503, "make room"),
        (StoreLocked("another process has it"), 503, "another process has it"),
        (RuntimeError("secret detail"), 500, "The log of xcomtrace says more"),
    ],
)
def test_trouble_is_told_without_its_innards(
    empty_store: Store, error: Exception, status: int, words: str
) -> None:
    app = create_app(make_parts(empty_store))
    router = APIRouter()

    @router.get("/trouble")
    def trouble() -> Response:
        raise error

    app.include_router(router)
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/trouble")
    assert answer.status_code == status
    assert words in answer.text
    assert "secret detail" not in answer.text
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_a_database_that_was_never_migrated_is_named(tmp_path: object) -> None:
    store = Store(f"sqlite:///{tmp_path}/none.sqlite")
    with TestClient(make_app(store), raise_server_exceptions=False) as client:
        answer = client.get("/")
    store.close()
    assert answer.status_code == 503
    assert "database" in answer.text
