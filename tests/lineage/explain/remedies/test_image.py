import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.explain.remedies.image import is_sidecars, sidecar_extra

GATEKEEPER = (
    'admission webhook "validation.gatekeeper.sh" denied the request: [repos] container'
    " <airflow-xcom-sidecar> has an invalid image repo <alpine:3.24.2>, allowed repos are"
    ' ["registry.example.com/", "gcr.io/team/"]'
)
KYVERNO = "Unknown image registry. rule validate failed at path /spec/containers/{}/image/"


def image(message: str, own: str = "") -> str:
    return str(json.loads(sidecar_extra(message, own))["xcom_sidecar_container_image"])


@pytest.mark.parametrize(
    ("message", "own", "expected"),
    [
        (GATEKEEPER, "", "registry.example.com/alpine:3.24.2"),
        (
            'images from unapproved registries: {"alpine"}',
            "reg.io/team/app:1",
            "reg.io/team/alpine:3.24.2",
        ),
        (KYVERNO.format(1), "app:1", "YOUR-REGISTRY/alpine:3.24.2"),
        ("Failed to pull image alpine:3.19", "r.io/app:1", "r.io/alpine:3.19"),
    ],
)
def test_the_sidecars_image_comes_from_an_allowed_place(
    message: str, own: str, expected: str
) -> None:
    assert is_sidecars(message, own)
    assert image(message, own) == expected


@pytest.mark.parametrize(
    ("message", "own"),
    [
        (KYVERNO.format(0), ""),
        ("Failed to pull image docker.io/library/alpine:None", "docker.io/library/alpine:None"),
        ("container <base> has an invalid image repo <docker.io/app:1>", "docker.io/app:1"),
        ("Failed to pull image my-alpine-tools:2", ""),
    ],
)
def test_the_pods_own_image_is_not_the_sidecars(message: str, own: str) -> None:
    assert not is_sidecars(message, own)


@given(st.text(), st.text())
def test_any_message_gives_an_extra_that_is_json(message: str, own: str) -> None:
    assert image(message, own)
