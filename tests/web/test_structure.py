"""What a screen reader goes by, on every page: language, title, headings, landmarks, tables."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.store.fixture import copied
from tests.web.addresses import PAGES
from tests.web.conftest import make_app


@pytest.fixture(scope="module")
def pages(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The HTML of every page by its address; parts of pages are none."""
    with copied(filled, tmp_path_factory.mktemp("structure")) as store:
        client = TestClient(make_app(store))
        html = {address: client.get(address).text for address in (*PAGES, "/nowhere")}
        yield {address: text for address, text in html.items() if "<html" in text}


def test_a_page_names_its_language_and_itself(pages: dict[str, str]) -> None:
    for address, html in pages.items():
        assert '<html lang="en">' in html, address
        assert re.search(r"<title>\S.* · xcomtrace</title>", html), address


def test_the_first_link_leads_past_the_bar_to_the_one_content(pages: dict[str, str]) -> None:
    for address, html in pages.items():
        first = re.search(r"<a [^>]*>", html)
        assert first, address
        assert 'href="#content"' in first[0], address
        assert re.findall(r"<main id=\"(\w+)\"", html) == ["content"], address


def test_headings_tell_the_page_once_and_skip_no_level(pages: dict[str, str]) -> None:
    for address, html in pages.items():
        levels = [int(level) for level in re.findall(r"<h([1-6])", html.partition("<main ")[2])]
        assert levels.count(1) == 1, address
        steps = zip([1, *levels], levels, strict=False)
        assert all(level <= before + 1 for before, level in steps), address


def test_every_table_has_a_name_and_every_head_of_it_a_scope(pages: dict[str, str]) -> None:
    for address, html in pages.items():
        for table in re.findall(r"<table[^>]*>", html):
            name = re.search(r'aria-label="\S|aria-labelledby="([^"]+)"', table)
            assert name, (address, table)
            assert not name[1] or f'id="{name[1]}"' in html, (address, table)
        assert re.findall(r"<th(?![a-z])(?![^>]*scope=)[^>]*>", html) == [], address
