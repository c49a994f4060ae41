# ruff: noqa: E501  # a case is read best when each of its calls stands on one line
"""Pulls in a task's code, resolved in a run."""

import pytest

from tests.lineage.scenario import Scenario, check

GAVE = {"make": {"k": "v", "j": [1]}, "make:tag": "t", "other": "o"}


@pytest.mark.parametrize(
    ("body", "flows"),
    [
        ("return ti.xcom_pull('make')['k']", "make['k'] -> use.python_callable declared"),
        ("v = ti.xcom_pull('make')\n    return v['k'], v.get('j')", "make['k'] -> use.python_callable declared\nmake['j'] -> use.python_callable declared"),
        ("return ti.xcom_pull(task_ids='make', key='tag')", "make:tag -> use.python_callable declared"),
        ("return ti.xcom_pull(task_ids=['make', 'other'])", "make -> use.python_callable declared\nother -> use.python_callable declared"),
        ("return ti.xcom_pull(task_ids=['make', 'other'])[1]", "other -> use.python_callable declared"),
        ("return [ti.xcom_pull(t) for t in ('make', 'other')]", "make -> use.python_callable declared\nother -> use.python_callable declared"),
        ("return ti.xcom_pull(task_ids='make', key=None)", ""),
        ("return ti.xcom_pull(task_ids=unknown())", ""),
        ("return ti.xcom_pull(task_ids='make', run_id=unknown())", ""),
        ("return ti.xcom_pull(task_ids='make', map_indexes=-1)", "make -> use.python_callable declared"),
    ],
)  # fmt: skip
def test_the_code_reads_what_it_names(body: str, flows: str) -> None:
    source = f"""
def code(ti):
    {body}

with DAG("geo_tiles"):
    PythonOperator(task_id="use", python_callable=code)
"""
    scenario = Scenario(source, gave=GAVE, got={"use": {"op_args": [], "op_kwargs": {}}})
    check(scenario, flows=flows)


def test_a_pull_of_a_callback_goes_under_the_callbacks_name() -> None:
    source = """
def told(context):
    print(context["ti"].xcom_pull("make")["k"])

with DAG("geo_tiles"):
    PythonOperator(task_id="use", python_callable=print, on_success_callback=told)
"""
    scenario = Scenario(source, gave=GAVE, got={"use": {"op_args": [], "op_kwargs": {}}})
    check(scenario, flows="make['k'] -> use.on_success_callback declared")
