"""`oidc-provider` of npm, a certified provider of OpenID Connect, and a browser that signs in."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx2

import hatch_build
from tests.access.provider import CLIENT, CLIENTS_SECRET
from tests.lab.supervisor import Supervisor, is_listening

_SCRIPT = Path(__file__).with_name("oidc_provider.mjs")
ACCOUNTS = {
    "ann": {"email": "ann@data.example", "email_verified": True, "groups": ["geo"]},
    "eve": {"email": "eve@else.example", "email_verified": True, "groups": ["sales"]},
    "ugo": {"email": "ann@data.example", "email_verified": False, "groups": ["geo"]},
}


@contextmanager
def certified_provider(package: Path, *, port: int, back: str, logs: Path) -> Iterator[str]:
    """Its address; it knows us as CLIENT and sends readers back to `back`."""
    client = {"client_id": CLIENT, "client_secret": CLIENTS_SECRET, "redirect_uris": [back]}
    settings = json.dumps({"client": client, "accounts": ACCOUNTS})
    command: list[str | Path] = [*hatch_build.command("node"), _SCRIPT, package]
    with Supervisor(logs, patience=1.0) as supervisor:
        supervisor.start("provider", [*command, str(port), settings], {"PATH": os.environ["PATH"]})
        supervisor.wait_until("the provider", lambda: is_listening(port), seconds=60)
        yield f"http://127.0.0.1:{port}"


def came_back(url: str, name: str, *, back: str) -> str:
    """The query with which a browser comes back that is sent to `url` and signs in as `name`."""
    with httpx2.Client(timeout=30) as browser:
        answer = browser.get(url)
        while True:
            while answer.is_redirect:
                location = urljoin(str(answer.url), str(answer.headers["location"]))
                if location.startswith(back):
                    return str(urlsplit(location).query)
                answer = browser.get(location)
            answer = browser.post(_form(answer), data=_filled(answer, name))


def _form(page: httpx2.Response) -> str:
    found = re.search(r'<form[^>]* action="([^"]+)"', page.text)
    assert found, page.text
    return urljoin(str(page.url), str(found[1]))


def _filled(page: httpx2.Response, name: str) -> dict[str, str]:
    """What the page asks for: to sign in, then to let us know who it is."""
    found = re.search(r'name="prompt" value="(\w+)"', page.text)
    assert found, page.text
    return {"prompt": found[1], "login": name, "password": "of no use"}
