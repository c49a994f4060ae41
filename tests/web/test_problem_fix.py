from dataclasses import replace

from app.model.findings import Problem, ProblemKind, Pull, Suggestion
from app.web.problem_fix import correction, steps, written
from app.web.text import Piece
from tests.build import make_problem, make_producer

TEMPLATE = "{{ ti.xcom_pull(task_ids='extarct')['key1'] }}"
SETTING = '{"xcom_sidecar_container_image": "registry.example.com/alpine"}'


def pulling(replacement: str | None, *, line: int | None = 7) -> Problem:
    pull = Pull("d", ("extarct",), "return_value", ("key1",), TEMPLATE, line)
    suggestion = Suggestion("did you mean extract?", replacement)
    return make_problem(pull=pull, suggestion=suggestion, wrong="extarct")


def test_a_corrected_template_shows_what_changes_in_its_line() -> None:
    fix = correction(pulling(TEMPLATE.replace("extarct", "extract")))
    assert fix is not None
    assert (fix.title, fix.goes_into) == ("Corrected template", (Piece("in line 7"),))
    assert Piece("r", "removed") in fix.before
    assert Piece("r", "added") in fix.after
    assert fix.copied == TEMPLATE.replace("extarct", "extract")


def test_a_setting_is_no_change_of_the_template_that_reads() -> None:
    fix = correction(replace(pulling("do_xcom_push=True"), kind=ProblemKind.PUSH_DISABLED))
    assert fix is not None
    assert (fix.title, fix.before) == ("What to write", ())
    assert fix.after == (Piece("do_xcom_push=True"),)
    assert fix.goes_into == (Piece("goes into the operator whose value is read"),)


def test_a_template_written_anew_says_for_which_field_it_is() -> None:
    fix = correction(replace(pulling(TEMPLATE), pull=None))
    assert fix is not None
    assert fix.goes_into[1] == Piece("arguments[0]", "code")


def test_a_setting_says_where_it_goes() -> None:
    problem = make_problem(
        ProblemKind.IMAGE_REFUSED,
        consumer=None,
        pull=None,
        producer=make_producer(),
        suggestion=Suggestion("name an image", SETTING),
    )
    fix = correction(problem)
    assert fix is not None
    assert fix.goes_into == (
        Piece("goes into the extra of the Kubernetes connection ("),
        Piece("kubernetes_default", "code"),
        Piece(")"),
    )


def test_advice_alone_is_no_correction_but_the_template_is_shown_with_its_mistake() -> None:
    problem = pulling(None)
    assert correction(problem) is None
    assert written(problem, "wrong")[1] == Piece("extarct", "wrong")
    assert steps(problem)[0] == (
        Piece("Write the id that the task has in Airflow, with the names of its TaskGroups."),
    )
