from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lineage.compare.compare import compare, subject_of
from app.lineage.compare.comparison import Change, ChangeKind, Comparison, SideName
from app.model.findings import Flow, Problem
from app.model.ids import RunKey
from app.model.sides import InstanceSide, RunSide, StoredValue
from app.model.values import Json
from tests.build import make_consumer, make_flow, make_problem, make_producer
from tests.lineage.compare.given import (
    BAD,
    BEFORE,
    GOOD,
    both,
    instance_of,
    make_side,
    tasks_of,
    told,
)


def test_what_a_task_gave_and_got_is_compared_leaf_by_leaf() -> None:
    comparison = both(
        "extract",
        {"got": {"arguments": ["--zoom=14"], "env_vars": [{"name": "A", "value": "1"}]},
         "gave": {"uri": "s3://x", "rows": 4, "old": True}},
        {"got": {"arguments": ["--zoom=15"], "env_vars": [{"name": "A", "value": "2"}]},
         "gave": {"uri": None, "rows": 4, "new": []}},
    )  # fmt: skip
    assert told(comparison) == [
        'extract field arguments[0] "--zoom=14" -> "--zoom=15"',
        'extract field env_vars.A "1" -> "2"',
        'extract xcom return_value.uri "s3://x" -> null',
        "extract xcom return_value.old true -> -",
        "extract xcom return_value.new - -> []",
    ]


def test_a_key_that_only_one_run_has_is_told_where_both_ended_well() -> None:
    gave = {"gave": 1, "stats": {"mean": 2}}
    assert told(both("extract", gave, {"gave": 1})) == ["extract xcom stats.mean 2 -> -"]
    assert told(both("extract", gave, {"state": "failed"})) == []


def test_what_a_task_that_never_ran_did_not_get_is_no_change() -> None:
    comparison = both(
        "load", {"got": {"arguments": ["a"]}, "gave": 1}, {"state": "upstream_failed"}
    )
    assert told(comparison) == []
    (pair,) = comparison.pairs
    assert pair.is_state_changed
    assert pair.doubts == ()


def test_fields_that_airflow_no_longer_had_are_a_doubt() -> None:
    (pair,) = both("load", {"got": {"arguments": ["a"]}}, {}).pairs
    assert [one.doubt.value for one in pair.doubts] == ["not_rendered"]


def test_values_that_are_too_big_or_cut_are_a_doubt() -> None:
    def side(run: RunKey, text: str | None, *, is_cut: bool) -> RunSide:
        xcoms = {"return_value": StoredValue(text, 9_000_000, is_cut)}
        return make_side(run, replace(instance_of(run, "extract"), xcoms=xcoms))

    (pair,) = compare(side(GOOD, None, is_cut=False), side(BAD, None, is_cut=False)).pairs
    assert [one.doubt.value for one in pair.doubts] == ["too_big"]
    (pair,) = compare(
        side(GOOD, '{"a": "bc', is_cut=True), side(BAD, '{"a": "bd', is_cut=True)
    ).pairs
    assert [one.doubt.value for one in pair.doubts] == ["cut"]
    assert len(pair.changes) == 1


@pytest.mark.parametrize(
    ("left", "right", "doubts"),
    [
        # Known by their digests alone.
        (StoredValue(None, 9, digest="a"), StoredValue(None, 9, digest="a"), []),
        (StoredValue(None, 9, digest="a"), StoredValue(None, 9, digest="b"), ["differs"]),
        (StoredValue("x", 9, is_cut=True, digest="a"), StoredValue("x", 9, True, "a"), []),
        (StoredValue("x", 9, True, "a"), StoredValue("x", 9, True, "b"), ["differs", "cut"]),
        # By their sizes.
        (StoredValue(None, 9), StoredValue(None, 8), ["differs"]),
        (StoredValue("x", 9, True), StoredValue("x", 8, True), ["differs", "cut"]),
        (StoredValue("x", 9, True), StoredValue("x", 9, True), ["cut"]),
        (StoredValue(None, 9), StoredValue(None, 9), ["too_big"]),
    ],
)
def test_values_that_are_not_here_whole_are_known_by_their_digests(
    left: StoredValue, right: StoredValue, doubts: list[str]
) -> None:
    def side(run: RunKey, value: StoredValue) -> RunSide:
        xcoms = {"return_value": value}
        return make_side(run, replace(instance_of(run, "extract", state="success"), xcoms=xcoms))

    comparison = compare(side(GOOD, left), side(BAD, right))
    (pair,) = comparison.pairs
    assert [one.doubt.value for one in pair.doubts] == doubts
    assert pair.changes == ()
    assert comparison.is_same is ("differs" not in doubts)


def test_what_every_run_brings_is_told_apart() -> None:
    comparison = both(
        "extract",
        {"gave": {"uri": "s3://a/2026-11-20/x", "id": "0b1f9f5e-7a3c-4f0a-9d0e-1c2d3e4f5a6b"},
         "pod_name": "extract-1a2b3c"},
        {"gave": {"uri": "s3://a/2026-11-21/x", "id": "9c8b7a6d-1111-4222-8333-444455556666"},
         "pod_name": "extract-9z8y7x"},
    )  # fmt: skip
    assert [one.always and one.always.value for one in comparison.pairs[0].changes] == [
        "own",
        "form",
        "own",
    ]
    assert comparison.is_same


@pytest.mark.parametrize(
    ("before", "good", "bad", "expected"),
    [
        # It differed between the good runs too, and is of the same kind now.
        (40_456, 40_123, 40_200, "history"),
        ("tmp-wild-goose", "tmp-calm-tiger", "tmp-brave-otter", "history"),
        ("sha-9f86d081884c7d65", "sha-2c26b46b68ffc68f", "sha-fcde2b2edba56bf4", "history"),
        # It is of another kind.
        (40_456, 40_123, 0, None),
        ("tmp-wild-goose", "tmp-calm-tiger", None, None),
        # It never differed before, so a hash that does says something.
        ("sha-2c26b46b68ffc68f", "sha-2c26b46b68ffc68f", "sha-fcde2b2edba56bf4", None),
        (7, 7, 8, None),
        # Only the date did: this one is of the day before.
        ("s3://a/2026-11-19/x", "s3://a/2026-11-20/x", "s3://a/2026-11-20/x ", None),
        ("s3://a/2026-11-19/x", "s3://a/2026-11-20/x", "s3://a/2026-11-18/x", None),
    ],
)
def test_the_good_run_before_tells_what_differs_in_every_run(
    before: Json, good: Json, bad: Json, expected: str | None
) -> None:
    sides = [
        make_side(run, instance_of(run, "extract", gave={"v": value}))
        for run, value in ((BEFORE, before), (GOOD, good), (BAD, bad))
    ]
    for left, right in ((1, 2), (2, 1)):
        comparison = compare(sides[left], sides[right], sides[0])
        (change,) = comparison.pairs[0].changes
        assert (change.always and change.always.value) == expected


def test_lists_that_have_another_length_in_every_run_are_expected_to() -> None:
    def changes(*lists: list[Json]) -> list[str | None]:
        runs = zip((BEFORE, GOOD, BAD), lists, strict=True)
        sides = [make_side(run, instance_of(run, "extract", gave=one)) for run, one in runs]
        (pair,) = compare(sides[1], sides[2], sides[0]).pairs
        return [one.always and one.always.value for one in pair.changes]

    assert changes(["a"], ["a", "b"], ["a", "b", "c"]) == ["history"]
    assert changes(["a", "b"], ["a", "b"], ["a", "b", "c"]) == [None]
    assert changes(["a"], ["a", "b"], []) == [None, None]


def test_names_with_the_runs_date_are_one() -> None:
    comparison = both("extract", {"gave": {"2026-11-20": 1}}, {"gave": {"2026-11-21": 2}})
    assert [one.kind for one in comparison.pairs[0].changes] == [ChangeKind.CHANGED]


def test_tasks_of_one_version_only_are_named() -> None:
    left = make_side(GOOD, instance_of(GOOD, "plan"), instance_of(GOOD, "old"))
    right = make_side(BAD, instance_of(BAD, "plan"), instance_of(BAD, "new"))
    comparison = compare(left, right)
    assert comparison.tasks_vanished == ("old",)
    assert comparison.tasks_added == ("new",)


def test_what_the_runs_were_triggered_with_is_compared() -> None:
    comparison = compare(make_side(GOOD, conf={"full": True}), make_side(BAD, conf=None))
    assert [(one.kind, one.left_path) for one in comparison.conf] == [
        (ChangeKind.VANISHED, ("full",))
    ]
    assert not comparison.is_same


def test_instances_stand_in_the_order_of_the_dag() -> None:
    names = ("notify", "load", "plan", "extract")
    sides = [make_side(run, *(instance_of(run, one) for one in names)) for run in (GOOD, BAD)]
    assert [one.task_id for one in compare(*sides).pairs] == ["plan", "extract", "notify", "load"]


def test_flows_of_one_run_only_are_told() -> None:
    left = make_side(GOOD, flows=(_flow(GOOD, ("a",)), _flow(GOOD, ("b",), "arguments[1]")))
    right = make_side(BAD, flows=(_flow(BAD, ("a",)), _flow(BAD, ("c",), "arguments[1]")))
    assert [(one.kind.value, (one.left or one.right)) for one in compare(left, right).flows] == [
        ("vanished", left.flows[1]),
        ("added", right.flows[1]),
    ]


def test_a_flow_into_an_argument_that_moved_is_the_same() -> None:
    sides = [
        make_side(
            run,
            instance_of(run, "load", got={"arguments": [*new, "--in", "s3://x"]}),
            flows=(_flow(run, ("a",), f"arguments[{1 + len(new)}]"),),
        )
        for run, new in ((GOOD, []), (BAD, ["--new"]))
    ]
    comparison = compare(*sides)
    assert comparison.flows == ()
    assert told(comparison) == ['load field arguments[0] - -> "--new"']


def _flow(run: RunKey, path: tuple[str, ...], field: str = "arguments[0]") -> Flow:
    return make_flow(make_producer("extract", path, run=run), make_consumer("load", field, run=run))


def test_problems_are_new_gone_or_the_same() -> None:
    left = make_side(GOOD, problems=(_problem(GOOD, "a"), _problem(GOOD, "b")))
    right = make_side(BAD, problems=(_problem(BAD, "b"), _problem(BAD, "c")))
    assert [(bool(one.left), bool(one.right)) for one in compare(left, right).problems] == [
        (True, False),
        (True, True),
        (False, True),
    ]


def _problem(run: RunKey, cause: str) -> Problem:
    return make_problem(cause=cause, consumer=make_consumer(run=run))


def test_the_run_that_failed_is_looked_at_else_the_later_one() -> None:
    good, bad = make_side(GOOD), make_side(BAD)
    failed = make_side(GOOD, state="failed")
    assert subject_of(good, bad) is SideName.RIGHT
    assert subject_of(bad, good) is SideName.LEFT
    assert subject_of(failed, bad) is SideName.LEFT


values: st.SearchStrategy[Json] = st.recursive(
    st.sampled_from([None, 1, 0, "a", "s3://x/2026-11-20", "s3://x/2026-11-21"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=6,
)


@st.composite
def instances(draw: st.DrawFn, run: RunKey) -> tuple[InstanceSide, ...]:
    found = []
    for task_id in draw(st.lists(st.sampled_from(["plan", "extract", "load"]), unique=True)):
        state = draw(st.sampled_from(["success", "failed", "upstream_failed", None]))
        got = draw(st.none() | st.fixed_dictionaries({"arguments": values}))
        found += [
            instance_of(
                run, task_id, map_index=n, got=got, gave=draw(values), state=state, name=str(n)
            )
            for n in (range(draw(st.integers(0, 3))) if task_id == "load" else (-1,))
        ]
    return tuple(found)


@st.composite
def sides(draw: st.DrawFn, run: RunKey) -> RunSide:
    state = draw(st.sampled_from(["success", "failed", "running"]))
    return make_side(run, *draw(instances(run)), state=state)


@settings(max_examples=60)
@given(sides(GOOD))
def test_a_run_compared_with_itself_says_nothing(side: RunSide) -> None:
    comparison = compare(side, side)
    assert comparison.is_same
    assert all(pair.changes == () for pair in comparison.pairs)


@settings(max_examples=60)
@given(sides(GOOD), sides(BAD), sides(BEFORE))
def test_the_other_way_round_what_was_added_vanished(
    left: RunSide, right: RunSide, before: RunSide
) -> None:
    there, back = compare(left, right, before), compare(right, left, before)
    assert _mirrored(there) == _all(back)
    assert there.path.subject is back.path.subject.other
    assert there.path.task_ids == back.path.task_ids
    assert there.is_same is back.is_same
    assert (there.path.first is None) is (back.path.first is None)


_TURNED = {ChangeKind.ADDED: ChangeKind.VANISHED, ChangeKind.VANISHED: ChangeKind.ADDED}


def _mirrored(comparison: Comparison) -> list[str]:
    return sorted(repr(_turned(one)) for pair in comparison.pairs for one in pair.changes)


def _turned(one: Change) -> Change:
    return replace(
        one,
        kind=_TURNED.get(one.kind, one.kind),
        left_path=one.right_path,
        right_path=one.left_path,
        left=one.right,
        right=one.left,
    )


def _all(comparison: Comparison) -> list[str]:
    return sorted(repr(one) for pair in comparison.pairs for one in pair.changes)


def test_tasks_without_a_known_order_are_compared_too() -> None:
    left = make_side(GOOD, instance_of(GOOD, "other", gave=1), tasks=())
    right = make_side(BAD, instance_of(BAD, "other", gave=2), tasks=tasks_of("plan"))
    assert told(compare(left, right)) == ["other xcom return_value 1 -> 2"]
