from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.store.session import Store
from app.web import links
from tests.web.conftest import make_app
from tests.web.history_sample import DEPLOYMENT, RUN, fill_history, instance


@pytest.fixture
def client(empty_store: Store) -> Iterator[TestClient]:
    fill_history(empty_store)
    with TestClient(make_app(empty_store)) as client:
        yield client


def history(client: TestClient, task_id: str, **query: Any) -> dict[str, Any]:
    address = links.api_history(deployment=DEPLOYMENT, instance=instance(task_id))
    answer = client.get(address, params=query)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def test_every_version_comes_with_what_it_got_and_gave(client: TestClient) -> None:
    told = history(client, "plan")
    assert told["total"] == 2
    first, second = told["versions"]
    assert (first["number"], first["what"], first["try_number"]) == (1, "try", 1)
    assert first["rendered"]["env_vars"] == {"MODE": "full"}
    assert first["rendered_kept_only_here"]
    assert [one["key"] for one in first["xcoms"]] == ["return_value", "pod_name"]
    assert all(one["kept_only_here"] for one in first["xcoms"])
    assert first["changes"] == []
    assert not second["rendered_kept_only_here"]
    assert not any(one["kept_only_here"] for one in second["xcoms"])


def test_what_changed_is_told_leaf_by_leaf(client: TestClient) -> None:
    changes = history(client, "plan")["versions"][1]["changes"]
    told = {(one["where"], one["address"]): one["change"] for one in changes}
    assert told["got", "env_vars.R"] == "added"
    assert told["gave", "return_value.took_s"] == "gone"
    assert told["gave", "return_value.grid_uri"] == "changed"
    assert ("gave", "return_value.zoom") not in told


def test_who_read_what_is_no_longer_stored_is_told(client: TestClient) -> None:
    told = history(client, "plan")["changed_since_read"]
    assert len(told) == 6
    assert told[0]["flow"]["consumer"]["field"] == "arguments[0]"
    assert (told[0]["how"], told[0]["is_same"]) == ("ran again", False)
    (dropped, *_) = history(client, "drop")["changed_since_read"]
    assert (dropped["how"], dropped["stored_timestamp"]) == ("deleted", None)


def test_versions_come_in_pages(client: TestClient) -> None:
    told = history(client, "plan", limit=1, offset=1)
    assert told["total"] == 2
    (second,) = told["versions"]
    assert second["number"] == 2
    assert second["changes"]
    assert history(client, "plan", offset=5)["versions"] == []


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 1000}, {"offset": -1}, {"map_index": "x"}]
)
def test_a_page_that_is_none_is_refused(client: TestClient, query: dict[str, Any]) -> None:
    address = links.api_history(deployment=DEPLOYMENT, instance=instance("plan"))
    assert client.get(address, params=query).status_code == 422


def test_what_is_not_kept_is_not_found(client: TestClient) -> None:
    address = links.api_history(deployment=DEPLOYMENT, instance=instance("nobody"))
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.json()["error"] == "not_found"


def test_a_mapped_instance_is_chosen_by_its_index(client: TestClient) -> None:
    address = links.api_history(deployment=DEPLOYMENT, instance=instance("tiles", 2))
    assert address.endswith("?map_index=2")
    assert f"/dags/{RUN.dag_id}/runs/" in address
    assert client.get(address).json()["total"] == 1
