import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.web.posted import BodyLimit, Form


def posting() -> TestClient:
    app = FastAPI()
    app.add_middleware(BodyLimit, most=300)

    @app.post("/form")
    def _take(form: Form) -> dict[str, str]:
        return form

    return TestClient(app, base_url="http://dash.test")


FORM = "application/x-www-form-urlencoded"
OWN = [
    {},
    {"Origin": "http://dash.test"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://behind.proxy"},
    {"Sec-Fetch-Site": "none"},
]
FOREIGN = [
    {"Origin": "http://evil.test"},
    {"Origin": "http://dash.test.evil.test"},
    {"Origin": "http://dash.test:81"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://dash.test"},
]


@pytest.mark.parametrize("headers", OWN)
def test_a_form_of_our_own_page_is_taken(headers: dict[str, str]) -> None:
    answer = posting().post("/form", data={"a": "x y", "b": ""}, headers=headers)
    assert answer.json() == {"a": "x y", "b": ""}


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_form_of_another_site_is_refused(headers: dict[str, str]) -> None:
    answer = posting().post("/form", data={"a": "x"}, headers=headers)
    assert answer.status_code == 403


def test_lines_end_as_they_were_typed() -> None:
    assert posting().post("/form", data={"a": "x\r\ny"}).json() == {"a": "x\ny"}


def test_bytes_that_are_no_text_are_taken_for_some() -> None:
    answer = posting().post("/form", content=b"a=%ff", headers={"Content-Type": FORM})
    assert answer.json() == {"a": "\ufffd"}


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", ""])
def test_what_is_no_form_is_refused(kind: str) -> None:
    answer = posting().post("/form", content=b"a=x", headers={"Content-Type": kind})
    assert answer.status_code == 415


def test_a_body_that_is_too_long_is_refused_also_when_it_comes_in_pieces() -> None:
    assert posting().post("/form", data={"a": "x" * 300}).status_code == 413
    answer = posting().post(
        "/form", content=iter([b"a=x&b=y"] * 60), headers={"Content-Type": FORM}
    )
    assert answer.status_code == 413


def test_too_many_fields_are_refused() -> None:
    answer = posting().post("/form", content="&".join(["a="] * 51), headers={"Content-Type": FORM})
    assert answer.status_code == 400
