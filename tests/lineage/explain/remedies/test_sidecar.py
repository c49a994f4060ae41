import json

from app.lineage.explain.remedies.sidecar import connection_extra


def test_objects_are_texts_of_json_since_the_provider_parses_them() -> None:
    """`KubernetesHook.get_xcom_sidecar_container_resources` is `json.loads(extra[…])`."""
    extra = json.loads(connection_extra(resources={"requests": {"cpu": "1m"}}, image="r.io/a:1"))
    assert json.loads(extra["xcom_sidecar_container_resources"]) == {"requests": {"cpu": "1m"}}
    assert extra["xcom_sidecar_container_image"] == "r.io/a:1"
