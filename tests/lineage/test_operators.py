import pytest

from app.lineage.operators import runs_pods


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("KubernetesPodOperator", True),
        ("_KubernetesDecoratedOperator", True),
        ("GKEStartPodOperator", True),
        ("EksPodOperator", True),
        ("SparkPod", True),
        ("@task.kubernetes", True),
        ("PodcastOperator", False),
        ("PythonOperator", False),
        ("", False),
    ],
)
def test_operators_of_pods_are_known_by_their_names(operator: str, *, expected: bool) -> None:
    assert runs_pods(operator) is expected
