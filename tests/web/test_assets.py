from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.store.session import Store
from app.web.app import create_app
from app.web.assets import STATIC, TEMPLATES, static_version
from app.web.parts import web_parts


def test_the_version_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    sheet = tmp_path / "css" / "a.css"
    sheet.write_text("a")
    first = static_version(tmp_path)
    assert static_version(tmp_path) == first
    sheet.write_text("b")
    second = static_version(tmp_path)
    sheet.rename(tmp_path / "css" / "b.css")
    assert len({first, second, static_version(tmp_path)}) == 3


def test_templates_and_static_files_are_found() -> None:
    assert (TEMPLATES / "base.html").is_file()
    assert (STATIC / "css" / "tokens.css").is_file()


def test_our_scripts_are_sent_without_their_comments(store: Store) -> None:
    client = TestClient(create_app(web_parts(store, version="0.1.0")))
    answer = client.get("/static/any/js/find_rules.js")
    written = (STATIC / "js" / "find_rules.js").read_text()
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "// @ts-check" in written
    assert "// @ts-check" not in answer.text
    assert len(answer.text) < len(written) * 0.8


@pytest.mark.parametrize("path", ["vendor/htmx.min.js", "css/tokens.css"])
def test_other_files_are_sent_as_they_are(store: Store, path: str) -> None:
    client = TestClient(create_app(web_parts(store, version="0.1.0")))
    assert client.get(f"/static/any/{path}").content == (STATIC / path).read_bytes()
