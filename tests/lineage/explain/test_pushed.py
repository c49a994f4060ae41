"""What a task did not push is told as pods fail to, or as code does."""

import pytest

from app.lineage.analyze import analyze
from tests.lineage.scenario import Scenario

SOURCE = """
with DAG("geo_tiles"):
    {operator}(task_id="make")
    KubernetesPodOperator(task_id="use", arguments=["{{{{ ti.xcom_pull('make') }}}}"])
"""


@pytest.mark.parametrize(
    ("operator", "kind"),
    [
        ("KubernetesPodOperator", "push_disabled"),
        ("GKEStartPodOperator", "push_disabled"),
        ("PythonOperator", "nothing_pushed"),
    ],
)
def test_pods_of_any_provider_push_when_they_are_told_to(operator: str, kind: str) -> None:
    facts = Scenario(
        SOURCE.format(operator=operator),
        got={"use": {"arguments": ["None"]}},
        operators={"make": operator},
        others=("make",),
    ).facts()
    assert [one.kind.value for one in analyze(facts).problems] == [kind]
