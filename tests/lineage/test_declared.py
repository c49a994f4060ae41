"""Declared tasks beside the real ones: which declaration is whose."""

from textwrap import dedent

import pytest

from app.lineage.declared import by_task_id, literal_ids
from app.lineage.resolve import RunIndex
from app.lineage.source.declaration import Choice, DeclaredTask, Fixed, Items, Node, Words
from app.lineage.source.declare import declare
from app.lineage.template.holes import shown
from app.model.facts import RunFacts, Task
from app.model.ids import RunKey
from tests.build import make_run
from tests.lineage.scenario import HEAD, TEMPLATE_FIELDS


def declared(source: str, *real: str) -> dict[str, DeclaredTask]:
    """What the source declares for the real tasks of the DAG `etl`."""
    declaration = declare(HEAD + dedent(source))
    assert declaration.problem is None
    tasks = tuple(
        Task(one, "KubernetesPodOperator", TEMPLATE_FIELDS, frozenset(), is_mapped=False)
        for one in real
    )
    return by_task_id(declaration, RunIndex(RunFacts(make_run(RunKey("etl", "r1")), tasks=tasks)))


def texts(task: DeclaredTask) -> str:
    """The arguments of a task: `a, b`, and `a | b` for either."""
    return ", ".join(_text(field.value) for field in task.fields if field.name == "arguments")


def _text(node: Node) -> str:
    if isinstance(node, Words):
        return shown(node.text)
    if isinstance(node, Items):
        return ", ".join(map(_text, node.items))
    if isinstance(node, Choice):
        return " | ".join(map(_text, node.options))
    return str(node.value) if isinstance(node, Fixed) else "?"


def check(source: str, **expected: str) -> None:
    """Asserts the arguments of each real task; one without a declaration is `-`."""
    found = declared(source, *expected)
    told = {one: texts(found[one]) if one in found else "-" for one in expected}
    assert told == expected


def test_a_literal_id_goes_before_a_pattern() -> None:
    check(
        """
        KubernetesPodOperator(task_id="load_eu", arguments=["written"])
        for t in tables():
            KubernetesPodOperator(task_id=f"load_{t}", arguments=[f"{t}"])
        """,
        load_eu="written",
        load_us="us",
        drop_us="-",
    )


def test_the_pattern_that_knows_more_goes_before_others() -> None:
    check(
        """
        for t in tables():
            KubernetesPodOperator(task_id=f"load_{t}", arguments=[f"any {t}"])
            KubernetesPodOperator(task_id=f"load_raw_{t}", arguments=[f"raw {t}"])
        """,
        load_eu="any eu",
        load_raw_eu="raw eu",
    )


def test_patterns_that_fit_equally_well_tell_nothing() -> None:
    check(
        """
        for t in tables():
            KubernetesPodOperator(task_id=f"{t}_load", arguments=["behind"])
            KubernetesPodOperator(task_id=f"load_{t}", arguments=["before"])
        """,
        load_load="-",
        load_x="before",
        x_load="behind",
    )


def test_a_pattern_that_knows_nothing_is_nobodys() -> None:
    check("KubernetesPodOperator(task_id=name(), arguments=['x'])", load="-")


@pytest.mark.parametrize(
    ("dag_id", "arguments"), [("etl", "x"), ("other", "-"), ("{env}_etl", "-"), ("e{t}l", "x")]
)
def test_a_task_of_another_dag_is_not_meant(dag_id: str, arguments: str) -> None:
    check(
        f"with DAG(f'{dag_id}'):\n    KubernetesPodOperator(task_id='load', arguments=['x'])",
        load=arguments,
    )


def test_of_the_ways_of_an_if_a_task_has_either() -> None:
    check(
        """
        ARGUMENTS = ["z"]
        if unknown:
            KubernetesPodOperator(task_id="load", arguments=["x"])
            KubernetesPodOperator(task_id="same", arguments=ARGUMENTS, image="i")
        else:
            KubernetesPodOperator(task_id="load", arguments=["y"])
            KubernetesPodOperator(task_id="same", arguments=ARGUMENTS)
        """,
        load="x | y",
        same="z",
    )


def test_the_pulls_of_all_ways_are_kept() -> None:
    found = declared(
        """
        def f(ti): ti.xcom_pull("a")
        def g(ti): ti.xcom_pull("b")
        if unknown:
            PythonOperator(task_id="load", python_callable=f, op_args=["x"])
        else:
            PythonOperator(task_id="load", python_callable=g)
        """,
        "load",
    )
    assert [pull.task_ids for pull in found["load"].pulls] == [("a",), ("b",)]


def test_what_a_pattern_names_is_a_task_of_the_dag_or_stays_a_pattern() -> None:
    source = """
        for t in tables():
            template = "{{ ti.xcom_pull('make_" + t + "') }}"
            KubernetesPodOperator(task_id=f"load_{t}", arguments=[template])
        """
    check(source, make_eu="-", load_eu="{{ ti.xcom_pull('make_eu') }}")
    check(source, load_eu="{{ ti.xcom_pull('make_{t}') }}")


def test_the_ids_that_a_source_writes_out_are_those_of_its_dag_without_holes() -> None:
    declaration = declare(
        HEAD
        + dedent(
            """
            with DAG("etl"):
                KubernetesPodOperator(task_id="a")
                KubernetesPodOperator(task_id=f"b_{t}")
            with DAG("other"):
                KubernetesPodOperator(task_id="c")
            """
        )
    )
    assert literal_ids(declaration, "etl") == {"a"}
