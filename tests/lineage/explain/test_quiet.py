import pytest

from app.lineage.explain.quiet import left_nothing
from app.model.facts import LogEvent, TryLog
from tests.build import after, make_try_key

MANAGER = "airflow.providers.cncf.kubernetes.utils.pod_manager.PodManager"


@pytest.mark.parametrize(
    ("text", "logger", "kind"),
    [
        ("xcom result file is empty.", "…operators.pod.KubernetesPodOperator", "empty_return_json"),
        (
            "Pod ns/foo not found after resuming from deferral — already GC'd.",
            "…operators.pod.KubernetesPodOperator",
            "push_lost_after_deferral",
        ),
        ("[base] xcom result file is empty.", MANAGER, None),
        ("xcom result file is empty.", MANAGER, None),
        ("xcom result: \n{}", "task", None),
    ],
)
def test_what_airflow_says_of_a_green_pod_tells_why_it_gave_nothing(
    text: str, logger: str, kind: str | None
) -> None:
    log = TryLog(make_try_key(), (LogEvent(after(9), "info", logger, text),))
    found = left_nothing(log)
    assert (found.value if found else None) == kind
