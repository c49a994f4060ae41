from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.lineage.extent import Extent
from app.lineage.provenance.chain import chain_of
from app.lineage.provenance.joining import told_consumer
from app.lineage.provenance.occurrences import Tie, provenance
from app.model.findings import Evidence
from app.model.ids import RunKey
from app.model.leaves import Leaf, Place
from tests.lineage.provenance.places import VALUE, gave, got, lines, of, read

INSIDE = f"--in={VALUE} --fast"


def test_a_value_is_followed_from_its_producer_into_the_fields_that_read_it() -> None:
    given_, alone = gave("extract", "uri"), got("load")
    within = got("check", text=INSIDE)
    flows = (read(given_, alone), read(given_, within, spans=((5, 34),)))
    assert lines(of(given_, alone, within, flows=flows)) == [
        "extract gave | chosen x2",
        "check got inside | after confirmed",
        "load got | after confirmed",
    ]


def test_seen_from_the_field_its_producer_stands_before_it() -> None:
    given_, taken = gave("extract", "uri"), got("load")
    assert lines(of(taken, given_, flows=(read(given_, taken),))) == [
        "extract gave | before x1",
        "load got | chosen confirmed",
    ]


def test_a_task_that_got_it_and_gave_it_passed_it_on() -> None:
    first, taken = gave("extract", "uri"), got("load")
    on, last = gave("load", "path", at=19), got("report", at=21)
    flows = (read(first, taken), read(on, last))
    assert lines(of(last, first, taken, on, flows=flows)) == [
        "extract gave | before x1",
        "load got | before confirmed",
        "load passed on | before inferred x1",
        "report got | chosen confirmed",
    ]


def test_a_longer_text_that_holds_it_passes_it_on_too() -> None:
    first, taken = gave("extract", "uri"), got("load")
    on = gave("load", "log", text=f"wrote {VALUE}", at=19)
    found = of(first, taken, on, flows=(read(first, taken),))
    assert lines(found)[-1] == "load passed on inside | after inferred"
    assert found.occurrences[-1].spans == ((6, 35),)


def test_who_read_the_whole_around_it_is_told_apart() -> None:
    given_ = gave("extract", "uri")
    alone, whole = got("load"), got("score", "uri", name="op_args", text=VALUE)
    flows = (read(given_, alone), read(given_, whole, field="op_args", path=()))
    found = {
        one.at.instance.task_id: one for one in of(given_, alone, whole, flows=flows).occurrences
    }
    assert found["load"].extent is Extent.ITSELF
    assert found["score"].extent is Extent.WHOLE
    assert (found["extract"].readers, found["extract"].readers_within) == (2, 1)
    assert found["extract"].extent is None


def test_a_field_that_took_a_part_is_told_as_it_was_seen() -> None:
    cut = gave("extract", text=VALUE)
    field = got("load", text="--in=part of it")
    flow = read(cut, field, path=("uri",), evidence=Evidence.DECLARED)
    found = provenance(
        cut.at,
        VALUE,
        leaves=(cut,),
        flows=(flow,),
        is_telling=True,
        fields={told_consumer(flow): field},
    )
    taken = found.occurrences[-1]
    assert (taken.at, taken.is_kept, taken.extent) == (field.at, True, Extent.PART)
    assert taken.text == flow.flow.value


def test_what_was_made_from_another_value_leads_back_to_it() -> None:
    first, taken = gave("extract", "uri"), got("load", text=f"tiles in {VALUE}")
    made = gave("load", text=f"{VALUE}: 3 tiles", at=19)
    taken_on = got("mail", text=made.text, at=21)
    flows = (read(first, taken, spans=((9, 38),)), read(made, taken_on))
    found = of(made, first, taken, taken_on, flows=flows, parts=(VALUE,))
    assert lines(found) == [
        "extract gave inside | before x1",
        "load got inside | before confirmed",
        "load passed on | chosen inferred x1",
        "mail got | after confirmed",
    ]
    assert [one.is_part for one in found.occurrences] == [True, True, False, False]
    assert [one.spans for one in found.occurrences[:2]] == [((0, 29),), ((9, 38),)]
    assert len(chain_of(found).joints) == 2


def test_equal_text_of_a_part_is_none_of_the_whole_value() -> None:
    first, taken = gave("extract", "uri"), got("load", text=VALUE)
    made = gave("load", text=f"{VALUE}: 3 tiles", at=19)
    elsewhere = got("other")
    flows = (read(first, taken), read(first, elsewhere))
    found = of(made, first, taken, elsewhere, flows=flows, parts=(VALUE,))
    assert [one.at.instance.task_id for one in found.occurrences] == ["extract", "load", "load"]


def test_a_part_whose_origin_was_not_kept_is_told_by_its_flow() -> None:
    lost, taken = gave("extract", "uri"), got("load")
    made = gave("load", text=f"{VALUE}: 3 tiles", at=19)
    flow = read(lost, taken, spans=((0, 29),))
    assert lines(of(made, taken, flows=(flow,), parts=(VALUE,)))[0] == (
        "extract gave (not kept) | before x1"
    )


def test_what_was_given_before_the_try_that_got_it_was_not_passed_on() -> None:
    first, taken = gave("extract", "uri"), got("load")
    earlier = gave("load", "path", at=5)
    other_try = gave("load", "again", at=30, try_number=2)
    found = of(first, taken, earlier, other_try, flows=(read(first, taken),))
    assert [line for line in lines(found) if "passed" in line] == []


def test_a_field_that_holds_it_without_a_flow_passes_nothing_on() -> None:
    constant, given_ = got("load"), gave("load", "path", at=19)
    assert lines(of(given_, constant)) == ["load got | equal", "load gave | chosen"]


def test_equal_text_in_another_run_is_told_apart_from_what_a_flow_knows() -> None:
    other = RunKey("geo_tiles", "another")
    given_, taken = gave("extract", "uri"), got("load")
    there, read_there = gave("extract", "uri", run=other, at=99), got("load", run=other, at=101)
    alone = gave("list", "uri", at=200)
    flows = (read(given_, taken), read(there, read_there))
    assert lines(of(given_, taken, there, read_there, alone, flows=flows)) == [
        "extract gave | chosen x1",
        "load got | after confirmed",
        "extract gave | flow x1",
        "load got | flow confirmed",
        "list gave | equal",
    ]


def test_the_way_leads_into_the_runs_of_other_dags() -> None:
    first = gave("extract", "uri")
    taken = got("load", run=RunKey("catalog", "r9"), at=50)
    assert lines(of(first, taken, flows=(read(first, taken),)))[-1] == "load got | after confirmed"


def test_the_same_ids_in_another_deployment_are_another_task() -> None:
    given_, taken = gave("extract", "uri"), got("load")
    there = gave("extract", "uri", deployment="other", at=9.5)
    found = of(given_, taken, there, flows=(read(given_, taken),))
    assert lines(found)[1] == "extract gave | equal"


def test_a_field_that_was_never_seen_is_told_by_its_flow() -> None:
    given_, unseen = gave("extract", "uri"), got("load")
    flow = read(given_, unseen, evidence=Evidence.DECLARED)
    found = of(given_, flows=(flow,))
    assert lines(found)[-1] == "load got (not kept) | after declared"
    assert found.occurrences[-1].state == "success"
    assert found.occurrences[-1].at.name == "arguments[0]"


def test_a_value_that_was_not_kept_is_told_by_the_flow_that_read_it() -> None:
    lost, taken = gave("extract", "uri"), got("load", text=INSIDE)
    flow = read(lost, taken, spans=((5, 34),))
    assert lines(of(taken, flows=(flow,))) == [
        "extract gave (not kept) | before x1",
        "load got inside | chosen confirmed",
    ]


def test_a_part_of_a_word_may_be_what_a_flow_brought() -> None:
    given_, taken = gave("extract", "uri"), got("load", text=f"part{VALUE}")
    found = of(taken, given_, flows=(read(given_, taken, spans=((4, 33),)),))
    assert lines(found) == ["extract gave | before x1", "load got inside | chosen confirmed"]
    assert found.occurrences[1].spans == ((4, 33),)


def test_what_filled_another_part_of_the_field_has_nothing_to_do_with_it() -> None:
    other, taken = gave("count", "rows", text="128"), got("load", text=f"{VALUE} 128")
    assert lines(of(taken, other, flows=(read(other, taken, spans=((30, 33),)),))) == [
        "load got inside | chosen"
    ]


def test_a_whole_document_brings_the_value_to_where_it_stood_in_it() -> None:
    given_, other = gave("extract", "a", "uri"), gave("extract", "b", "uri")
    here = got("load", "doc", "uri", name="op_kwargs")
    there = got("load", "doc", "old", name="op_kwargs")
    flow = read(given_, here, field="op_kwargs.doc", path=("a",))
    found = of(given_, other, here, there, flows=(flow,))
    assert [(hop.source.at.path, hop.target.at.path) for hop in found.trail.hops] == [
        (("a", "uri"), ("doc", "uri"))
    ]


def test_a_document_that_became_a_text_holds_the_value_inside() -> None:
    given_ = gave("extract", "a", "uri")
    whole = got("load", text=f'{{"uri": "{VALUE}"}}')
    found = of(given_, whole, flows=(read(given_, whole, path=("a",)),))
    assert lines(found)[-1] == "load got inside | after confirmed"


def test_a_key_taken_out_of_a_json_text_is_a_part_of_it() -> None:
    text = gave("extract", text=f'{{"uri": "{VALUE}", "rows": 3}}')
    part = got("load", text="3")
    found = of(text, flows=(read(text, part, path=("rows",)),))
    assert lines(found)[-1] == "load took a part (not kept) | after confirmed"


def test_a_field_that_shows_another_value_ends_the_way() -> None:
    first, taken = gave("extract", "uri"), got("load", text="None")
    on = gave("load", "path", at=19)
    flow = read(first, taken, evidence=Evidence.CONTRADICTED)
    assert lines(of(first, on, flows=(flow,))) == [
        "extract gave | chosen",
        "load got (not kept) | after contradicted",
        "load gave | equal",
    ]


def test_of_two_versions_the_one_that_stood_there_then_was_read() -> None:
    old, new = gave("extract", "uri", at=5), gave("extract", "uri", at=9)
    late = gave("extract", "uri", at=90)
    taken = got("load")
    found = of(taken, old, new, late, flows=(read(new, taken),))
    assert [one.tie for one in found.occurrences] == [
        Tie.EQUAL,
        Tie.BEFORE,
        Tie.CHOSEN,
        Tie.EQUAL,
    ]


def test_the_version_of_the_producers_own_try_was_read() -> None:
    first, second = gave("extract", "uri", at=5), gave("extract", "uri", at=9, try_number=2)
    taken = got("load")
    found = of(taken, first, second, flows=(read(first, taken),))
    assert [one.tie for one in found.occurrences] == [Tie.BEFORE, Tie.EQUAL, Tie.CHOSEN]


def test_of_a_common_text_only_what_flows_know_is_told() -> None:
    given_, taken = gave("extract", "uri"), got("load")
    passed, elsewhere = gave("load", "uri", at=19), gave("list", "uri")
    found = of(given_, taken, passed, elsewhere, flows=(read(given_, taken),), is_telling=False)
    assert lines(found) == ["extract gave | chosen x1", "load got | after confirmed"]


def test_a_text_that_only_begins_like_it_is_another_one() -> None:
    assert lines(of(gave("extract", "uri"), gave("list", "uri", text=f"{VALUE}2"))) == [
        "extract gave | chosen"
    ]


_TASKS = st.sampled_from("abc")
_LEAVES = st.builds(
    lambda make, task, path, at, inside: make(task, path, at=at, text=INSIDE if inside else VALUE),
    st.sampled_from([gave, got]),
    _TASKS,
    st.sampled_from(["x", 0]),
    st.integers(1, 40),
    st.booleans(),
)


@given(st.lists(_LEAVES, min_size=1, max_size=12), st.data())
def test_any_places_and_flows_are_told_once_each_in_time_order(
    leaves: list[Leaf], data: st.DataObject
) -> None:
    xcoms = [leaf for leaf in leaves if leaf.at.place is Place.XCOM]
    fields = [leaf for leaf in leaves if leaf.at.place is Place.FIELD]
    pairs = st.tuples(st.sampled_from(xcoms), st.sampled_from(fields), st.sampled_from(Evidence))
    chosen_pairs = data.draw(st.lists(pairs, max_size=8)) if xcoms and fields else []
    flows = [
        read(one, other, field=f"arguments{'.x' if other.at.path == ('x',) else '[0]'}", evidence=e)
        for one, other, e in chosen_pairs
    ]
    chosen = leaves[0]
    found = provenance(chosen.at, VALUE, leaves=leaves, flows=flows, is_telling=True)
    told = [one.at for one in found.occurrences]
    assert len(told) == len(set(told)) >= len({leaf.at for leaf in leaves})
    assert [at.time for at in told] == sorted(at.time for at in told)
    assert [one.at for one in found.occurrences if one.tie is Tie.CHOSEN] == [chosen.at]
    again = provenance(chosen.at, VALUE, leaves=leaves[::-1], flows=flows[::-1], is_telling=True)
    assert {(o.at, o.tie, o.act, o.evidence, o.readers) for o in again.occurrences} == {
        (o.at, o.tie, o.act, o.evidence, o.readers) for o in found.occurrences
    }
    for hop in found.trail.hops:
        assert hop.target.at.time - hop.source.at.time >= timedelta(0) or hop.is_read
