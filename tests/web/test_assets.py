from pathlib import Path

from app.web.assets import STATIC, TEMPLATES, static_version


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
