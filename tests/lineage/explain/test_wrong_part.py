"""What is wrong with a pull, as the parts that make it one thing."""

import pytest

from app.lineage.explain.wrong_part import wrong_part
from app.model.findings import ProblemKind
from tests.build import make_consumer, make_problem, make_pull

K = ProblemKind


@pytest.mark.parametrize(
    ("kind", "wrong", "parts"),
    [
        (K.UNKNOWN_DAG, "d", ("d",)),
        (K.UNKNOWN_TASK, "mkae", ("d", ("mkae",))),
        (K.UNKNOWN_TASK, "", ("d", ("make", "mkae"))),
        (K.NOT_UPSTREAM, "make", ("load", "d", ("make",))),
        (K.UNKNOWN_KEY, "uri", ("d", ("make", "mkae"), "uri")),
        (K.MISSING_PATH, "rows", ("d", ("make", "mkae"), "uri", ("rows",))),
        (K.INDEX_OUT_OF_RANGE, "3", ("d", ("make", "mkae"), "uri", ("rows", 3))),
        (K.NULL_VALUE, "", ("d", ("make", "mkae"), "uri", ("rows", 3, "x"))),
        (K.TEMPLATE_ERROR, "", ("field", "geo_tiles", "load", "arguments[0]")),
    ],
)
def test_a_kind_has_its_part(kind: ProblemKind, wrong: str, parts: tuple[object, ...]) -> None:
    pull = make_pull("make", "mkae", dag_id="d", key="uri", path=("rows", 3, "x"))
    problem = make_problem(kind, pull=pull, wrong=wrong)
    assert wrong_part(problem, make_consumer()) == parts


def test_a_problem_without_a_pull_is_that_of_its_field() -> None:
    problem = make_problem(K.UNKNOWN_TASK, pull=None)
    assert wrong_part(problem, make_consumer(field="x"))[-1] == "x"
