import re
from html import unescape

from starlette.testclient import TestClient

from app.query.guide import GUIDE
from app.web import links
from tests.web.reading import words


def test_every_phrase_stands_with_what_it_finds_and_searches(client: TestClient) -> None:
    html = client.get(links.search_help()).text
    text = words(html)
    for chapter in GUIDE:
        assert chapter.title in text
        for phrase in chapter.phrases:
            assert f'href="{links.search(q=phrase.example)}"' in unescape(html)
            assert phrase.finds.replace("`", "") in re.sub(r" ([,;:.])", r"\1", text)


def test_every_search_of_the_help_is_answered(client: TestClient) -> None:
    html = client.get(links.search_help()).text
    searches = set(re.findall(r'href="(/search\?[^"]*)"', html))
    assert len(searches) > 15
    for address in searches:
        assert client.get(unescape(address)).status_code == 200, address
