"""What calling something in the source gives: tasks, groups, DAGs, or the result of a function."""

import ast
from typing import Any

from app.lineage.source.expressions import Expressions
from app.lineage.source.functions import FUNCTIONS
from app.lineage.source.judging import truth_of, unknown
from app.lineage.source.methods import call_method
from app.lineage.source.statements import Returned, Statements
from app.lineage.source.tasks import Tasks
from app.lineage.source.texts import text_of
from app.lineage.source.values import (
    Argument,
    ClassValue,
    DagValue,
    Decorated,
    Function,
    Group,
    Machine,
    Named,
    Partial,
    Scope,
    Struct,
    TaskValue,
    Unknown,
)
from app.lineage.template.holes import hole

# Template fields that hardly any other function has as arguments.
_TEMPLATE_FIELDS = frozenset(
    {"arguments", "env_vars", "cmds", "image", "op_kwargs", "op_args", "bash_command"}
)
#: Functions of the file called within each other.
_DEEPEST = 30


class Calls:
    """Calls values on behalf of `Expressions`, and applies decorators for `Statements`."""

    def __init__(self, machine: Machine, expressions: Expressions, statements: Statements) -> None:
        self._machine, self._expressions, self._statements = machine, expressions, statements
        self._tasks = Tasks(machine)

    def call(self, called: Any, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
        """What the call gives; Unknown when that cannot be told."""
        if isinstance(called, tuple):
            return self._method(called[0], called[1], args, kwargs, node)
        if isinstance(called, Function):
            return self.invoke(called, args, kwargs, node)
        if isinstance(called, Decorated):
            return self._decorated(called, args, kwargs, node)
        if isinstance(called, ClassValue):
            return (
                self._tasks.operator(called.name, kwargs, node)
                if "task_id" in kwargs
                else unknown(node)
            )
        if isinstance(called, Named):
            return self._named(called, args, kwargs, node)
        return unknown(node)

    def invoke(
        self, function: Function, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any:
        """The result of a function of the file."""
        if self._machine.depth >= _DEEPEST:
            return unknown(node)
        scope = Scope(function.scope)
        scope.names.update(self._bound(function, [*function.bound, *args], kwargs))
        if isinstance(function.node, ast.Lambda):
            return self._expressions.evaluate(function.node.body, scope)
        self._machine.depth += 1
        try:
            self._statements.run(function.node.body, scope)
        except Returned as returned:
            return returned.value
        finally:
            self._machine.depth -= 1
        return None

    def decorate(self, function: Function, mark: Any, _: Scope) -> Any:
        """The function as its decorator leaves it."""
        if isinstance(mark, Decorated):
            mark.function = function
            return mark
        if isinstance(mark, Named):
            kind, operator = _kind_of(mark)
            if kind:
                return Decorated(kind, function, operator=operator)
        return function

    def _bound(self, function: Function, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        spec = function.node.args
        names = [one.arg for one in (*spec.posonlyargs, *spec.args)]
        values: dict[str, Any] = dict(zip(names, args, strict=False))
        defaults = zip(reversed(names), reversed(spec.defaults), strict=False)
        keyword_only = zip((one.arg for one in spec.kwonlyargs), spec.kw_defaults, strict=True)
        for name, default in (*defaults, *keyword_only):
            if name not in values and name not in kwargs:
                values[name] = (
                    self._expressions.evaluate(default, function.scope)
                    if default
                    else Unknown(name)
                )
        known = {*names, *(one.arg for one in spec.kwonlyargs)}
        values.update({name: value for name, value in kwargs.items() if name in known})
        if spec.vararg:
            values[spec.vararg.arg] = tuple(args[len(names) :])
        if spec.kwarg:
            values[spec.kwarg.arg] = {
                name: value for name, value in kwargs.items() if name not in known
            }
        return {**{name: Unknown(name) for name in known}, **values}

    def _named(self, called: Named, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
        """A call of something imported: Airflow's own names first, then any operator."""
        kind, operator = _kind_of(called)
        if kind == "dag" or called.last == "DAG":
            return self._dag(called, args, kwargs)
        if kind:
            return _applied(Decorated(kind, _NO_FUNCTION, dict(kwargs), operator=operator), args)
        if called.last == "TaskGroup":
            return self._group(args, kwargs)
        return self._operator(called, args, kwargs, node)

    def _operator(
        self, called: Named, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any:
        if called.last == "XComArg" and args and isinstance(args[0], TaskValue):
            key = kwargs.get("key", args[1] if len(args) > 1 else "return_value")
            return Argument(args[0], str(key)) if isinstance(key, str) else unknown(node)
        if called.last == "partial" and "." in called.name and "task_id" in kwargs:
            return Partial(Named(called.name.rpartition(".")[0]), kwargs, _lines(node))
        if _looks_like_a_factory(args, kwargs):
            kwargs = {"task_id": args[0], **kwargs}
        if "task_id" in kwargs:
            return self._tasks.operator(called.last, kwargs, node)
        if called.name in FUNCTIONS:
            return FUNCTIONS[called.name](args, kwargs, node)
        if not called.last[:1].isupper():
            return unknown(node)
        return Struct(called.last, (*_positional(called.last, args), *kwargs.items()), node.lineno)

    def _dag(self, called: Named, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if called.last == "dag":
            return Decorated(
                "dag", _NO_FUNCTION, {**({"dag_id": args[0]} if args else {}), **kwargs}
            )
        dag_id = text_of(kwargs.get("dag_id", args[0] if args else Unknown("dag_id")))
        return DagValue(dag_id or hole("dag_id"), kwargs)

    def _group(self, args: list[Any], kwargs: dict[str, Any]) -> Group:
        name = text_of(kwargs.get("group_id", args[0] if args else Unknown("group_id"))) or hole(
            "group_id"
        )
        outer = kwargs.get("parent_group")
        above = outer.prefix if isinstance(outer, Group) else self._tasks.prefix
        is_prefixed = truth_of(kwargs.get("prefix_group_id", True))
        return Group("" if is_prefixed is False else f"{above}{name}.", kwargs)

    def _decorated(
        self, called: Decorated, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any:
        if called.function is _NO_FUNCTION:  # `task(...)(function)` or the decorator's own call.
            function = args[0] if args and isinstance(args[0], Function) else None
            return self.decorate(function, called, Scope()) if function else unknown(node)
        if called.kind == "task":
            return Argument(self._tasks.decorated(called, args, kwargs, node))
        if called.kind == "dag":
            return self._run_dag(called, args, kwargs, node)
        name = called.settings.get("group_id", called.function.name)
        group = self._group([name], called.settings)
        return self._within(self._machine.groups, group, called.function, (args, kwargs, node))

    def _run_dag(
        self, called: Decorated, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any:
        dag_id = text_of(called.settings.get("dag_id", called.function.name)) or hole("dag_id")
        dag = DagValue(dag_id, called.settings)
        self._within(self._machine.dags, dag, called.function, (args, kwargs, node))
        return dag

    def _within(
        self, stack: list[Any], entered: Any, function: Function, call: tuple[Any, Any, ast.Call]
    ) -> Any:
        stack.append(entered)
        try:
            return self.invoke(function, *call)
        finally:
            stack.pop()

    def _method(
        self, owner: Any, name: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any:
        if isinstance(owner, Decorated):
            return self._decorated_method(owner, name, args, kwargs, node)
        if isinstance(owner, Partial) and name in ("expand", "expand_kwargs"):
            return self._tasks.expanded(owner, name, args, kwargs, node)
        if isinstance(owner, Argument):
            return (
                Argument(owner.task, owner.key, is_changed=True)
                if name in ("map", "zip", "concat")
                else unknown(node)
            )
        if isinstance(owner, TaskValue | Group | DagValue):
            return owner if name in ("as_setup", "as_teardown") else unknown(node)
        return call_method(owner, name, args, kwargs, node)

    def _decorated_method(
        self, owner: Decorated, name: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any:
        function, settings = owner.function, owner.settings
        if name == "override":
            return Decorated(
                owner.kind, function, {**settings, **kwargs}, dict(owner.partial), owner.operator
            )
        if name == "partial":
            return Decorated(
                owner.kind, function, settings, {**owner.partial, **kwargs}, owner.operator
            )
        if owner.kind == "task" and name in ("expand", "expand_kwargs"):
            return Argument(self._tasks.expanded_decorated(owner, name, args, kwargs, node))
        if owner.kind == "task_group" and name in ("expand", "expand_kwargs"):
            unknowns = {one: Unknown(one) for one in kwargs}
            return self._decorated(owner, [], {**owner.partial, **unknowns}, node)
        return unknown(node)


_NO_FUNCTION = Function(
    ast.Lambda(ast.arguments([], [], None, [], [], None, []), ast.Constant(None)), Scope()
)


def _kind_of(named: Named) -> tuple[str, str]:
    """What a decorator makes of a function: `task`, `task_group`, `dag`, or nothing we know."""
    parts = named.name.split(".")
    for at, part in enumerate(parts):
        if (
            part in ("task_group", "dag")
            and at == len(parts) - 1
            and part != named.name.partition(".")[0]
        ) or named.name in ("task_group", "dag"):
            return (part if part in ("task_group", "dag") else named.name), ""
        if part == "task" and at >= len(parts) - 2:
            return "task", "@" + ".".join(parts[at:])
    return "", ""


def _looks_like_a_factory(args: list[Any], kwargs: dict[str, Any]) -> bool:
    """Whether an imported function is called like those that companies make their pods with.

    `make_pod("load", arguments=[…])`: a name first, then template fields by keyword. A guess that
    no real task bears out is never looked at.
    """
    return bool(args) and isinstance(args[0], str) and not _TEMPLATE_FIELDS.isdisjoint(kwargs)


def _applied(decorated: Decorated, args: list[Any]) -> Decorated:
    if args and isinstance(args[0], Function):
        decorated.function = args[0]
    return decorated


def _positional(name: str, args: list[Any]) -> list[tuple[str, Any]]:
    """Names of positional arguments, for the classes where they are commonly used."""
    names = {"V1EnvVar": ("name", "value"), "EnvVar": ("name", "value")}.get(name, ())
    return list(zip(names, args, strict=False))


def _lines(node: ast.Call) -> dict[str, int]:
    return {one.arg: one.value.lineno for one in node.keywords if one.arg}
