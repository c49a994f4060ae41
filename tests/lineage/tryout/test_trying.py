# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""Templates tried against a run: their text, what each pull read, and what is wrong."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.tryout.ground import ground_of
from app.lineage.tryout.tried import Source, TriedPiece, TriedPull, Tryout
from app.lineage.tryout.trying import try_template
from app.model.facts import Reach
from app.model.findings import Problem
from tests.build import RUN, after
from tests.lineage.scenario import Scenario

SOURCE = """
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="make", do_xcom_push=True)
    KubernetesPodOperator(task_id="mapped", do_xcom_push=True)
    KubernetesPodOperator(task_id="use", arguments=["x"])
"""
GAVE = {
    "make": {"k": "v", "rows": [1, 2], "gone": None},
    "make:stats": {"n": 3},
    "mapped[0]": "a",
    "mapped[1]": "b",
}


def tried(template: str, **more: Any) -> Tryout:
    scenario: dict[str, Any] = {"gave": GAVE, "got": {"use": {"arguments": ["x"]}}}
    asked: dict[str, Any] = {"task_id": "use", "field_name": "env_vars.A"}
    asked |= {name: more.pop(name) for name in ("task_id", "map_index", "is_now") if name in more}
    told = Scenario(more.pop("source", SOURCE), **{**scenario, **more})
    return try_template(ground_of(told.facts()), template=template, **asked)


def shown(found: Tryout) -> str:
    """The likeliest way as text, `…` for what only Airflow knows; or what failed."""
    way = found.ways[0]
    return way.failure or "".join("…" if one.is_unknown else one.text for one in way.pieces)


def only_pull(found: Tryout) -> TriedPull:
    assert len(found.pulls) == 1
    return found.pulls[0]


def only_problem(found: Tryout) -> Problem:
    assert len(found.problems) == 1
    return found.problems[0]


GIVES = [
    ("plain", "plain"),
    ("--k={{ ti.xcom_pull('make')['k'] }}", "--k=v"),
    ("{{ ti.xcom_pull(task_ids='make', key='stats').n + 1 }}", "4"),
    ("{{ ti.xcom_pull('mapped') | join(',') }}", "a,b"),
    ("{{ ti.xcom_pull('make')['nope'] | default('x') }}", "x"),
    ("{{ run_id }}", RUN.run_id),
    ("{{ ti.task_id }}", "use"),
    ("{{ var.value.bucket }}/{{ ti.xcom_pull('make').k }}", "…/v"),
    ("{{ conn.s3.host }}", "…"),
    ("{{ macros.ds_add(ds, 1) }}", "…"),
    ("{{ nosuch | default('x') }}", "x"),
    ("{% for n in ti.xcom_pull('make')['rows'] %}{{ n }};{% endfor %}", "1;2;"),
    ("{% for n in range(100000000) %}x{% endfor %}", "…"),
    ("{{ ti.xcom_pull('make')['k'] | sha256 }}", "TemplateAssertionError: No filter named 'sha256'."),
    ("{{ 1 if 2 is prim else 3 }}", "TemplateAssertionError: No test named 'prim'."),
    ("{{ nosuch }}", "UndefinedError: 'nosuch' is undefined"),
    ("{{ xcom_pull('make') }}", "UndefinedError: 'xcom_pull' is undefined"),
    ("{{ ti.xcom_pull('make'", "TemplateSyntaxError: unexpected end of template, expected ','."),
    ("{{ ti.xcom_pull('mkae')['k'] }}", "UndefinedError: 'None' has no attribute 'k'"),
    ("{{ 1 / 0 }}", "ZeroDivisionError: division by zero"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "expected"), GIVES)
def test_a_template_gives_what_airflow_would_give(template: str, expected: str) -> None:
    assert shown(tried(template)) == expected


def test_each_stretch_knows_from_which_pull_and_place_it_came() -> None:
    found = tried("{{ ti.xcom_pull('make').k }}-{{ ti.xcom_pull('make')['rows'][1] }}")
    assert found.ways[0].pieces == (
        TriedPiece("v", (Source(0, ("k",)),)),
        TriedPiece("-"),
        TriedPiece("2", (Source(0, ("rows", 1)),)),
    )
    assert only_pull(found).task_id == "make"


def test_a_pull_tells_the_producer_and_what_was_read() -> None:
    pull = only_pull(tried("{{ ti.xcom_pull('make', key='stats') }}"))
    assert (pull.task_id, pull.key, pull.state, pull.try_number) == ("make", "stats", "success", 1)
    assert pull.value == {"n": 3}
    assert pull.pushed == after(9)
    assert pull.problem is None


def test_each_instance_of_a_mapped_producer_is_a_pull_of_its_own() -> None:
    found = tried("{{ ti.xcom_pull('mapped') }}")
    assert [(one.map_index, one.value) for one in found.pulls] == [(0, "a"), (1, "b")]


def test_a_correction_that_would_fail_again_is_told_as_such_and_not_offered() -> None:
    meant = only_problem(tried("{{ ti.xcom_pull('mkae')['zzzzzz'] }}")).suggestion
    assert meant is not None
    assert meant.text == "did you mean make? it then reads ['zzzzzz'] of make, which is not there"
    assert meant.replacement is None


def test_a_pull_that_read_nothing_says_why_and_what_was_meant() -> None:
    found = tried("{{ ti.xcom_pull('mkae')['k'] }}")
    problem = only_pull(found).problem
    assert problem is not None
    assert problem.kind.value == "unknown_task"
    meant = only_problem(found).suggestion
    assert meant is not None
    assert meant.replacement == "{{ ti.xcom_pull('make')['k'] }}"
    assert shown(tried(meant.replacement)) == "v"


def test_the_text_none_is_a_silent_problem_of_the_field() -> None:
    problem = only_problem(tried("--k={{ ti.xcom_pull('mkae') }}"))
    assert problem.title == "use would get the text None"
    assert problem.silent
    assert problem.consumer is not None
    assert (problem.consumer.field, problem.consumer.spans) == ("env_vars.A", ((4, 8),))


def test_a_condition_on_what_only_airflow_knows_gives_both_ways() -> None:
    found = tried("{% if var.value.x %}A{% else %}B{% endif %}")
    assert [way.text for way in found.ways] == ["A", "B"]
    assert found.unknown == ("var",)


def test_names_may_come_from_the_dag_itself() -> None:
    source = SOURCE.replace('"geo_tiles"', '"geo_tiles", user_defined_macros={"mine": f}')
    assert shown(tried("{{ mine(1) }}", source=source)) == "…"
    assert shown(tried("{{ yours(1) }}", source=source)).endswith("'yours' is undefined")


@pytest.mark.parametrize(
    "settings",
    ["**kwargs", "user_defined_macros=made()", "user_defined_macros={**made()}", "user_defined_filters=made()"],
)  # fmt: skip
def test_where_a_dag_may_know_more_no_name_is_called_undefined(settings: str) -> None:
    source = SOURCE.replace('"geo_tiles"', f'"geo_tiles", {settings}')
    assert shown(tried("{{ mine | strange }}", source=source)) == "…"


def test_a_task_that_the_source_does_not_show_may_know_any_name() -> None:
    assert shown(tried("{{ mine }}", source="")) == "…"


def test_a_task_sees_what_was_there_when_it_began_or_all_there_is_now() -> None:
    late: dict[str, Any] = {"gave": {"make": 1, "late": 2}, "got": {"use": {}, "late": {}}}
    template = "{{ ti.xcom_pull('late') }}"
    assert shown(tried(template, **late)) == "None"
    assert shown(tried(template, **late, is_now=True)) == "2"


def test_a_task_that_has_not_begun_sees_all_there_is() -> None:
    found = tried("{{ ti.xcom_pull('make').k }}", states={"use": "upstream_failed"})
    assert shown(found) == "v"
    assert shown(tried("{{ ti.xcom_pull('make').k }}", task_id="nobody")) == "v"


def test_a_pull_from_another_run_asks_for_it() -> None:
    found = tried(
        "{{ ti.xcom_pull('a', dag_id='other') }}", more={"other_dags": {"other": frozenset({"a"})}}
    )
    assert found.reaches == (Reach("other", RUN.run_id, "a", "return_value"),)
    assert not only_pull(found).is_known
    assert shown(found) == "…"


PARTS = st.sampled_from(
    ["{{", "}}", "{%", "%}", " ti.xcom_pull('make')", "['k']", ".k", "|tojson", "|nope", "for x in",
     "if", "endif", "'", '"', " nosuch ", "\ue005", "\ue000x\ue001", "\x00", "\ud800", "{#", "ti", "~", "1"]
)  # fmt: skip


@given(st.lists(PARTS, max_size=12).map("".join))
def test_any_text_gives_an_answer(template: str) -> None:
    found = tried(template)
    assert found.ways
    for piece in found.ways[0].pieces:
        assert all(source.pull < len(found.pulls) for source in piece.sources)
