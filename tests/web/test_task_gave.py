"""What a task instance gave: values of which only the beginning is kept."""

import pytest

from app.model.contract import Contract
from app.web.task_gave import Cut, GaveFacts, gave
from tests.build import RUN, START, make_try, make_xcom

HASH = "ab" * 32
AIRFLOW = "http://airflow.test/dags/d"


def cut_of(*, is_gone: bool = False, is_run_gone: bool = False, **more: object) -> Cut | None:
    attempt = make_try("extract")
    xcom = make_xcom("extract", '{"rows": [1, 2', size=5_000_000, is_gone=is_gone, **more)
    facts = GaveFacts(
        deployment="default",
        dag_id=RUN.dag_id,
        task_id="extract",
        task_ids=frozenset({"extract"}),
        xcoms=(xcom,),
        flows=(),
        problems=(),
        known=(Contract(), (0, 1)),
        run_gone_at=START if is_run_gone else None,
        airflow_href=AIRFLOW,
    )
    return gave(facts, attempt=attempt, following=None, now=START).xcoms[0].cut


def test_a_whole_value_is_not_said_to_be_cut() -> None:
    assert cut_of() is None


def test_a_long_value_has_its_hash_and_the_way_to_the_whole() -> None:
    assert cut_of(truncated=True, sha256=HASH) == Cut(HASH, AIRFLOW)


@pytest.mark.parametrize("gone", ["is_gone", "is_run_gone"])
def test_nothing_leads_to_what_airflow_has_deleted(gone: str) -> None:
    told = cut_of(truncated=True, sha256=HASH, **{gone: True})
    assert told == Cut(HASH, None)
