"""Label selectors as the KubernetesPodOperator writes them."""

import pytest

from tests.lab.cluster.selectors import selects

LABELS = {"dag_id": "geo", "task_id": "plan"}


@pytest.mark.parametrize(
    ("selector", "selected"),
    [
        ("", True),
        ("dag_id=geo", True),
        ("dag_id==geo,task_id=plan", True),
        ("dag_id=other", False),
        ("dag_id=geo,already_checked!=True,!airflow-worker", True),
        ("task_id!=plan", False),
        ("task_id", True),
        ("!task_id", False),
        ("missing", False),
    ],
)
def test_a_selector_means_the_pods_whose_labels_meet_every_term(
    selector: str, *, selected: bool
) -> None:
    assert selects(selector, LABELS) is selected
