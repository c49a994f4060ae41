from collections.abc import Iterable
from dataclasses import replace

from app.lineage.extent import Extent
from app.model.findings import Evidence, Problem, ProblemKind, Producer, Suggestion
from app.model.leaves import Leaf, LeafAddress, Place
from app.model.values import Path
from app.query.terms import Contains, Query, Term
from app.store.pages.search import LeafConsumer, LeafProducer, LeafRun, Surroundings
from app.web.search_results import ResultRow, consumers_of, producers_of, result_rows
from tests.build import RUN, START, after, make_consumer, make_instance, make_problem, make_pull

RUNS = {("default", RUN): LeafRun(7, START, is_gone=False)}
NOTHING = Surroundings(RUNS, {}, {}, {})


def given(  # noqa: PLR0913 - all but the first by keyword
    text: str = "alpha",
    *,
    number: int = 1,
    task_id: str = "extract",
    map_index: int = -1,
    key: str = "return_value",
    path: Path = ("key1",),
) -> Leaf:
    instance = make_instance(task_id, map_index=map_index)
    at = LeafAddress("default", Place.XCOM, instance, 1, key, path, START)
    return Leaf(number, at, text, text, "success")


def got(*path: str | int, field: str = "env_vars", try_number: int = 1) -> Leaf:
    at = LeafAddress("default", Place.FIELD, make_instance("load"), try_number, field, path, START)
    return Leaf(2, at, "alpha", "alpha", "success")


def consumer(
    field: str = "arguments[0]", *, path: Path = ("key1",), number: int = 1, task: str = "load"
) -> LeafConsumer:
    producer = Producer(make_instance("extract"), 1, "return_value", path)
    return LeafConsumer(producer, make_instance(task), 1, field, Evidence.CONFIRMED, number)


def producer(field: str, *, try_number: int = 1) -> LeafProducer:
    given_by = Producer(make_instance("extract"), 1, "return_value", ("key1",))
    return LeafProducer(make_instance("load"), try_number, field, given_by, Evidence.CONFIRMED)


def read_by(*consumers: LeafConsumer) -> Surroundings:
    return replace(NOTHING, consumers={"default": consumers})


def with_problem(problem: Problem) -> Surroundings:
    return replace(NOTHING, problems={7: ((12, problem),)})


def rows(leaves: Iterable[Leaf], around: Surroundings = NOTHING, find: str = "") -> list[ResultRow]:
    query = Query((Term(Contains(find)),) if find else ())
    return list(result_rows(leaves, around, query, now=after(3600), names_deployment=False))


def test_a_value_is_read_by_those_who_read_it_or_what_it_is_a_part_of() -> None:
    of_all, of_it, of_other = consumer(path=()), consumer(), consumer(path=("key2",))
    around = read_by(of_all, of_it, of_other)
    assert consumers_of(given(), around) == ((of_all, Extent.WHOLE), (of_it, Extent.ITSELF))
    assert consumers_of(given(path=("key1", 3)), around) == (
        (of_all, Extent.WHOLE),
        (of_it, Extent.WHOLE),
    )
    assert consumers_of(given(key="other"), around) == ()
    assert consumers_of(given(task_id="enrich"), around) == ()


def test_a_value_of_another_try_is_read_by_nobody_here() -> None:
    second = given()
    second = replace(second, at=replace(second.at, try_number=2))
    unknown = replace(second, at=replace(second.at, try_number=0))
    assert consumers_of(second, read_by(consumer())) == ()
    assert consumers_of(unknown, read_by(consumer())) == ((consumer(), Extent.ITSELF),)


def test_of_a_text_that_was_cut_those_count_who_read_a_part_of_it() -> None:
    cut = replace(given('{"key1": "alp', path=()), cut_from=4_910)
    (row,) = rows([cut], read_by(consumer(), consumer("x", path=())))
    assert [(end.place, end.how) for end in row.ends] == [
        ("arguments[0]", "a part of it"),
        ("x", ""),
    ]
    assert row.size == "the beginning of 4.9 kB, not kept whole"


def test_of_a_number_nobody_reads_a_part() -> None:
    number = replace(given("7"), value=7)
    assert consumers_of(number, read_by(consumer(path=("key1", "deeper")))) == ()


def test_who_got_the_value_within_the_whole_stands_last_and_is_told_apart() -> None:
    (row,) = rows([given()], read_by(consumer("whole", path=()), consumer("alone")))
    assert [(end.place, end.how) for end in row.ends] == [
        ("alone", ""),
        ("whole", "as part of the whole"),
    ]


def test_a_field_came_from_what_went_into_it_or_into_all_of_it() -> None:
    all_of_it, it = producer("env_vars"), producer("env_vars.PATH")
    other, like = producer("env_vars.OTHER"), producer("env_vars.PAT")
    around = replace(NOTHING, producers={"default": (all_of_it, it, other, like)})
    assert producers_of(got("PATH"), around) == (all_of_it, it)
    assert producers_of(got("PATH", try_number=2), around) == ()
    assert producers_of(got(0, field="env_vars"), around) == (all_of_it,)
    assert producers_of(given(), around) == ()


def test_mapped_instances_that_read_the_same_are_counted() -> None:
    (row,) = rows([given()], read_by(consumer(number=128)))
    (end,) = row.ends
    assert (end.task, end.place) == ("load", "arguments[0]")
    assert end.number == "\N{MULTIPLICATION SIGN}128"


def test_more_readers_than_there_is_room_for_are_counted() -> None:
    around = read_by(*(consumer(f"env_vars.V{n}") for n in range(7)))
    (row,) = rows([given()], around)
    assert ([end.place for end in row.ends], row.more) == (
        [f"env_vars.V{n}" for n in range(4)],
        "and 3 more",
    )
    around = read_by(*(consumer(f"env_vars.V{n}") for n in range(5)))
    (row,) = rows([given()], around)
    assert (len(row.ends), row.more) == (5, "")


def test_what_is_broken_is_shown_however_many_read_the_value() -> None:
    problem = make_problem(suggestion=Suggestion("did you mean extract?"))
    around = replace(
        read_by(*(consumer(f"env_vars.V{n}") for n in range(9))), problems={7: ((12, problem),)}
    )
    (row,) = rows([given()], around)
    assert [end.evidence for end in row.ends] == ["confirmed", "confirmed", "confirmed", ""]
    assert row.more == "and 6 more"


def test_mapped_instances_that_gave_the_same_are_one_row() -> None:
    leaves = [given(number=9 - n, task_id="part", map_index=n) for n in range(3)]
    leaves.append(given("beta", number=1, task_id="part", map_index=3))
    first, second = rows(leaves)
    assert (first.task, first.number) == ("part", "\N{MULTIPLICATION SIGN}3")
    assert (second.task, second.number) == ("part [3]", "")


def test_the_same_value_of_tasks_that_are_not_mapped_is_a_row_each() -> None:
    assert len(rows([given(number=2), given(number=1)])) == 2


def test_a_broken_pull_that_meant_the_value_is_told() -> None:
    problem = make_problem(suggestion=Suggestion("did you mean extract?"))
    (row,) = rows([given()], with_problem(problem))
    (end,) = row.ends
    assert (end.evidence, end.task, end.place) == ("", "load", "arguments[0]")
    assert end.href == "/problems/12"
    assert row.nobody == ""


def test_a_pull_of_another_key_or_of_a_value_that_is_gone_is_not_told() -> None:
    problem = make_problem(suggestion=Suggestion("did you mean extract?"))
    gone = replace(given(), is_gone=True)
    (row, old) = rows([given(path=("key2",), number=2), gone], with_problem(problem))
    assert (row.ends, old.ends) == ((), ())
    assert old.gone == "gone from Airflow: kept only here"


def test_a_pull_without_a_consumer_or_a_likely_meaning_is_not_told() -> None:
    unclear = make_problem(ProblemKind.UNKNOWN_KEY, pull=make_pull("extract"))
    assert rows([given()], with_problem(unclear))[0].ends == ()
    other = make_problem(consumer=make_consumer(), pull=make_pull("nothing"))
    assert rows([given()], with_problem(other))[0].ends == ()


def test_a_value_says_where_it_stands_and_when() -> None:
    (row, field) = rows([given(path=("rows", 0, "uri")), got("PATH_IN")])
    assert (row.place, row.attempt, row.run) == ("rows[0].uri", "try 1", "run 20 Nov 06:00")
    assert row.when
    assert row.when.text == "1 h ago"
    assert (field.place, field.is_given) == ("env_vars.PATH_IN", False)


def test_places_that_look_alike_in_short_are_named_whole() -> None:
    key, path = given(key="rows", path=(), number=2), given(path=("rows",))
    assert [row.place for row in rows([key, path])] == ["rows", "return_value.rows"]
    assert [row.place for row in rows([path])] == ["rows"]
    odd = (
        given(key="rows", path=(0,), number=3),
        given(path=("rows", 3), number=2),
        given(path=("uri",), number=1),
    )
    assert [row.place for row in rows(odd)] == ["rows[0]", "return_value.rows[3]", "uri"]


def test_a_long_value_is_shown_around_its_match_with_its_length() -> None:
    (row,) = rows([given("a" * 600 + "needle" + "b" * 600)], find="NEEDLE")
    assert [piece.css for piece in row.value] == ["", "", "found", ""]
    assert row.size == "1\N{NARROW NO-BREAK SPACE}206 characters"
    assert rows([given("")])[0].value[0].text == '""'


def test_a_value_of_a_run_that_is_not_known_is_told_all_the_same() -> None:
    (row,) = rows([given()], Surroundings({}, {}, {}, {}))
    assert (row.run, row.ends) == ("run", ())
