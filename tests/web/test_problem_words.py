from app.model.findings import Severity, Suggestion
from app.web.problem_words import (
    advice,
    correction,
    is_code,
    pulled_from,
    remark,
    what_is_wrong,
    wrong_css,
)
from tests.build import make_problem, make_producer, make_pull


def test_a_template_is_shown_on_one_line() -> None:
    problem = make_problem(pull=make_pull(template="{{\n  x\n}}"))
    assert what_is_wrong(problem) == "{{ x }}"


def test_the_wrong_part_is_never_cut_off() -> None:
    late = make_problem(pull=make_pull(template="a" * 900 + " extarct end"), wrong="extarct")
    assert what_is_wrong(late) == "…extarct end"
    early = make_problem(pull=make_pull(template="extarct " + "a" * 900), wrong="extarct")
    assert what_is_wrong(early).startswith("extarct a")
    assert len(what_is_wrong(early)) == 300


def test_a_problem_without_a_template_shows_what_airflow_said_or_what_was_pulled() -> None:
    assert what_is_wrong(make_problem(airflow_said="Nope")) == "Nope"
    assert what_is_wrong(make_problem()) == "return_value['key1'] of extarct"


def test_a_correction_is_as_short_as_it_can_be_said() -> None:
    assert correction(make_problem(suggestion=Suggestion("did you mean extract?"))) == "extract"
    assert correction(make_problem(suggestion=Suggestion("set it"))) == "set it"
    assert correction(make_problem()) == ""


def test_advice_begins_with_a_capital_but_a_name_stays_as_it_is() -> None:
    assert advice(make_problem(suggestion=Suggestion("mend it"))) == "Mend it"
    for named in ("make is mapped and gives a list", "service_account_name is no field"):
        assert advice(make_problem(suggestion=Suggestion(named))) == named
    assert advice(make_problem(suggestion=Suggestion("make it a string"))) == "Make it a string"
    assert advice(make_problem()) == ""


def test_a_pull_names_the_other_dag_it_reads() -> None:
    problem = make_problem(pull=make_pull("a", "b", dag_id="elsewhere", path=()))
    assert pulled_from(problem) == "return_value of elsewhere / a, b"
    assert pulled_from(make_problem(pull=None, consumer=None, producer=make_producer())) == ""


def test_a_correction_is_code_when_it_is_to_be_written_and_advice_is_not() -> None:
    assert is_code(make_problem(suggestion=Suggestion("did you mean extract?")))
    assert not is_code(make_problem(suggestion=Suggestion("set it")))
    assert not is_code(make_problem())


def test_a_remark_says_why_and_what_was_meant() -> None:
    assert remark(make_problem(suggestion=Suggestion("did you mean x?"))) == "did you mean x?"
    assert remark(make_problem()) == ""


def test_a_doubt_is_not_marked_as_an_error_is() -> None:
    assert wrong_css(make_problem()) == "is-broken"
    assert wrong_css(make_problem(severity=Severity.WARNING)) == "is-doubtful"
