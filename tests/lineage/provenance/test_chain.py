from app.lineage.provenance.chain import Chain, chain_of
from app.model.findings import Evidence
from tests.lineage.provenance.places import gave, got, of, read


def shown(chain: Chain) -> list[str]:
    """`-1 extract gave 1`, one per station, and `extract -> load confirmed 1` per joint."""
    stations = [
        f"{one.step:+d} {one.task_id} x{one.instances} got {len(one.got)} gave {len(one.gave)}"
        for one in chain.stations
    ]
    joints = [
        f"{chain.stations[one.source].task_id} -> {chain.stations[one.target].task_id} "
        f"{one.evidence.value} {one.fields}"
        for one in chain.joints
    ]
    return stations + joints


def test_the_trail_is_told_step_by_step() -> None:
    first, taken = gave("extract", "uri"), got("load")
    on, last = gave("load", "path", at=19), got("report", at=21)
    flows = (read(first, taken), read(on, last, evidence=Evidence.INFERRED))
    assert shown(chain_of(of(on, first, taken, last, flows=flows))) == [
        "-1 extract x1 got 0 gave 1",
        "+0 load x1 got 1 gave 1",
        "+1 report x1 got 1 gave 0",
        "extract -> load confirmed 1",
        "load -> report inferred 1",
    ]


def test_mapped_instances_of_a_task_are_one_station() -> None:
    given_ = gave("extract", "uri")
    taken = [got("load", map_index=index, at=11 + index) for index in range(3)]
    flows = tuple(read(given_, one) for one in taken)
    assert shown(chain_of(of(given_, *taken, flows=flows))) == [
        "+0 extract x1 got 0 gave 1",
        "+1 load x3 got 3 gave 0",
        "extract -> load confirmed 3",
    ]


def test_what_is_not_on_the_trail_has_no_station() -> None:
    given_ = gave("extract", "uri")
    assert shown(chain_of(of(given_, gave("list", "uri")))) == ["+0 extract x1 got 0 gave 1"]


def test_a_reader_of_two_steps_stands_at_the_nearer_one() -> None:
    first, taken = gave("extract", "uri"), got("load")
    on, both = gave("load", "path", at=19), got("report", at=21)
    other = got("report", 1, at=21)
    flows = (read(first, taken), read(on, both), read(first, other, field="arguments[1]"))
    assert shown(chain_of(of(first, taken, on, both, other, flows=flows)))[2] == (
        "+1 report x1 got 2 gave 0"
    )
