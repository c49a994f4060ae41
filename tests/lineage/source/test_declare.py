# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""What a source declares, whether or not anything ever ran."""

from textwrap import dedent

import pytest

from app.lineage.source.declaration import DeclaredTask, Handed, Items, Unsaid, Words
from app.lineage.source.declare import declare
from app.lineage.template.holes import shown
from tests.lineage.scenario import HEAD


def tasks(source: str) -> dict[str, DeclaredTask]:
    """The declared tasks by their ids, holes in braces."""
    found = declare(HEAD + dedent(source))
    assert found.problem is None
    return {shown(task.task_id): task for task in found.tasks}


def arguments(source: str) -> list[str]:
    """The texts of the arguments of the only task, holes in braces."""
    (task,) = tasks(source).values()
    (value,) = [field.value for field in task.fields if field.name == "arguments"]
    assert isinstance(value, Items)
    return [shown(one.text) if isinstance(one, Words) else str(one) for one in value.items]


@pytest.mark.parametrize(
    ("source", "ids"),
    [
        ("with DAG('d'):\n    KubernetesPodOperator(task_id='a')", ["a"]),
        ("for t in tables():\n    KubernetesPodOperator(task_id=f'load_{t}')", ["load_{t}"]),
        ("[KubernetesPodOperator(task_id=f'load_{t}') for t in ('a', 'b')]", ["load_a", "load_b"]),
        ("for k, v in {'a': 1, 'b': 2}.items():\n    KubernetesPodOperator(task_id=f'{k}{v}')", ["a1", "b2"]),
        ("for i, t in enumerate(['x']):\n    KubernetesPodOperator(task_id=f'{t}_{i}')", ["x_0"]),
        ("if unknown:\n    KubernetesPodOperator(task_id='a')\nelse:\n    KubernetesPodOperator(task_id='b')", ["a", "b"]),
        ("@task\ndef f(): ...\nwith DAG('d'):\n    f()\n    f()", ["f", "f__1"]),
        ("@task(task_id='g')\ndef f(): ...\nf()", ["g"]),
        ("@task.kubernetes(image='x')\ndef f(): ...\nf()", ["f"]),
        ("import airflow.sdk as sdk\n@sdk.task\ndef f(): ...\nf()", ["f"]),
        ("from airflow.decorators import task\n@task.branch()\ndef f(): ...\nf()", ["f"]),
        ("NAMES = ('a',)\nNAMES += ('b',)\nfor n in NAMES:\n    KubernetesPodOperator(task_id=n)", ["a", "b"]),
        ("class T:\n    A = 'a'\nKubernetesPodOperator(task_id=T.A)", ["a"]),
        ("from enum import Enum\nclass T(Enum):\n    A = 'a'\nfor t in T:\n    KubernetesPodOperator(task_id=t.value)", ["a"]),
        ("try:\n    import x\n    KubernetesPodOperator(task_id='a')\nexcept ImportError:\n    pass", ["a"]),
        ("def make(n):\n    if n == 'a':\n        return KubernetesPodOperator(task_id=n)\n    return None\nmake('a')\nmake('b')", ["a"]),
        ("with TaskGroup('g') as g:\n    pass\nKubernetesPodOperator(task_id='a', task_group=g)", ["g.a"]),
    ],
)  # fmt: skip
def test_every_task_is_found_with_its_id(source: str, ids: list[str]) -> None:
    assert list(tasks(source)) == ids


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("['a' + B]", ["ab"]),
        ("['%s-%s' % (B, 'c')]", ["b-c"]),
        ("['%(x)s' % {'x': B}]", ["b"]),
        ("['{}-{x}'.format(B, x='y')]", ["b-y"]),
        ("[f'{B!r}-{1 + 1:03d}']", ["'b'-002"]),
        ("[f'{env}-x']", ["{env}-x"]),
        ("['a-' + name()]", ["a-{name()}"]),
        ("['-'.join([B, 'c'])]", ["b-c"]),
        ("[B.upper(), B.replace('b', 'c')]", ["B", "c"]),
        ("[x for x in ('p', 'q') if x != 'q']", ["p"]),
        ("['a'] + ['b']", ["a", "b"]),
        ("[*('a', 'b'), B]", ["a", "b", "b"]),
        ("D['k']", ["v"]),
        ("D.get('nokey', ['w'])", ["w"]),
        ("['x' if B == 'b' else 'y']", ["x"]),
        ("list(('a',))", ["a"]),
        ("[str(1), 'n' * 2]", ["1", "nn"]),
        ("(lambda x: [x])('l')", ["l"]),
    ],
)
def test_texts_are_computed_as_python_would(value: str, texts: list[str]) -> None:
    source = f"B = 'b'\nD = {{'k': ['v']}}\nKubernetesPodOperator(task_id='a', arguments={value})"
    assert arguments(source) == texts


def test_an_xcomarg_is_handed_over_and_inside_a_text_becomes_a_template() -> None:
    found = tasks(
        """
        with DAG("d"):
            a = KubernetesPodOperator(task_id="a")
            KubernetesPodOperator(task_id="b", arguments=[a.output["k"], f"{a.output}", XComArg(a)])
        """
    )
    (field,) = [one for one in found["b"].fields if one.name == "arguments"]
    assert field.value == Items(
        (
            Handed("a", "k"),
            Words("{{ task_instance.xcom_pull(task_ids='a', dag_id='d', key='return_value') }}", 8),
            Handed("a"),
        )
    )


@pytest.mark.parametrize(
    ("written", "pushes"),
    [
        ("", None),
        (", do_xcom_push=True", True),
        (", do_xcom_push=False", False),
        (", do_xcom_push=x()", None),
    ],
)
def test_whether_a_pod_pushes_is_as_written(written: str, pushes: bool | None) -> None:  # noqa: FBT001  # a case
    assert tasks(f"KubernetesPodOperator(task_id='a'{written})")["a"].pushes is pushes


def test_default_args_say_it_too() -> None:
    source = "with DAG('d', default_args={'do_xcom_push': True}):\n    KubernetesPodOperator(task_id='a')"
    assert tasks(source)["a"].pushes is True


def test_a_list_that_nobody_knows_stays_unsaid() -> None:
    (task,) = tasks("KubernetesPodOperator(task_id='a', arguments=make_arguments())").values()
    assert [field.value for field in task.fields] == [Unsaid("make_arguments()")]


def test_lines_are_those_of_the_text() -> None:
    source = "KubernetesPodOperator(\n    task_id='a',\n    arguments=[\n        'x',\n        'y',\n    ],\n)"
    (task,) = tasks(source).values()
    (field,) = task.fields
    assert isinstance(field.value, Items)
    start = HEAD.count("\n")
    assert [getattr(one, "line", None) for one in field.value.items] == [start + 4, start + 5]
