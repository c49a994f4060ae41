from app.airflow.payloads import DagRunItem, DagVersionItem
from app.model.facts import Run
from app.model.ids import RunKey
from tests.masked import run_from


def test_a_run_is_put_into_our_words_with_its_newest_version() -> None:
    item = DagRunItem(
        dag_id="etl",
        dag_run_id="r1",
        state="running",
        run_type="manual",
        dag_versions=(DagVersionItem(2), DagVersionItem(5), DagVersionItem(None)),
        conf={"password": "x", "n": 1},
    )
    assert run_from(item) == Run(
        RunKey("etl", "r1"),
        state="running",
        run_type="manual",
        version_number=5,
        conf={"password": "***", "n": 1},
    )


def test_a_run_that_has_not_started_has_no_version() -> None:
    run = run_from(DagRunItem(dag_id="etl", dag_run_id="r1"))
    assert run.version_number is None
    assert run.is_open
