"""The wheel of a clean clone, alone in an empty environment: no checkout, no npm, every page."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx2
import pytest

from tests.commands import Running
from tests.store.fixture import copied
from tests.web.addresses import PAGES
from tests.web.sample import fill

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")


def ran(*command: str | Path, at: Path, **environ: str) -> str:
    done = subprocess.run(  # noqa: S603 # programs of our own environment
        command, cwd=at, env=os.environ | environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from what is committed, by a clone that never fetched anything."""
    folder = tmp_path_factory.mktemp("clean")
    ran("git", "clone", "--quiet", "--no-hardlinks", ROOT, folder / "clone", at=folder)
    ran(sys.executable, "-m", "hatchling", "build", "--target", "wheel", at=folder / "clone")
    (built,) = (folder / "clone" / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that has the wheel and what it requires, and no more."""
    place = tmp_path_factory.mktemp("installed") / "venv"
    ran(UV, "venv", "--quiet", "--python", sys.executable, place, at=place.parent)
    ran(
        UV, "pip", "install", "--quiet", "--python", place / "bin" / "python", "--require-hashes",
        "--requirement", ROOT / "requirements.txt", at=place.parent,
    )  # fmt: skip
    ran(
        UV, "pip", "install", "--quiet", "--python", place / "bin" / "python", "--no-deps", wheel,
        at=place.parent,
    )  # fmt: skip
    return place / "bin"


def test_the_wheel_holds_templates_static_files_and_migrations(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "static", "migrations"):
        listed = ran("git", "ls-files", folder, at=ROOT).split()
        assert {f"app/{name}" for name in listed} <= names
    for name in ("htmx.min.js", "elk-worker.min.js", "licenses/htmx.org.txt"):
        assert f"app/static/vendor/{name}" in names
    assert not [name for name in names if name.startswith(("tests/", "docs/"))]


def test_it_serves_every_page_without_npm_and_without_the_checkout(
    installed: Path, migrated: Path, tmp_path: Path
) -> None:
    with copied(migrated, tmp_path) as store:
        fill(store)
    environ = {
        "PATH": str(installed),
        "HOME": str(tmp_path),
        "XCOMTRACE_DATABASE_URL": f"sqlite:///{tmp_path / 'store.sqlite'}",
    }
    with subprocess.Popen(  # noqa: S603 # what was just installed
        [installed / "xcomtrace", "serve", "--no-poll", "--port", "0"],
        cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        served = Running(process)
        try:
            with httpx2.Client(base_url=served.address, timeout=60) as client:
                answers = {page: client.get(page).status_code for page in (*PAGES, "/readyz")}
                assert {page for page, code in answers.items() if code != 200} == set()
                whole = client.get("/").text
                assert "/vendor/htmx.min.js" in whole
        finally:
            ended = served.end(signal.SIGTERM)
    assert ended.code == 0
    told = json.loads(
        subprocess.run(  # noqa: S603 # what was just installed
            [installed / "xcomtrace", "doctor", "--format", "json"],
            cwd=tmp_path, env=environ, capture_output=True, text=True, check=True,
        ).stdout
    )  # fmt: skip
    places = [one["line"] for one in told["findings"] if one["what"] == "files"]
    assert str(installed.parent) in places[0]
