import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.graph.material import Instance
from app.graph.parts import BrokenRow
from app.model.findings import ProblemKind, Suggestion
from app.model.values import Json
from app.web import text
from app.web.run_words import (
    broken_lines,
    counts,
    ending,
    kind_of,
    marked,
    operator_word,
    telling_value,
    worst_state,
)
from tests.build import make_instance, make_problem, make_pull


def instances(*states: str | None) -> tuple[Instance, ...]:
    return tuple(
        Instance(make_instance(map_index=index), 1, state) for index, state in enumerate(states)
    )


@pytest.mark.parametrize(
    ("operator", "word"),
    [
        ("KubernetesPodOperator", "Pod"),
        ("PythonOperator", "Python"),
        ("SnowflakeOperator", "Snowflake"),
        ("", "Task"),
    ],
)
def test_an_operator_is_one_short_word(operator: str, word: str) -> None:
    assert operator_word(operator) == word


@pytest.mark.parametrize(
    ("states", "worst"),
    [
        (("success", "failed", "running"), "failed"),
        (("success", "skipped"), "success"),
        (("skipped", "skipped"), "skipped"),
        (("success", None), None),
        (("a state of tomorrow",), None),
        ((), None),
    ],
)
def test_a_mapped_task_shows_the_state_that_needs_somebody_most(
    states: tuple[str | None, ...], worst: str | None
) -> None:
    assert worst_state(instances(*states)) == worst


def test_instances_are_counted_by_state() -> None:
    assert counts(instances("success", "success", None)) == "2 done, 1 to come"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("s3://geo-prod/plan/2026-11-21/z14/grid.json", "…/z14/grid.json"),
        ("s3://lab/beta/part-8", "…/beta/part-8"),
        ("s3://x/a-file-with-a-very-long-name", "…-very-long-name"),
        ("POLYGON ((5.86 47.27))", "POLYGON ((5.86…"),
        ("short", "short"),
    ],
)
def test_an_address_is_cut_at_its_steps_and_a_text_at_its_end(value: str, shown: str) -> None:
    assert telling_value(value, 16) == shown


def test_every_occurrence_of_the_wrong_part_is_marked() -> None:
    assert marked("a-x-a", "a", "wrong") == (
        text.Piece("a", "wrong"),
        text.Piece("-x-"),
        text.Piece("a", "wrong"),
    )
    assert marked("whole", "", "wrong") == (text.Piece("whole"),)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("ab", "string · 2 characters"),
        ([1], "list · 1 item"),
        ({}, "mapping · no keys"),
        (True, "true or false"),
        (None, "null"),
        (3, "number"),
    ],
)
def test_the_kind_of_a_value_is_told_in_words(value: Json, kind: str) -> None:
    assert kind_of(value) == kind


@given(name=st.text(), room=st.integers(1, 40))
def test_a_cut_name_keeps_its_end_and_its_room(name: str, room: int) -> None:
    cut = ending(name, room)
    assert len(cut) <= room
    assert name.endswith(cut.removeprefix("…"))


def test_a_broken_row_says_what_it_reads_and_what_was_meant() -> None:
    problem = make_problem(suggestion=Suggestion("did you mean extract?"), wrong="extarct")
    row = BrokenRow("bad:x", "load", problem, "arguments[0]", "extarct", 1)
    assert broken_lines(row) == ("reads ", "extarct", "did you mean ", "extract")


def test_a_row_of_which_no_part_is_wrong_says_the_cause_and_what_to_do() -> None:
    problem = make_problem(
        ProblemKind.BRACES_LOST, pull=make_pull(path=()), suggestion=Suggestion("write four")
    )
    row = BrokenRow("bad:x", "load", problem, "arguments[0]", "", 1)
    assert broken_lines(row) == ("it was not rendered", "", "write four", "")
