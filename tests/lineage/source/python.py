"""Python itself as the judge: a source is run with operators that only note what they are given."""

import re
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any, ClassVar

import pytest

from app.lineage.source.declaration import Choice, Fixed, Handed, Items, Members, Node, Words
from app.lineage.source.declare import declare
from app.lineage.template.holes import shown

#: The path that both are told.
FILE = "/dags/team/etl.py"
_HEAD = "from operators_of_a_test import BaseOperator, KubernetesPodOperator\n"
_PRINTED = "\nKubernetesPodOperator(task_id='x', arguments=X)\n"
_LIST = re.compile(r"^X\b", re.MULTILINE)
_CASE = re.compile(r"^# (.+)$", re.MULTILINE)


class BaseOperator:
    template_fields: ClassVar[tuple[str, ...]] = ()
    made: ClassVar[list["BaseOperator"]] = []

    def __init__(self, *, task_id: str, **_others: Any) -> None:
        self.task_id = task_id
        self.arguments: list[Any] = []
        self.made.append(self)


class KubernetesPodOperator(BaseOperator):
    template_fields: ClassVar[tuple[str, ...]] = ("image", "arguments")

    def __init__(self, *, arguments: Iterable[Any] = (), **others: Any) -> None:
        super().__init__(**others)
        self.arguments = list(arguments)


def cases(text: str) -> pytest.MarkDecorator:
    """The parametrization of a test by blocks of source, each below a comment that names it."""
    pieces = _CASE.split(text)
    names, sources = pieces[1::2], pieces[2::2]
    return pytest.mark.parametrize("source", [one.strip() for one in sources], ids=names)


def check_as_python_does(source: str) -> None:
    """Asserts that every task is declared with the arguments that Python gives it.

    A source that makes a list `X` is asked for that list.
    """
    lines = source + _PRINTED if _LIST.search(source) else source
    ours, python = declared(_HEAD + lines), _run(_HEAD + lines)
    assert ours == python, f"we: {ours}, Python: {python}"


def declared(source: str) -> list[tuple[str, Any]]:
    """Each declared task with its arguments, holes in braces."""
    found = declare(source, FILE)
    assert found.problem is None
    return [
        (
            shown(task.task_id),
            next((_plain(one.value) for one in task.fields if one.name == "arguments"), []),
        )
        for task in found.tasks
    ]


def _run(source: str) -> list[tuple[str, Any]]:
    BaseOperator.made.clear()
    module = ModuleType("operators_of_a_test")
    module.__dict__.update(BaseOperator=BaseOperator, KubernetesPodOperator=KubernetesPodOperator)
    sys.modules[module.__name__] = module
    exec(source, {"__name__": "dag_file", "__file__": FILE})  # noqa: S102  # our own cases, to be judged by Python
    return [(_text(one.task_id), _as_json(one.arguments)) for one in BaseOperator.made]


def _as_json(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_as_json(one) for one in value]
    if isinstance(value, dict):
        return {_text(str(name)): _as_json(one) for name, one in value.items()}
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    """The characters of a text, whatever its class prints."""
    return str.__add__(value, "")


def _plain(node: Node) -> Any:
    if isinstance(node, Words):
        return shown(node.text)
    if isinstance(node, Fixed):
        return node.value
    if isinstance(node, Items):
        return [_plain(one) for one in node.items]
    if isinstance(node, Members):
        return {name: _plain(one) for name, one in node.members}
    if isinstance(node, Choice):
        return tuple(_plain(one) for one in node.options)
    return f"<{node.task_id}>" if isinstance(node, Handed) else node
