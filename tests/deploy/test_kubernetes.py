"""The manifests by the schemas of Kubernetes, by kubectl, and by what they promise."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml

from app.__main__ import cli
from app.settings import DeploymentTable, Settings, variable
from tests.deploy.kubernetes_api import answering

FOLDER = Path(__file__).parents[2] / "docs" / "kubernetes"
FILES = sorted(path for path in FOLDER.glob("*.yaml") if path.name != "kustomization.yaml")
OLDEST, NEWEST = "1.31", "1.37"


def manifests() -> list[dict[str, Any]]:
    return [one for path in FILES for one in yaml.safe_load_all(path.read_text())]


def named(kind: str) -> list[dict[str, Any]]:
    return [one for one in manifests() if one["kind"] == kind]


def pods() -> list[dict[str, Any]]:
    return [one["spec"]["template"]["spec"] for one in named("Deployment")]


def containers() -> list[dict[str, Any]]:
    return [each for pod in pods() for each in (*pod["initContainers"], *pod["containers"])]


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_every_manifest_is_as_kubernetes_has_it_and_has_nothing_else(version: str) -> None:
    for one in manifests():
        kubernetes_validate.validate(one, version, strict=True)


def test_a_misspelt_field_would_be_told() -> None:
    one = named("Deployment")[0]
    one["spec"]["template"]["spec"]["containers"][0]["livenesProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(one, NEWEST, strict=True)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home without clusters, where there is a kubectl to ask."""
    if shutil.which("kubectl") is None:
        pytest.skip("there is no kubectl on this machine")
    return tmp_path


def kubectl(*arguments: str | Path, home: Path) -> str:
    done = subprocess.run(  # noqa: S603 # our own arguments
        ["kubectl", f"--cache-dir={home}", *arguments],  # noqa: S607 # it is found on PATH
        env={"PATH": os.environ["PATH"], "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_kubectl_takes_them_on_the_clients_side(home: Path) -> None:
    files = [f"--filename={path}" for path in FILES]
    with answering() as server:
        quiet = (f"--server={server}", "--dry-run=client", "--validate=false", "--output=name")
        taken = kubectl("create", *quiet, *files, home=home)
    assert len(taken.split()) == len(manifests())


def test_kustomize_puts_them_together(home: Path) -> None:
    made = kubectl("kustomize", FOLDER, home=home)
    assert made.count("image: registry.example.com/xcomtrace:0.1.0") == len(containers())
    assert set(re.findall(r"^kind: (\w+)", made, re.MULTILINE)) == {
        one["kind"] for one in manifests() if one["kind"] != "Secret"
    }


def test_no_container_is_root_or_may_write_or_gain_rights() -> None:
    for pod in pods():
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["securityContext"]["runAsUser"] == 10001
        assert not pod["automountServiceAccountToken"]
        # Else the Service called xcomtrace would set XCOMTRACE_PORT, which is a setting of ours.
        assert not pod["enableServiceLinks"]
    for one in containers():
        context = one["securityContext"]
        assert context["readOnlyRootFilesystem"]
        assert not context["allowPrivilegeEscalation"]
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert {"requests", "limits"} == set(one["resources"])


def test_what_stays_is_probed() -> None:
    by_name = {one["name"]: one for pod in pods() for one in pod["containers"]}
    probes = by_name["dashboard"]
    assert probes["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert probes["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert by_name["poller"]["livenessProbe"]["exec"]["command"] == ["xcomtrace", "health"]


def test_they_run_commands_and_name_settings_that_there_are() -> None:
    commands = {
        one.name or getattr(one.callback, "__name__", "") for one in cli.registered_commands
    }
    assert {one["args"][0] for one in containers()} <= commands
    known = {variable(field) for field in Settings.model_fields} | {"XCOMTRACE_CONFIG"}
    text = "".join(path.read_text() for path in FILES)
    assert set(re.findall(r"XCOMTRACE_[A-Z_]+(?=:|,)", text)) <= known


def test_the_file_of_settings_is_one() -> None:
    (config,) = named("ConfigMap")
    said = tomllib.loads(config["data"]["xcomtrace.toml"])
    tables = said.pop("deployments")
    assert set(said) <= set(Settings.model_fields)
    (secret,) = named("Secret")
    for table in tables.values():
        assert set(table) <= set(DeploymentTable.model_fields)
        assert table["airflow_password"]["env"] in secret["stringData"]


def test_every_policy_and_service_chooses_pods_that_there_are() -> None:
    labels = [one["spec"]["template"]["metadata"]["labels"] for one in named("Deployment")]
    chosen = [one["spec"]["podSelector"]["matchLabels"] for one in named("NetworkPolicy")]
    chosen += [one["spec"]["selector"]["matchLabels"] for one in named("PodDisruptionBudget")]
    chosen += [one["spec"]["selector"] for one in named("Service")]
    for selector in chosen:
        assert any(selector.items() <= one.items() for one in labels), selector
