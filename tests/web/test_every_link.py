"""Whoever follows any link of any page arrives somewhere."""

import re
from collections import deque
from html import unescape
from urllib.parse import unquote

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
        new = {shortened(unescape(link)) for link in found if is_followed(unescape(link))} - seen
        seen |= new
        waiting.extend(sorted(new))
    assert len(seen) > 60


def shortened(address: str) -> str:
    """One address of each kind: the runs of a DAG are all alike, but for the numbers of tries."""
    day = re.sub(r"(geo_tiles_daily.*scheduled__2026-1)[0-9-]*T", r"\g<1>1-21T", address)
    return re.sub(r"(/build_overviews/.*\?)try=\d&?", r"\1", day).rstrip("?")


def is_followed(address: str) -> bool:
    """Of the many that are alike, few."""
    if address.startswith(f"{links.VALUE_ROUTE}?"):
        return "task_id=extract_tiles" in address and "2026-11-21T02" in unquote(address)
    if address.startswith(f"{links.search()}?"):
        return "+" not in address and "older=" not in address
    if "view=" in address:
        return "/extract_tiles/" in address
    # The inbox narrows by any of its filters at once: two of them show how they join.
    return address.count("&") <= 1
