"""How often an inferred flow is right, and how many of all flows are inferred, on made-up runs.

Of a DAG's first run nothing tells a constant that two tasks know from a value that flowed; from
its second run on the runs before it do.
"""

from collections import Counter

import pytest

from app.lineage.analyze import analyze
from app.model.findings import Consumer, Producer
from tests.lineage.factory_runs import Factory, Truth

#: Kinds of values that no one chooses: what flows of them is to be found.
TELLING = ("bytes", "document", "hash", "list", "numbered path", "order", "path", "rows", "uuid")


def _claim(consumer: Consumer, producer: Producer) -> Truth:
    return (
        consumer.instance.task_id,
        consumer.field,
        producer.instance.task_id,
        producer.path,
    )


def _measured(seeds: range, earlier: int) -> tuple[float, float, float]:
    """Precision of the flows, their recall over telling kinds, and that of candidates with them."""
    right: Counter[bool] = Counter()
    found: Counter[str] = Counter()
    for seed in seeds:
        facts, truth = Factory(seed).run(10, earlier)
        analysis = analyze(facts)
        flows = {_claim(flow.consumer, flow.producer) for flow in analysis.flows}
        guessed = {
            _claim(one.consumer, producer)
            for one in analysis.candidates
            for producer in one.producers
        }
        right.update(flow in truth for flow in flows)
        for flow, kind in truth.items():
            if kind in TELLING:
                found.update({"all": 1, "flow": flow in flows, "seen": flow in flows | guessed})
    precision = right[True] / (right[True] + right[False])
    return precision, found["flow"] / found["all"], found["seen"] / found["all"]


@pytest.mark.parametrize("earlier", [0, 1, 4])
def test_what_is_inferred_is_right_and_what_can_be_is_found(earlier: int) -> None:
    precision, recall, seen = _measured(range(120), earlier)
    assert precision >= 0.995
    assert recall >= 0.93
    assert seen >= 0.96
