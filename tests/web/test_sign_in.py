"""The page on which readers sign in, what it lets through, and where it leads."""

from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest
from starlette.testclient import TestClient

from app.access.limiting import OF_USER
from app.store.session import Store
from app.web import links
from tests.web.access_ways import Behind, behind
from tests.web.confined_store import SEEN
from tests.web.reading import words

ANN = {"name": "ann", "password": "password-of-ann"}


@pytest.fixture
def app(store: Store) -> Iterator[Behind]:
    with behind("airflow", store) as app:
        yield app


@pytest.fixture
def nobody(app: Behind) -> Iterator[TestClient]:
    with app.reader("") as client:
        yield client


def test_who_is_not_signed_in_is_led_to_the_page_and_back(nobody: TestClient) -> None:
    answer = nobody.get("/search?q=z14")
    assert answer.status_code == 303
    page = nobody.get(answer.headers["location"])
    assert 'name="onward" value="/search?q=z14"' in page.text
    assert "With your name and password of Airflow" in words(page.text)
    signed_in = nobody.post(links.SIGN_IN, data={**ANN, "onward": "/search?q=z14"})
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/search?q=z14")
    assert nobody.get("/search?q=z14").status_code == 200


def test_the_page_tells_nothing_of_what_is_stored(nobody: TestClient) -> None:
    text = nobody.get(links.SIGN_IN).text
    assert not any(told in text for told in (SEEN, "prod-eu", "behind", "data-live"))


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "evil",
        "",
        "javascript:a",
        "/sign-in",
    ],
)
def test_nobody_is_led_to_another_site(nobody: TestClient, onward: str) -> None:
    answer = nobody.post(links.SIGN_IN, data={**ANN, "onward": onward})
    assert answer.headers["location"] == "/"


def test_a_wrong_password_is_told_and_the_name_stays(nobody: TestClient) -> None:
    answer = nobody.post(links.SIGN_IN, data={"name": "ann", "password": "guess"})
    assert answer.status_code == 401
    assert "Airflow knows nobody by this name and password." in words(answer.text)
    assert 'value="ann"' in answer.text
    assert "guess" not in answer.text
    assert "set-cookie" not in answer.headers


def test_after_too_many_tries_one_is_told_to_wait(nobody: TestClient) -> None:
    for _ in range(OF_USER):
        nobody.post(links.SIGN_IN, data={"name": "ann", "password": "guess"})
    answer = nobody.post(links.SIGN_IN, data=ANN)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "300")
    assert "Wait five minutes" in words(answer.text)


def test_the_cookie_is_for_us_alone(nobody: TestClient) -> None:
    answer = nobody.post(links.SIGN_IN, data=ANN)
    (cookie,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert cookie["httponly"]
    assert cookie["samesite"] == "lax"
    assert cookie["path"] == "/"
    assert not cookie["secure"]


def test_behind_https_it_is_sent_by_https_only(store: Store) -> None:
    with behind("airflow", store, is_secure=True) as app, app.reader("") as client:
        answer = client.post(links.SIGN_IN, data=ANN)
    (name, cookie), *_ = SimpleCookie(answer.headers["set-cookie"]).items()
    assert name == "__Host-xcomtrace"
    assert cookie["secure"]
    assert not cookie["domain"]


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://xcomtrace.example", 401),
        ("https://xcomtrace.example", 303),
        # Browsers keep the cookie of these two.
        ("http://127.0.0.1:8081", 303),
        ("http://localhost:8081", 303),
    ],
)
def test_who_came_by_http_where_the_cookie_is_for_https_is_told_so(
    store: Store, origin: str, status: int
) -> None:
    with behind("airflow", store, is_secure=True) as app, app.reader("") as client:
        sent = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
        answer = client.post(links.SIGN_IN, data=ANN, headers=sent)
    assert answer.status_code == status
    assert ("signing in works by https:// only" in words(answer.text)) == (status == 401)


def test_every_page_tells_who_is_signed_in_and_lets_them_out(app: Behind) -> None:
    with app.reader("ann") as ann:
        assert "Signed in as ann" in ann.get("/").text
        out = ann.post(links.SIGN_OUT, data={"a": ""})
        assert (out.status_code, out.headers["location"]) == (303, links.SIGN_IN)
        assert ann.get("/").status_code == 303


def test_who_is_signed_in_is_led_on_from_the_page(app: Behind) -> None:
    with app.reader("ann") as ann:
        answer = ann.get(f"{links.SIGN_IN}?onward=/status")
        assert (answer.status_code, answer.headers["location"]) == (303, "/status")


def test_a_part_that_refreshes_itself_is_told_so_and_stays(nobody: TestClient) -> None:
    assert nobody.get("/bar?tab=dags", headers={"HX-Request": "true"}).status_code == 401
    assert nobody.get("/live?after=1").status_code == 401


def test_the_api_says_what_to_send(nobody: TestClient) -> None:
    answer = nobody.get("/api/v1/status")
    assert answer.status_code == 401
    assert answer.json()["error"] == "not_signed_in"
    assert "Bearer" in answer.json()["message"]


def test_signs_of_life_and_static_files_are_for_all(nobody: TestClient) -> None:
    page = nobody.get(links.SIGN_IN).text
    style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    for address in (style, links.alive(), links.ready()):
        assert nobody.get(address).status_code == 200


def test_metrics_of_all_dags_need_a_token_of_their_own(app: Behind, nobody: TestClient) -> None:
    answer = nobody.get(links.metrics())
    assert answer.status_code == 401
    assert "set XCOMTRACE_METRICS_TOKEN" in answer.text
    with app.reader("ann") as ann:
        assert ann.get(links.metrics()).status_code == 401


def test_an_answer_to_a_reader_is_kept_by_no_cache_in_between(app: Behind) -> None:
    with app.reader("ann") as ann:
        assert ann.get("/").headers["cache-control"] == "private, no-cache"


def test_where_a_proxy_tells_who_reads_the_page_says_so(store: Store) -> None:
    with behind("proxy", store) as app, app.reader("") as nobody:
        answer = nobody.get(links.SIGN_IN)
        assert answer.status_code == 401
        assert "The proxy in front of this dashboard" in words(answer.text)
        assert nobody.post(links.SIGN_IN, data=ANN).status_code == 303


def test_where_nobody_is_asked_the_page_leads_on(client: TestClient) -> None:
    answer = client.get(links.SIGN_IN, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_who_comes_back_from_a_provider_with_nothing_is_told_so(store: Store) -> None:
    with behind("oidc", store) as app, app.reader("") as nobody:
        answer = nobody.get(f"{links.SIGN_IN_BACK}?code=a&state=b")
        assert answer.status_code == 401
        assert "again" in words(answer.text)
        assert "At your company" in words(nobody.get(links.SIGN_IN).text)
