import pytest

from app.graph.meant import meant, suggested_word
from app.graph.parts import Port
from app.model.findings import Problem, ProblemKind, Suggestion
from app.model.values import Path
from tests.build import RUN, make_problem, make_pull


def broken(
    kind: ProblemKind, advice: str = "", *, path: Path = ("key1",), key: str = "return_value"
) -> Problem:
    return make_problem(
        kind,
        pull=make_pull("extract", path=path, key=key),
        suggestion=Suggestion(advice) if advice else None,
        wrong="wrong",
    )


def meant_by(problem: Problem) -> Port | None:
    return meant(problem, dag_id=RUN.dag_id, task_ids={"extract", "load"})


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (
            broken(ProblemKind.UNKNOWN_TASK, "did you mean load?"),
            Port("load", "return_value", ("key1",)),
        ),
        (
            broken(ProblemKind.MISSING_PATH, "did you mean right?", path=("a", "wrong", 0)),
            Port("extract", "return_value", ("a", "right", 0)),
        ),
        (
            broken(ProblemKind.MISSING_PATH, path=("a", "wrong", 0)),
            Port("extract", "return_value", ("a",)),
        ),
        (
            broken(ProblemKind.UNKNOWN_KEY, "did you mean two words?", key="wrong"),
            Port("extract", "two words", ("key1",)),
        ),
        (
            broken(ProblemKind.UNKNOWN_KEY, "did you mean k, inside return_value?", path=()),
            Port("extract", "return_value", ("k",)),
        ),
        (
            broken(ProblemKind.OUTPUT_KEY_IS_NOT_A_PATH, "take it", key="wrong", path=()),
            Port("extract", "return_value", ("wrong",)),
        ),
        (
            broken(ProblemKind.PUSH_DISABLED, "set do_xcom_push=True"),
            Port("extract", "return_value", ("key1",)),
        ),
    ],
)
def test_what_was_meant_is_read_off_the_suggestion(problem: Problem, expected: Port) -> None:
    assert meant_by(problem) == expected


@pytest.mark.parametrize(
    "problem",
    [
        broken(ProblemKind.UNKNOWN_TASK),
        broken(ProblemKind.UNKNOWN_TASK, "did you mean nobody?"),
        broken(ProblemKind.UNKNOWN_KEY),
        make_problem(pull=None),
        make_problem(pull=make_pull("extract", dag_id="other")),
    ],
)
def test_nothing_is_guessed_where_nobody_can_tell(problem: Problem) -> None:
    assert meant_by(problem) is None


def test_advice_in_other_words_suggests_no_word() -> None:
    assert suggested_word(broken(ProblemKind.PUSH_DISABLED, "set do_xcom_push=True")) is None
