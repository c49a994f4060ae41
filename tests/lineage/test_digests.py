"""Flows of values of which only a keyed digest is kept."""

import pytest

from app.lineage.analyze import analyze
from app.lineage.likeness.digests import digits_of
from app.model.findings import Evidence, Flow
from app.model.masks import COMMON, RARE, SECRET
from tests.lineage.scenario import Scenario

D, OTHER = "***a1b2c3d4e5f6", "***0f1e2d3c4b5a"
LONG, SHORT = "***a1b2c3d4e5f60718", "***a1b2c3d4"
SOURCE = """
    with DAG("geo_tiles"):
        make = KubernetesPodOperator(task_id="make")
        use = KubernetesPodOperator(
            task_id="use", arguments=["--token={{ ti.xcom_pull(task_ids='make')['token'] }}"]
        )
        make >> use
"""


def only_flow(
    gave: object, got: str, *, source: str = "", before: str | None = None
) -> Flow | None:
    earlier = Scenario(gave={"make": {"token": before}}, got={"use": {"arguments": [before]}})
    facts = Scenario(
        source,
        gave={"make": {"token": gave}},
        got={"use": {"arguments": [got]}},
        before=(earlier,) if before else None,
    ).facts()
    flows = analyze(facts).flows
    assert len(flows) <= 1
    return flows[0] if flows else None


@pytest.mark.parametrize(
    ("gave", "got", "evidence"),
    [
        (D, f"--token={D}", Evidence.CONFIRMED),
        (f"https://me:{D}@host/x", f"--token=https://me:{D}@host/x", Evidence.CONFIRMED),
        ("***", f"--token={D}", Evidence.DECLARED),
        (D, "--token=***", Evidence.DECLARED),
        ("***", "--token=***", Evidence.DECLARED),
        # The key changed in between.
        (D, f"--token={OTHER}", Evidence.DECLARED),
    ],
)
def test_a_digest_confirms_what_the_source_names(gave: str, got: str, evidence: Evidence) -> None:
    flow = only_flow(gave, got, source=SOURCE)
    assert flow is not None
    assert (flow.evidence, flow.redacted) == (evidence, True)


def test_a_rare_text_is_recognised_by_its_digest_alone() -> None:
    for got in (LONG, f"--in={LONG}"):
        flow = only_flow(LONG, got)
        assert flow is not None
        assert (flow.evidence, flow.redacted) == (Evidence.INFERRED, True)


def test_a_number_is_recognised_in_a_text() -> None:
    flow = only_flow(f"***#{LONG[3:]}", LONG)
    assert flow is not None
    assert flow.evidence is Evidence.INFERRED


def test_a_common_text_proves_nothing() -> None:
    assert only_flow(SHORT, SHORT) is None
    assert only_flow(SHORT, SHORT, before="***0f1e2d3c") is None


def test_a_secret_is_recognised_when_it_changes_with_its_giver() -> None:
    """How rare it is nobody knows: the same password may have come from elsewhere."""
    assert only_flow(D, D) is None
    flow = only_flow(D, D, before=OTHER)
    assert flow is not None
    assert flow.evidence is Evidence.INFERRED


def test_the_digest_of_a_text_says_how_rare_it_is() -> None:
    found = [digits_of(text) for text in ("2026-11-21", "all of the customers", "Zq7hunter2Xw9")]
    assert found == [COMMON, SECRET, RARE]
