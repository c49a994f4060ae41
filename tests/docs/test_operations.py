"""docs/operations.md says of metrics, probes and settings what the code does."""

import re
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from app.__main__ import cli
from app.settings import Settings, variable
from app.store.session import Store
from app.web import links
from tests.web.conftest import make_app
from tests.web.sample import fill

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
TOLD = dict(re.findall(r"^\| `(xcomtrace_\w+)` \|(.*?)\| ", PAGE, re.MULTILINE))
# The sample has no webhook, and no poller that told how much it may ask.
UNSEEN = {
    "xcomtrace_messages_waiting",
    "xcomtrace_messages_given_up",
    "xcomtrace_airflow_requests_allowed",
}


@pytest.fixture
def exposed(store: Store) -> dict[str, set[str]]:
    """Each metric of ours with its labels, under the name that samples of it have."""
    fill(store)
    with TestClient(make_app(store)) as client:
        client.get("/")
        text = client.get(links.metrics()).text
    families = list(text_string_to_metric_families(text))
    assert any(one.name.startswith("process_") for one in families)
    return {
        f"{one.name}_total" if one.type == "counter" else one.name: {
            label for sample in one.samples for label in sample.labels
        }
        - {"le"}
        for one in families
        if one.name.startswith("xcomtrace_") and not one.name.endswith("_created")
    }


def test_every_metric_is_told_with_its_labels_and_no_other_is(exposed: dict[str, set[str]]) -> None:
    assert set(TOLD) == set(exposed)
    for name, labels in exposed.items():
        told = set(re.findall(r"`(\w+)`", TOLD[name]))
        assert told == labels or name in UNSEEN, name


def test_the_alerts_ask_for_metrics_that_there_are() -> None:
    examples = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (rules,) = [text for text in examples if "groups:" in text]
    asked = [rule["expr"] for rule in yaml.safe_load(rules)["groups"][0]["rules"]]
    named = {name for text in asked for name in re.findall(r"xcomtrace_\w+", text)}
    histogram = "xcomtrace_http_request_duration_seconds"
    assert named - {f"{histogram}_bucket", f"{histogram}_count"} <= set(TOLD)
    assert len(asked) > 5


def test_its_settings_commands_and_probes_exist() -> None:
    known = {variable(field) for field in Settings.model_fields} | {"XCOMTRACE_CONFIG"}
    assert set(re.findall(r"XCOMTRACE_[A-Z_]+", PAGE)) <= known
    callbacks = ((one.name, one.callback) for one in cli.registered_commands)
    commands = {name or getattr(callback, "__name__", "") for name, callback in callbacks}
    assert set(re.findall(r"(?:^|`|/)xcomtrace ([a-z]+)", PAGE, re.MULTILINE)) <= commands
    for probe in (links.alive(), links.ready(), links.metrics()):
        assert f"`{probe}`" in PAGE


def test_what_it_links_to_is_there() -> None:
    folder = Path(__file__).parents[2] / "docs"
    for target in re.findall(r"\]\(([\w./-]+)\)", PAGE):
        assert (folder / target).exists(), target
