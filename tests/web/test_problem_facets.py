"""The inbox narrowed by links and words."""

import pytest
from starlette.testclient import TestClient

from app.web import links
from tests.web.reading import words


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("extarct", "build_overviews reads a task"),
        ("BUILD_overviews tiles", "build_overviews reads a task"),
        ("return.json", "export_orders wrote an empty"),
        ("orders_export", "export_orders wrote an empty"),
        ("features.prepare", "train_model got the text None"),
    ],
)
def test_words_find_what_the_row_shows(client: TestClient, query: str, found: str) -> None:
    text = words(client.get(links.problems(q=query)).text)
    assert found in text
    assert "1 open" in text


@pytest.mark.parametrize("query", ["severity", "checks", "%", "\\", "extarct orders_export"])
def test_words_that_no_row_shows_find_nothing(client: TestClient, query: str) -> None:
    assert "Nothing fits" in words(client.get(links.problems(q=query)).text)


def test_links_keep_the_words_and_the_search_keeps_the_filters(client: TestClient) -> None:
    html = client.get(links.problems(severity="error", q="task")).text
    assert '<input type="hidden" name="severity" value="error">' in html
    assert "/problems?status=gone&amp;severity=error&amp;q=task" in html


def test_what_is_chosen_stands_there_though_nothing_has_it(client: TestClient) -> None:
    html = client.get(links.problems(kind="quota", status="open")).text
    assert 'aria-current="true"><span class="mono">quota</span><span class="number">0' in html
