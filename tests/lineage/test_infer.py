"""Flows that only the values tell; where more than one place can have given one, candidates."""

import hashlib
import json
import time
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lineage.analyze import analyze
from app.model.facts import RunFacts
from app.model.ids import RunKey
from tests.build import RUN, START, after, make_run, make_xcom
from tests.lineage.scenario import Scenario, check, shown_candidates, shown_flow

TELLING = "s3://lab/alpha-7/part-7"
UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
DOCUMENT = {"id": "ord-7f3a", "rows": 481_623, "parts": ["s3://lab/7f3a/1", "s3://lab/7f3a/2"]}


def use(*arguments: Any, **fields: Any) -> dict[str, dict[str, Any]]:
    """What the task `use` got."""
    return {"use": {"arguments": list(arguments), **fields}}


def test_a_rare_value_is_recognised_where_the_source_is_silent() -> None:
    check(
        Scenario(gave={"make": {"k": TELLING}}, got=use(f"--in={TELLING}", "x")),
        flows="make['k'] -> use.arguments[0] [5:28] inferred",
    )


@pytest.mark.parametrize(
    ("value", "field", "span"),
    [
        ("order-2291-b", "order-2291-b", "[0:12]"),
        ("Zürich-東京-🎈", "--to=Zürich-東京-🎈", "[5:16]"),
        (UUID, f"id:{UUID}", "[3:39]"),
        ("x7k2p", "x7k2p", "[0:5]"),
        ("x7k2p", "--shop=x7k2p", "[7:12]"),
        ("x7k2p", "s3://lake/x7k2p/day", "[10:15]"),
        (481_623, "481623", "[0:6]"),
        (481_623, "--rows=481623", "[7:13]"),
        (481_623, 481_623, "[0:6]"),
        (0.873129, "score 0.873129", "[6:14]"),
        (-481_623, "--offset=-481623", "[9:16]"),
        ("2026-11-20T06:13:27.481516+00:00", "2026-11-20T06:13:27.481516+00:00", "[0:32]"),
    ],
)  # fmt: skip
def test_a_rare_value_of_any_kind_is_recognised(value: Any, field: Any, span: str) -> None:
    check(
        Scenario(gave={"make": {"k": value}}, got=use(field)),
        flows=f"make['k'] -> use.arguments[0] {span} inferred",
    )


@pytest.mark.parametrize(
    "value",
    [
        "42", "True", True, "", None, 0, 1, 42, 1000, 48_000, 20_261_120, 202_611, 1_763_618_400,
        "default", "success", "2026-11-20", "2026-11-20T06:00:00+00:00", "20261120T060000", "1.0.0",
        "v2.18.0", "aaaaaaaa-aaaa", "12345678901", "11111111", "secret-***", "us-east-1", "raw",
        "python3", "i18n", RUN.run_id, RUN.dag_id,
    ],
)  # fmt: skip
def test_a_common_value_tells_nothing(value: Any) -> None:
    check(Scenario(gave={"make": value}, got=use(value, f"--x={value}", f"s3://b/{value}/c")))


@pytest.mark.parametrize("field", [f"{TELLING}7", f"x{TELLING}", TELLING[:-1]])
def test_a_value_inside_a_longer_word_tells_nothing(field: str) -> None:
    check(Scenario(gave={"a": TELLING}, got=use(field)))


@pytest.mark.parametrize("field", ["481623.5", "20481623", "1-481623", "a_481623", "10.481623"])
def test_a_number_inside_a_longer_one_tells_nothing(field: str) -> None:
    check(Scenario(gave={"a": 481_623}, got=use(field)))


def test_of_two_values_that_end_alike_the_longer_one_is_meant() -> None:
    check(
        Scenario(gave={"a": TELLING, "b": "alpha-7/part-7"}, got=use(TELLING)),
        flows="a -> use.arguments[0] [0:23] inferred",
    )


def test_a_path_and_what_lies_under_it_are_two_values() -> None:
    base = "s3://lab/x7k2p"
    check(
        Scenario(gave={"a": base, "b": f"{base}/part-1"}, got=use(f"{base}/part-1", f"{base}/out")),
        flows="""
            b -> use.arguments[0] [0:21] inferred
            a -> use.arguments[1] [0:14] inferred
        """,
    )


def test_a_piece_of_what_a_task_beside_it_gave_is_no_value_of_its_own() -> None:
    gave = {"a": "s3://lab/x7k2p", "b": "s3://lab/x7k2p/part-1"}
    check(Scenario(gave=gave, got=use("s3://lab/x7k2p/part-1"), apart=("b",)))


def test_several_values_in_one_field_are_told_apart() -> None:
    check(
        Scenario(gave={"a": {"x": TELLING, "y": "x7k2p"}}, got=use(f"{TELLING} --shop=x7k2p")),
        flows="""
            a['x'] -> use.arguments[0] [0:23] inferred
            a['y'] -> use.arguments[0] [31:36] inferred
        """,
    )


@pytest.mark.parametrize("value", [TELLING, 481_623])
def test_of_a_value_that_two_places_gave_both_are_candidates(value: Any) -> None:
    end = len(str(value))
    check(
        Scenario(gave={"a": value, "b": {"k": value}}, got=use(value)),
        candidates=f"a or b['k'] -> use.arguments[0] [0:{end}]",
    )


@pytest.mark.parametrize("value", [f"analytics.{word}_clean" for word in ("orders", "geo")])
def test_words_alone_may_be_a_name_that_both_know(value: str) -> None:
    check(
        Scenario(gave={"make": value}, got=use(f"--to={value}")),
        candidates=f"make -> use.arguments[0] [5:{5 + len(value)}]",
    )


def test_a_value_in_more_places_than_anyone_could_choose_from_tells_nothing() -> None:
    check(Scenario(gave={f"t{n}": TELLING for n in range(21)}, got=use(TELLING)))


def test_a_short_number_may_be_one_that_people_chose_until_it_changes() -> None:
    shown = "use.arguments[0] [4:9]"
    check(_day(48_213), candidates=f"make -> {shown}")
    check(_day(48_213, before=(_day(51_377),)), flows=f"make -> {shown} inferred")


def test_numbers_tell_less_the_more_of_their_length_there_are() -> None:
    check(Scenario(gave={"make": list(range(410_001, 410_900))}, got=use(410_007)))
    check(
        Scenario(gave={"make": [410_007, 410_008]}, got=use(410_007)),
        flows="make[0] -> use.arguments[0] [0:6] inferred",
    )


def test_numbered_texts_tell_something_where_the_rest_of_them_does() -> None:
    parts = [f"s3://lab/run-8812/part-{n:05}" for n in range(500)]
    check(
        Scenario(gave={"list": parts}, got=use(parts[7])),
        flows="list[7] -> use.arguments[0] [0:28] inferred",
    )
    rows = [f"row-{n:05}" for n in range(500)]
    check(Scenario(gave={"list": rows}, got=use(rows[7])))


def test_a_value_of_a_task_that_is_not_upstream_tells_nothing() -> None:
    check(Scenario(gave={"a": TELLING}, got=use(TELLING), apart=("a",)))


def test_a_value_that_was_pushed_too_late_or_was_gone_tells_nothing() -> None:
    late = make_xcom("make", TELLING, seconds=500)
    check(Scenario(gave={"make": 1}, got=use(TELLING), more={"xcoms": (late,)}))


def test_an_overwritten_value_tells_nothing() -> None:
    versions = (make_xcom("make", TELLING, seconds=3), make_xcom("make", "other", seconds=4))
    check(Scenario(gave={"make": 1}, got=use(TELLING), more={"xcoms": versions}))


def test_a_field_of_which_the_source_speaks_is_left_to_it() -> None:
    source = f"""
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments=["{TELLING}"])
"""
    check(Scenario(source, gave={"make": {"k": TELLING}}, got=use(TELLING)))


@pytest.mark.parametrize("value", [TELLING, UUID, 481_623, {"id": UUID}])
def test_a_value_that_the_source_spells_out_is_known_from_there(value: Any) -> None:
    source = f"make_dag(config={value!r})"
    check(Scenario(source, gave={"make": {"k": value}}, got=use(value)))


def test_a_value_that_was_given_with_the_run_is_known_from_there() -> None:
    scenario = Scenario(gave={"make": {"k": UUID}}, got=use(UUID))
    found = analyze(replace(scenario.facts(), run=make_run(conf={"batch": UUID})))
    assert (found.flows, found.candidates) == ((), ())


def test_the_moment_of_the_run_is_known_to_all_its_tasks() -> None:
    moment = START + timedelta(microseconds=481_516)
    scenario = Scenario(gave={"make": {"at": f"{moment:%FT%T.%f}"}}, got=use(f"{moment:%FT%T.%f}"))
    facts = replace(scenario.facts(), run=make_run(run_after=moment))
    assert analyze(facts).flows == ()


def test_a_path_that_a_task_was_told_to_write_to_may_be_known_to_its_reader_too() -> None:
    got = {"make": {"arguments": [f"--out={TELLING}"]}, **use(f"--in={TELLING}")}
    facts = _in_a_row(Scenario(gave={"make": {"k": TELLING}}, got=got), "make", "use")
    found = analyze(facts)
    assert found.flows == ()
    assert [*map(shown_candidates, found.candidates)] == ["make['k'] -> use.arguments[0] [5:28]"]


def test_a_path_in_a_tasks_own_program_is_made_there() -> None:
    program = f'echo \'{{"k": "{TELLING}"}}\' > /airflow/xcom/return.json'
    got = {"make": {"arguments": ["-c", program]}, **use(f"--in={TELLING}")}
    facts = _in_a_row(Scenario(gave={"make": {"k": TELLING}}, got=got), "make", "use")
    assert [*map(shown_flow, analyze(facts).flows)] == [
        "make['k'] -> use.arguments[0] [5:28] inferred"
    ]


def test_a_value_that_a_task_had_before_is_no_news_of_the_one_that_gave_it() -> None:
    got = {"first": {"arguments": [f"x {TELLING} y"]}, **use(TELLING)}
    scenario = Scenario(gave={"make": TELLING}, got=got)
    found = analyze(_in_a_row(scenario, "first", "make", "use"))
    assert found.flows == ()
    assert [*map(shown_candidates, found.candidates)] == ["make -> use.arguments[0] [0:23]"]


def test_a_value_that_was_handed_on_has_the_nearest_task_as_its_first_candidate() -> None:
    got = {"transform": {"arguments": [TELLING]}, **use(TELLING)}
    scenario = Scenario(gave={"load": TELLING, "transform": TELLING}, got=got)
    found = analyze(_in_a_row(scenario, "load", "transform", "use"))
    assert [*map(shown_flow, found.flows)] == ["load -> transform.arguments[0] [0:23] inferred"]
    assert [*map(shown_candidates, found.candidates)] == [
        "transform or load -> use.arguments[0] [0:23]"
    ]


def _in_a_row(scenario: Scenario, *task_ids: str) -> RunFacts:
    """The scenario's facts with its tasks one after the other, each pushing when it ends."""
    facts = scenario.facts()
    at = {task_id: 20 * n for n, task_id in enumerate(task_ids)}
    below = {one: frozenset({after_}) for one, after_ in pairwise(task_ids)}
    tasks = (replace(one, downstream=below.get(one.task_id, frozenset())) for one in facts.tasks)
    tries = (replace(one, start=after(at[one.key.instance.task_id] + 1)) for one in facts.tries)
    xcoms = (
        replace(one, at=replace(one.at, timestamp=after(at[one.at.instance.task_id] + 8)))
        for one in facts.xcoms
    )
    return replace(facts, tasks=tuple(tasks), tries=tuple(tries), xcoms=tuple(xcoms))


@pytest.mark.parametrize(
    ("name", "value", "is_found"),
    [
        ("image", "x7k2p", False),
        ("image", f"registry/app:{UUID}", False),
        ("namespace", UUID, True),
        ("labels", {"job": UUID}, True),
        ("labels", {"job": "order-2291-b"}, False),
        ("bash_command", "run x7k2p", True),
        ("op_kwargs", {"a": {"b": ["x7k2p"]}}, True),
    ],
)
def test_how_much_a_value_must_tell_depends_on_the_field(
    name: str, value: Any, *, is_found: bool
) -> None:
    gave = {"make": {"a": "x7k2p", "b": UUID, "c": "order-2291-b"}}
    facts = Scenario(gave=gave, got={"use": {name: value}}).facts()
    assert bool(analyze(facts).flows) is is_found


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ({"op_kwargs": {"doc": DOCUMENT}}, "make -> use.op_kwargs.doc"),
        ({"op_kwargs": {"p": DOCUMENT["parts"]}}, "make['parts'] -> use.op_kwargs.p"),
        ({"arguments": [json.dumps(DOCUMENT)]}, "make -> use.arguments[0]"),
        ({"arguments": [f"-d {json.dumps(DOCUMENT, sort_keys=True)}"]}, "make -> use.arguments[0]"),
        ({"env_vars": {"DOC": str(DOCUMENT)}}, "make -> use.env_vars.DOC"),
    ],
)  # fmt: skip
def test_a_document_is_one_value_and_not_its_pieces(field: dict[str, Any], place: str) -> None:
    found = analyze(Scenario(gave={"make": DOCUMENT}, got={"use": field}).facts())
    assert [shown_flow(one).partition(" [")[0] for one in found.flows] == [place]


def test_pieces_of_a_document_are_values_where_the_whole_is_another() -> None:
    other = json.dumps({"id": "ord-7f3a", "mine": 1})
    check(
        Scenario(gave={"make": DOCUMENT}, got=use(other)),
        flows="make['id'] -> use.arguments[0] [8:16] inferred",
    )


def _day(value: Any, shown: Any = None, **more: Any) -> Scenario:
    """A run in which `make` gave the value and `use` got it, unless it got what is `shown`."""
    got = use(f"--x={value if shown is None else shown}")
    return Scenario(gave={} if value is None else {"make": value}, got=got, **more)


FLOW = "make -> use.arguments[0] [4:{}] inferred"


def test_a_value_that_differs_from_run_to_run_and_is_always_the_one_given_flowed() -> None:
    days = tuple(_day(f"analytics.{word}_clean") for word in ("geo", "churn"))
    check(_day("analytics.orders_clean", before=days), flows=FLOW.format(26))
    check(_day("order-9-7x1", before=(_day("order-8-1z7"),)), flows=FLOW.format(15))


def test_a_value_that_stays_the_same_in_every_run_may_be_known_to_both() -> None:
    check(
        _day(TELLING, before=(_day(TELLING), _day(TELLING))),
        candidates="make -> use.arguments[0] [4:27]",
    )


def test_a_value_that_stood_there_without_being_given_did_not_flow() -> None:
    check(_day(TELLING, before=(_day("s3://lab/alpha-6/part-6", TELLING),)))
    check(_day(TELLING, before=(_day(None, TELLING),)))


def test_a_path_that_differs_by_its_date_alone_says_no_more_than_one_that_does_not() -> None:
    (before,) = (_day("s3://lab/2026-11-19/orders/tiles.parquet"),)
    check(
        _day("s3://lab/2026-11-20/orders/tiles.parquet", before=(before,)),
        candidates="make -> use.arguments[0] [4:44]",
    )


def test_of_two_that_gave_the_same_the_earlier_runs_tell_which_one_is_read() -> None:
    before = Scenario(gave={"a": 51_377, "b": 60_902}, got=use("--x=51377"))
    check(
        Scenario(gave={"a": 48_213, "b": 48_213}, got=use("--x=48213"), before=(before,)),
        flows="a -> use.arguments[0] [4:9] inferred",
    )


def test_another_version_of_the_dag_does_not_tell_which_one_is_read() -> None:
    before = Scenario(gave={"a": 51_377, "b": 60_902}, got=use("--x=51377"))
    facts = Scenario(
        gave={"a": 48_213, "b": 48_213}, got=use("--x=48213"), before=(before,)
    ).facts()
    older = tuple(replace(one, version_number=0) for one in facts.past_tries)
    found = analyze(replace(facts, past_tries=older))
    assert found.flows == ()
    assert [*map(shown_candidates, found.candidates)] == ["a or b -> use.arguments[0] [4:9]"]


def test_the_past_is_asked_for_where_a_value_is_at_stake_and_once() -> None:
    assert analyze(_day(TELLING).facts()).wanted_past == ("make", "use")
    assert analyze(_day("42").facts()).wanted_past == ()
    assert analyze(_day(TELLING, before=()).facts()).wanted_past == ()


def test_what_another_dag_gave_is_never_a_flow_by_its_value_alone() -> None:
    foreign = make_xcom("fetch", TELLING, run=RunKey("imagery", RUN.run_id), seconds=2)
    check(
        Scenario(gave={"make": 1}, got=use(TELLING), more={"other_xcoms": (foreign,)}),
        candidates="fetch -> use.arguments[0] [0:23]",
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None)
@given(value=json_values, field=json_values, earlier=json_values)
def test_any_values_and_fields_give_an_answer(value: Any, field: Any, earlier: Any) -> None:
    before = (Scenario(gave={"make": earlier}, got=use(value)),)
    for got in (
        use(field),
        use(value, json.dumps(value), f"x={value}"),
        {"use": {"labels": value}},
    ):
        analyze(Scenario(gave={"make": value, "b": earlier}, got=got, before=before).facts())


def _telling(seed: int, kind: str) -> str:
    """A value that nobody would choose, of its kind."""
    return kind.format(hashlib.sha256(f"{seed}".encode()).hexdigest()[:12])


telling = st.builds(
    _telling,
    st.integers(0, 10**6),
    st.sampled_from(["{}", "s3://lake/{}/part-1", "order-{}", "sha256:{}", "job {} of 2"]),
)
wrapped = st.sampled_from(["{}", "--in={}", "{}/out", "cp {} /data", '{{"x": "{}"}}'])


@settings(max_examples=60, deadline=None)
@given(data=st.data(), values=st.lists(telling, min_size=2, max_size=8, unique=True))
def test_values_of_their_own_are_found_again_and_none_is_invented(
    data: st.DataObject, values: list[str]
) -> None:
    readings = data.draw(
        st.lists(st.tuples(st.integers(0, len(values) - 1), wrapped), min_size=1, max_size=6)
    )
    gave = {f"t{n}": {"k": value} for n, value in enumerate(values)}
    got = use(*(shape.format(values[n]) for n, shape in readings))
    found = analyze(Scenario(gave=gave, got=got).facts())
    assert sorted(shown_flow(one).partition(" [")[0] for one in found.flows) == sorted(
        f"t{n}['k'] -> use.arguments[{at}]" for at, (n, _) in enumerate(readings)
    )
    assert found.candidates == ()


@settings(max_examples=60, deadline=None)
@given(value=telling, copies=st.integers(2, 6), shape=wrapped)
def test_of_a_value_that_several_gave_each_is_a_candidate_and_none_a_flow(
    value: str, copies: int, shape: str
) -> None:
    gave = {f"t{n}": {"k": value} for n in range(copies)}
    found = analyze(Scenario(gave=gave, got=use(shape.format(value))).facts())
    assert found.flows == ()
    assert [len(one.producers) for one in found.candidates] == [copies]


HOSTILE: list[tuple[Any, Any]] = [
    (["x-1-" * 5_000], "x-1-" * 5_000),
    ([f"{n}-common7f3a" for n in range(20_000)], "common7f3a " * 2_000),
    ([f"common7f3a-{'y' * n}" for n in range(2_000)], "common7f3a-" * 2_000),
    ([[["a7f3b"] * 50] * 50] * 4, [["a7f3b"] * 50] * 50),
    (["{" * 20_000, {"a": 1}], "{" * 20_000 + "}"),
    (["[" * 20_000, [1]], "[" * 20_000 + "]"),
    ([{"a": n} for n in range(2_000)], [json.dumps({"a": n}) for n in range(2_000)]),
    (list(range(10_000, 60_000)), " ".join(map(str, range(10_000, 13_000)))),
]  # fmt: skip


@pytest.mark.parametrize(("value", "field"), HOSTILE)
def test_hostile_values_take_no_time(value: Any, field: Any) -> None:
    facts = Scenario(gave={"make": value, "other": value}, got=use(field, field)).facts()
    before = time.process_time()
    analyze(facts)
    assert time.process_time() - before < 5
