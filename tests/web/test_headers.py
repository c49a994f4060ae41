import re

from starlette.testclient import TestClient

from app.web.headers import HEADERS
from tests.web.addresses import PAGES


def test_every_answer_carries_the_policy(client: TestClient) -> None:
    for address in (*PAGES, "/nowhere", "/api/v1/status"):
        answer = client.get(address)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, address


def test_no_page_has_a_script_or_style_of_its_own(client: TestClient) -> None:
    # The policy would refuse them, and so would what it protects from.
    for address in PAGES:
        html = client.get(address).text
        assert not re.search(r"<script(?![^>]*\bsrc=)", html), address
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html), address


def test_pages_are_asked_for_anew_and_static_files_are_kept(client: TestClient) -> None:
    page = client.get("/")
    assert page.headers["cache-control"] == "private, no-cache"
    sheets = re.findall(r'href="(/static/[^"]+\.css)"', page.text)
    assert sheets
    for sheet in sheets:
        assert client.get(sheet).headers["cache-control"].endswith("immutable")
    old = re.sub(r"/static/[^/]+/", "/static/older/", sheets[0])
    assert client.get(old).headers["cache-control"] == "no-cache"


def test_pages_scripts_and_sheets_are_compressed(client: TestClient) -> None:
    page = client.get("/", headers={"accept-encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    assert page.headers["vary"] == "Accept-Encoding"
    files = re.findall(r'"(/static/[^"]+\.(?:css|js))"', page.text)
    assert files
    for file in files:
        answer = client.get(file, headers={"accept-encoding": "gzip"})
        is_small = len(answer.content) < 1000
        assert answer.headers.get("content-encoding") == (None if is_small else "gzip"), file
        assert answer.headers["cache-control"].endswith("immutable")


def test_what_is_compressed_already_is_sent_as_it_is(client: TestClient) -> None:
    page = client.get("/").text
    fonts = re.findall(r'href="(/static/[^"]+\.woff2)"', page)
    assert fonts
    for font in fonts:
        assert "content-encoding" not in client.get(font).headers
    assert "content-encoding" not in client.get("/", headers={"accept-encoding": "br"}).headers


def test_no_page_waits_for_the_smallest_size(client: TestClient) -> None:
    with client.stream("GET", "/", headers={"accept-encoding": "gzip"}) as answer:
        head = next(answer.iter_raw())
    # RFC 1952, 2.3.1: the ninth byte is 2 where the slowest algorithm was used.
    assert head[:2] == b"\x1f\x8b"
    assert head[8] == 0


def test_pictures_are_ours_or_made_by_our_scripts() -> None:
    # A graph is drawn as a PNG by way of an image that a script made: no other site can make one.
    directives = HEADERS["Content-Security-Policy"].split("; ")
    assert "img-src 'self' blob:" in directives
