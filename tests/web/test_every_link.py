"""Whoever follows any link of any page arrives somewhere."""

import re
from collections import deque
from html import unescape

from starlette.testclient import TestClient

from app.web import links


def test_every_link_of_every_page_leads_to_a_page(client: TestClient) -> None:
    seen = {links.overview()}
    waiting = deque(seen)
    while waiting:
        address = waiting.popleft()
        answer = client.get(address)
        assert answer.status_code == 200, address
        if "text/html" not in answer.headers["content-type"]:
            continue
        found = re.findall(r'(?:href|src|hx-get)="(/[^"#]*)', answer.text)
        new = {_shortened(unescape(link)) for link in found} - seen
        # The inbox and a search are narrowed by any filters at once: few show how they join.
        new = {link for link in new if link.count("&") <= 1 and not _is_joined(link)}
        seen |= new
        waiting.extend(sorted(new))
    assert len(seen) > 60


def _shortened(address: str) -> str:
    """One address of each kind: the runs of a DAG are all alike, but for the numbers of tries."""
    day = re.sub(r"(geo_tiles_daily.*scheduled__2026-1)[0-9-]*T", r"\g<1>1-21T", address)
    return re.sub(r"(/build_overviews/.*)\?try=\d", r"\1", day)


def _is_joined(address: str) -> bool:
    """Whether it is a search for several terms, or one page of many.

    Pages of values are not there yet.
    """
    is_joined = "+" in address or "older=" in address
    return address.startswith(links.VALUE_ROUTE) or (
        address.startswith(links.search()) and is_joined
    )
