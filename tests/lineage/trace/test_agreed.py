"""Templates that may have given the field in several ways, by conditions that nobody knows."""

from typing import Any

import pytest

from tests.lineage.scenario import Scenario, check


def scenario(template: str, shown: str, gave: dict[str, Any] | None = None) -> Scenario:
    source = f"""
    with DAG("geo_tiles"):
        KubernetesPodOperator(task_id="use", arguments=[{template!r}])
    """
    given = gave or {"one": {"n": 7, "id": "b1"}, "other": {"n": 7, "id": "b2"}}
    return Scenario(source, gave=given, got={"use": {"arguments": [shown]}})


EITHER = "{% if var.value.x %}{{ ti.xcom_pull('one').N }}{% else %}{{ ti.xcom_pull('other').N }}{% endif %}"  # noqa: E501  # a template


def test_of_equal_values_that_a_condition_chose_from_both_are_candidates() -> None:
    check(
        scenario(EITHER.replace("N", "n"), "7"),
        candidates="one['n'] or other['n'] -> use.arguments[0] [0:1]",
    )


@pytest.mark.parametrize(("shown", "task_id"), [("b1", "one"), ("b2", "other")])
def test_of_values_that_differ_the_one_that_stands_there_is_confirmed(
    shown: str, task_id: str
) -> None:
    check(
        scenario(EITHER.replace("N", "id"), shown),
        flows=f"{task_id}['id'] -> use.arguments[0] [0:2] confirmed",
    )


def test_what_all_ways_mean_is_confirmed_whichever_was_taken() -> None:
    template = "{{ ti.xcom_pull('one').id }}" + EITHER.replace("N", "n")
    check(
        scenario(template, "b17"),
        flows="one['id'] -> use.arguments[0] [0:2] confirmed",
        candidates="one['n'] or other['n'] -> use.arguments[0] [2:3]",
    )


def test_a_value_that_something_unknown_may_have_given_as_well_is_not_checked() -> None:
    check(
        scenario("{{ var.value.x or ti.xcom_pull('one').id }}", "b1"),
        flows="one['id'] -> use.arguments[0] [0:2] declared",
    )


def test_a_value_that_the_template_may_have_spelled_out_is_no_flow() -> None:
    check(scenario("{% if var.value.x %}b1{% else %}{{ ti.xcom_pull('one').id }}{% endif %}", "b1"))


def test_a_pull_that_gave_none_by_every_way_is_a_problem() -> None:
    template = "{{ ti.xcom_pull('onne') }}{% if var.value.x %}{% endif %}"
    check(
        scenario(template, "None"),
        problems="unknown_task use.arguments[0] silent: did you mean one?",
    )
    check(
        scenario("{% if var.value.x %}None{% else %}{{ ti.xcom_pull('onne') }}{% endif %}", "None")
    )
