"""What calling something imported gives: Airflow's own names first, then any operator."""

import ast
from typing import Any

from app.lineage.source.airflow_values import (
    Argument,
    Context,
    DagValue,
    Decorated,
    Group,
    Partial,
    TaskValue,
)
from app.lineage.source.decorated import NO_FUNCTION, Decorators, kind_of
from app.lineage.source.functions import FUNCTIONS
from app.lineage.source.higher import HIGHER, Call
from app.lineage.source.judging import truth_of, unknown
from app.lineage.source.machine import Machine
from app.lineage.source.tasks import GUESSED, Tasks, core_of, lines_of
from app.lineage.source.texts import text_of
from app.lineage.source.values import Descriptor, Function, Named, Struct, Unknown
from app.lineage.template.holes import hole

# Template fields that hardly any other function has as arguments.
_TEMPLATE_FIELDS = frozenset(
    {"arguments", "env_vars", "cmds", "image", "op_kwargs", "op_args", "bash_command"}
)
_DESCRIPTORS = frozenset(
    {"staticmethod", "classmethod", "property", "contextmanager", "cached_property"}
)
#: Names of positional arguments, for the classes where they are commonly used.
_POSITIONAL = {"V1EnvVar": ("name", "value"), "EnvVar": ("name", "value"), "Param": ("default",)}


class Imported:
    """Calls names that the file does not define itself."""

    def __init__(self, machine: Machine, tasks: Tasks, decorators: Decorators, call: Call) -> None:
        self._machine, self._tasks, self._decorators = machine, tasks, decorators
        self._call = call

    def call(self, called: Named, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
        """What the call gives; Unknown when that cannot be told."""
        kind, operator = kind_of(called)
        if kind == "dag" or called.last == "DAG":
            return self.dag(called, args, _with_spread(kwargs, node))
        if kind:
            made = Decorated(kind, NO_FUNCTION, dict(kwargs), operator=operator)
            return self._decorators.applied(made, args)
        if called.last == "TaskGroup":
            return self.group(args, kwargs)
        if called.last == "get_current_context":
            return Context()
        return self._made(called, args, kwargs, node)

    def _made(self, called: Named, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
        if called.last == "XComArg" and args and isinstance(core_of(args[0]), TaskValue):
            key = kwargs.get("key", args[1] if len(args) > 1 else "return_value")
            is_known = isinstance(key, str)
            return Argument(core_of(args[0]), str(key)) if is_known else unknown(node)
        is_known = called.name in FUNCTIONS or called.name in HIGHER
        if called.last == "partial" and "task_id" in kwargs and not is_known:
            return Partial(Named(called.name.rpartition(".")[0]), kwargs, lines_of(node))
        if is_known:
            return self._other(called, args, kwargs, node)
        is_class = called.last[:1].isupper()
        if looks_like_a_factory(args, kwargs):
            kwargs = {"task_id": args[0], **kwargs}
        if "task_id" in kwargs:
            doubt = None if is_class else GUESSED
            return self._tasks.operator(called.last, kwargs, node, doubt)
        return self._other(called, args, kwargs, node)

    def _other(self, called: Named, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
        if called.name in HIGHER:
            return HIGHER[called.name](self._call, args, kwargs, node) if args else unknown(node)
        known = FUNCTIONS.get(called.name) or FUNCTIONS.get(_from_module(called.name))
        if known is not None:
            return known(args, kwargs, node)
        if called.last in _DESCRIPTORS and args and isinstance(args[0], Function):
            return Descriptor(called.last, args[0])
        if called.last == "wraps" and args and isinstance(args[0], Function):
            return Struct("functools.wraps", (("function", args[0]),))
        if not called.last[:1].isupper():
            return unknown(node)
        positional = zip(_POSITIONAL.get(called.last, ()), args, strict=False)
        return Struct(called.last, (*positional, *kwargs.items()), node.lineno)

    def dag(self, called: Named, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """A DAG, or the decorator that makes one."""
        if called.last == "dag":
            given = {"dag_id": args[0]} if args and not isinstance(args[0], Function) else {}
            made = Decorated("dag", NO_FUNCTION, {**given, **kwargs})
            return self._decorators.applied(made, args)
        dag_id = text_of(kwargs.get("dag_id", args[0] if args else Unknown("dag_id")))
        return self.registered(DagValue(dag_id or hole("dag_id"), kwargs))

    def registered(self, dag: DagValue) -> DagValue:
        self._machine.every_dag.append(dag)
        return dag

    def group(self, args: list[Any], kwargs: dict[str, Any]) -> Group:
        """A TaskGroup where we stand, or below the one that it names."""
        given = kwargs.get("group_id", args[0] if args else Unknown("group_id"))
        name = text_of(given) or hole("group_id")
        outer = core_of(kwargs.get("parent_group"))
        above = outer.prefix if isinstance(outer, Group) else self._tasks.prefix
        positional = args[1] if len(args) > 1 else True
        is_prefixed = truth_of(kwargs.get("prefix_group_id", positional))
        return Group("" if is_prefixed is False else f"{above}{name}.", kwargs, name)


def looks_like_a_factory(args: list[Any], kwargs: dict[str, Any]) -> bool:
    """Whether an imported function is called like those that companies make their pods with.

    `make_pod("load", arguments=[…])`: a name first, then template fields by keyword. A guess that
    no real task bears out is never looked at.
    """
    return bool(args) and isinstance(args[0], str) and not _TEMPLATE_FIELDS.isdisjoint(kwargs)


def _with_spread(kwargs: dict[str, Any], node: ast.Call) -> dict[str, Any]:
    """The keyword arguments, with a `**` among them when there may be others."""
    is_spread = any(keyword.arg is None for keyword in node.keywords)
    return {**kwargs, "**": unknown(node)} if is_spread else kwargs


def _from_module(name: str) -> str:
    """`chain.from_iterable` after `from itertools import chain` is itertools' own."""
    head, _, tail = name.partition(".")
    return f"itertools.{name}" if head == "chain" and tail else name
