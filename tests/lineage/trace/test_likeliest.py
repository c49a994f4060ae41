# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""Fields that a condition of the source leaves open: what the field shows decides."""

import pytest

from tests.lineage.scenario import Scenario, check

MADE = {"path": "s3://b/x", "rows": "17"}
OTHER = {"path": "s3://b/y"}
HEAD = """
    import os
    MODE = os.environ["MODE"]
    with DAG("geo_tiles"):
        KubernetesPodOperator(task_id="make", do_xcom_push=True)
        KubernetesPodOperator(task_id="other", do_xcom_push=True)
        {body}
"""
PATH, ROWS, FROM_OTHER = (
    "{{ ti.xcom_pull('make')['path'] }}",
    "{{ ti.xcom_pull('make')['rows'] }}",
    "{{ ti.xcom_pull('other')['path'] }}",
)
USE = 'KubernetesPodOperator(task_id="use", arguments={arguments})'


def source(body: str) -> str:
    return HEAD.replace("{body}", body.replace("\n", "\n        "))


@pytest.mark.parametrize(
    ("arguments", "rendered", "flows"),
    [
        (f'["{PATH}" if MODE == "a" else "{FROM_OTHER}"]', ["s3://b/y"], "other['path'] -> use.arguments[0] [0:8] confirmed"),
        (f'["{PATH}" if MODE == "a" else "{FROM_OTHER}"]', ["s3://b/x"], "make['path'] -> use.arguments[0] [0:8] confirmed"),
        (f'["{PATH}" if MODE == "a" else "--dry"]', ["--dry"], ""),
        (f'["a", "{PATH}"] if MODE == "a" else ["{PATH}"]', ["s3://b/x"], "make['path'] -> use.arguments[0] [0:8] confirmed"),
        (f'["a", *(["--x"] if MODE == "a" else []), "{PATH}"]', ["a", "s3://b/x"], "make['path'] -> use.arguments[1] [0:8] confirmed"),
        (f'["a", *(["--x"] if MODE == "a" else []), "{PATH}"]', ["a", "--x", "s3://b/x"], "make['path'] -> use.arguments[2] [0:8] confirmed"),
        (f'[("{PATH}" if MODE == "a" else "{FROM_OTHER}") + "!"]', ["s3://b/y!"], "other['path'] -> use.arguments[0] [0:8] confirmed"),
    ],
)  # fmt: skip
def test_the_way_counts_that_gives_what_the_field_shows(
    arguments: str, rendered: list[str], flows: str
) -> None:
    scenario = Scenario(
        source(USE.format(arguments=arguments)),
        gave={"make": MADE, "other": OTHER},
        got={"use": {"arguments": rendered}},
    )
    check(scenario, flows=flows)


def test_an_element_added_under_an_open_condition_is_traced_where_it_is_there() -> None:
    body = f'args = ["{PATH}"]\nif MODE == "a":\n    args.append("{ROWS}")\n' + USE.format(
        arguments="args"
    )
    for rendered, flows in (
        (["s3://b/x"], "make['path'] -> use.arguments[0] [0:8] confirmed"),
        (
            ["s3://b/x", "17"],
            "make['path'] -> use.arguments[0] [0:8] confirmed\nmake['rows'] -> use.arguments[1] [0:2] confirmed",
        ),
    ):
        got = {"use": {"arguments": rendered}}
        check(Scenario(source(body), gave={"make": MADE}, got=got, others=("other",)), flows=flows)


def test_a_task_made_in_both_branches_of_an_if_is_the_one_that_ran() -> None:
    body = (
        f'if MODE == "a":\n    KubernetesPodOperator(task_id="use", arguments=["{PATH}"])\n'
        f'else:\n    KubernetesPodOperator(task_id="use", arguments=["{FROM_OTHER}"])'
    )
    got = {"use": {"arguments": ["s3://b/y"]}}
    scenario = Scenario(source(body), gave={"make": MADE, "other": OTHER}, got=got)
    check(scenario, flows="other['path'] -> use.arguments[0] [0:8] confirmed")


def test_where_no_way_fits_the_source_says_nothing() -> None:
    arguments = f'["{PATH}" if MODE == "a" else "{FROM_OTHER}"]'
    got = {"use": {"arguments": ["something else"]}}
    scenario = Scenario(
        source(USE.format(arguments=arguments)), gave={"make": MADE, "other": OTHER}, got=got
    )
    check(scenario)


def test_where_several_ways_fit_only_what_all_of_them_mean_is_a_flow() -> None:
    arguments = f'["{PATH}" if MODE == "a" else "{FROM_OTHER}"]'
    got = {"use": {"arguments": ["s3://b/x"]}}
    scenario = Scenario(
        source(USE.format(arguments=arguments)), gave={"make": MADE, "other": MADE}, got=got
    )
    check(scenario)
