"""Rules of the house that a machine can check."""

import ast
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import Environment, FileSystemLoader

import app
from app.__main__ import cli
from app.settings import Settings, variable

ROOT = Path(__file__).parents[1]
TOP_LEVEL = {
    ".ci", ".dockerignore", ".gitignore", "CHANGELOG.md", "Dockerfile", "LICENSE", "Makefile",
    "README.md", "app", "docker-compose.yml", "docs", "hatch_build.py", "migrations",
    "package-lock.json", "package.json", "pyproject.toml", "requirements-dev.txt",
    "requirements-node.txt", "requirements.txt", "static", "templates", "tests", "tsconfig.json",
}  # fmt: skip
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc", "service"}
# Names of the places that packages come from; none may stand in a file.
REGISTRIES = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.|yarnpkg\.com|unpkg\.com|jsdelivr")


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 # git is found on PATH
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def _modules(folder: str) -> list[Path]:
    return [
        path for path in _tracked() if path.suffix == ".py" and path.is_relative_to(ROOT / folder)
    ]


def _compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def _commands() -> set[str]:
    callbacks = ((each.name, each.callback) for each in cli.registered_commands)
    return {name or (callback.__name__ if callback else "") for name, callback in callbacks}


def test_the_map_names_every_folder_of_the_code() -> None:
    folders = {path.parent.name for path in (ROOT / "app").glob("*/__init__.py")}
    named = set(re.findall(r"^- `(\w+)`", app.__doc__ or "", re.MULTILINE))
    assert named == folders


def test_the_map_names_every_module_beside_the_folders() -> None:
    modules = {path.name for path in (ROOT / "app").glob("*.py")} - {"__init__.py"}
    assert {name for name in modules if f"`{name}`" in (app.__doc__ or "")} == modules


def test_only_known_files_stand_at_the_top() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in _tracked()} <= TOP_LEVEL


def test_no_module_has_a_vague_name() -> None:
    assert [path for path in _modules("app") if path.stem in VAGUE] == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        path for path in _modules("app") if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_every_template_compiles() -> None:
    environment = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True)
    names = environment.list_templates(extensions=["html", "svg"])
    assert names
    for name in names:
        source = (ROOT / "templates" / name).read_text()
        environment.compile(source, name=name)


def test_no_file_names_a_registry() -> None:
    found = [
        path.relative_to(ROOT)
        for path in _tracked()
        if path != Path(__file__) and REGISTRIES.search(path.read_text(errors="replace"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"]
)
def test_every_requirement_is_pinned_with_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text()
    pinned = re.findall(r"^[a-z0-9][\w.-]*(?:\[[\w,]+\])?==", text, re.MULTILINE)
    hashed = re.findall(r"^(\S+==[^\n]*?) \\\n    --hash=sha256:", text, re.MULTILINE)
    assert len(pinned) == len(hashed) > 0


def test_the_npm_lock_has_a_hash_for_every_package_and_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert text.count('"integrity": "sha512-') == text.count('"node_modules/')


def test_nothing_of_others_is_committed() -> None:
    assert not [
        path for path in _tracked() if "vendor" in path.parts or "node_modules" in path.parts
    ]


def test_the_readmes_commands_exist() -> None:
    text = (ROOT / "README.md").read_text()
    targets = set(re.findall(r"^make ([a-z-]+)", text, re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text()
    assert targets
    assert {target for target in targets if f"\n{target}:" not in makefile} == set()
    assert set(re.findall(r"`xcomtrace ([a-z]+)", text)) <= _commands()


def test_the_files_that_the_readme_links_and_shows_exist() -> None:
    linked = re.findall(r"\]\(((?!https?:)[^)]+)\)", (ROOT / "README.md").read_text())
    assert linked
    tracked = {str(path.relative_to(ROOT)) for path in _tracked()}
    assert set(linked) - tracked == set()


def test_the_readmes_settings_exist() -> None:
    named = set(re.findall(r"XCOMTRACE_[A-Z_]+", (ROOT / "README.md").read_text()))
    assert named <= {variable(field) for field in Settings.model_fields}


def test_the_images_and_services_settings_exist() -> None:
    text = (ROOT / "Dockerfile").read_text() + (ROOT / "docker-compose.yml").read_text()
    named = set(re.findall(r"XCOMTRACE_[A-Z_]+", text))
    assert named <= {variable(field) for field in Settings.model_fields}


def test_every_service_runs_a_command_of_ours() -> None:
    services = _compose()["services"]
    ours = {name: each for name, each in services.items() if each.get("image") == "xcomtrace"}
    assert set(ours) == {"dashboard", "poller", "migration"}
    assert {each["command"][0] for each in ours.values()} <= _commands()


def test_every_service_that_stays_is_asked_for_its_health() -> None:
    image_asks = "\nHEALTHCHECK" in (ROOT / "Dockerfile").read_text()
    for name, service in _compose()["services"].items():
        stays = service["restart"] != "no"
        assert not stays or "healthcheck" in service or (image_asks and name == "dashboard")


def test_the_services_are_published_on_this_machine_only_and_keep_their_data() -> None:
    compose = _compose()
    for service in compose["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    volumes = {each.split(":")[0] for each in compose["services"]["database"]["volumes"]}
    assert volumes == set(compose["volumes"])


def test_the_image_runs_as_nobody_special_and_without_tools_to_build() -> None:
    last = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    # By its number: Kubernetes cannot tell by a name that it is not root.
    assert "\nUSER 10001\n" in last
    assert "useradd --system --uid 10001" in last
    assert "pip uninstall" in last
    assert not re.search(r"pip .*install |apt-get|npm|gcc", last.replace("uninstall", ""))


def test_the_scripts_of_ci_may_be_executed() -> None:
    for script in (ROOT / ".ci").iterdir():
        assert script.stat().st_mode & 0o111, script
