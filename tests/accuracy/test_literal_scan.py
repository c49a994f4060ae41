"""The baseline finds what is written out, and only that."""

from typing import Any

from tests.accuracy.literal_scan import literal_claims

SOURCE = """
with DAG("d"):
    a = Pod(task_id="a")
    Pod(task_id="b", x=a.output["z"], arguments=["", "{{ ti.xcom_pull('a', key='y')['k'].j[0] }}"])
    Pod(task_id=f"c_{i}", arguments=["{{ ti.xcom_pull('a') }}"])
    Python(task_id="e", python_callable=code)

def code(ti):
    return ti.xcom_pull(task_ids="a")["k"]
"""


def check(found: dict[str, Any], **expected: Any) -> None:
    assert {name: found[name] for name in expected} == expected


def test_the_literal_pulls_of_each_kind_are_found() -> None:
    output, template, code = literal_claims("f.py", SOURCE)
    check(template, consumer_task="b", field="arguments[1]", producer_task_ids=["a"], xcom_key="y")
    check(template, path=["k", "j", 0], kind="jinja", dag_id="d", producer_dag_id="d")
    check(output, consumer_task="b", field="x", kind="xcomarg", xcom_key="z", path=[])
    check(code, consumer_task="e", field="python_callable", kind="python", xcom_key="return_value")


def test_what_is_computed_is_not_claimed() -> None:
    source = (
        "DAG('d')\nPod(task_id='b', arguments=['{{ ti.xcom_pull(task_ids=params.x) }}' + rest])"
    )
    assert literal_claims("f.py", source) == []
