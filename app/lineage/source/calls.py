"""What calling something in the source gives: a task, a group, or the result of a function."""

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.lineage.source.airflow_values import (
    Argument,
    Context,
    DagValue,
    Decorated,
    Group,
    Partial,
    Pulled,
    RunningTask,
    TaskValue,
)
from app.lineage.source.classes import Classes, complete
from app.lineage.source.decorated import Decorators
from app.lineage.source.expressions import Expressions
from app.lineage.source.imported import Imported
from app.lineage.source.judging import each, elements, one_of, unknown
from app.lineage.source.machine import Frame, Machine
from app.lineage.source.members import is_foreign, item_of, of_context, part_of
from app.lineage.source.methods import call_method
from app.lineage.source.parameters import bound_arguments
from app.lineage.source.pulling import pull
from app.lineage.source.scope import Scope
from app.lineage.source.special import Special
from app.lineage.source.statements import Statements
from app.lineage.source.tasks import Tasks, lines_of
from app.lineage.source.texts import text_of
from app.lineage.source.values import (
    Bound,
    ClassValue,
    Descriptor,
    Function,
    Instance,
    Managed,
    Member,
    Named,
    OneOf,
    Stream,
    Struct,
    Super,
    TextMember,
    Unknown,
)
from app.lineage.source.ways import Raised, Returned

#: Functions of the file called within each other.
_DEEPEST = 30
#: Steps that a call of a function takes before its own.
_STEPS_OF_A_CALL = 5


class Calls:
    """Calls values on behalf of `Expressions`, and applies decorators for `Statements`."""

    def __init__(self, machine: Machine, expressions: Expressions, statements: Statements) -> None:
        self._machine, self._expressions, self._statements = machine, expressions, statements
        self._tasks = Tasks(machine)
        self._decorators = Decorators(machine, self._tasks)
        self._imported = Imported(machine, self._tasks, self._decorators, self.call)
        self._decorators.invoke, self._decorators.group = self.invoke, self._imported.group
        imported = self._imported
        self.classes = Classes(self._tasks, self.invoke, imported.group, imported.dag)
        wired = expressions.wired
        wired.call, wired.method, wired.classes = self.call, self.method, self.classes
        wired.special = Special(self.classes, self.call)
        statements.definitions.decorate = self.decorate
        statements.definitions.complete = complete
        statements.blocks.manage = self._manage

    def call(self, called: Any, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:  # noqa: PLR0911  # one line for each kind of value
        """What the call gives; Unknown when that cannot be told."""
        if isinstance(called, Function):
            return self.invoke(called, args, kwargs, node)
        if isinstance(called, Decorated):
            return self._decorators.call(called, args, kwargs, node)
        if isinstance(called, ClassValue):
            return self.classes.make(called, args, kwargs, node)
        if isinstance(called, Named):
            return self._imported.call(called, args, kwargs, node)
        if isinstance(called, OneOf):
            return each(called, lambda one: self.call(one, list(args), dict(kwargs), node))
        if isinstance(called, Struct):
            return self._made(called, args, kwargs, node)
        if isinstance(called, Bound):
            return self.method(called.owner, called.name, args, kwargs, node)
        if isinstance(called, Descriptor):
            is_manager = called.kind == "contextmanager"
            managed = Managed(called.function, tuple(args), kwargs, node)
            return managed if is_manager else self.invoke(called.function, args, kwargs, node)
        return self._called_object(called, args, kwargs, node)

    def _called_object(
        self, called: Any, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any:
        found = called.kind.lookup("__call__") if isinstance(called, Instance) else None
        if found is None:
            return unknown(node)
        method = self.classes.bound(found[0], called, found[1], node)
        return self.call(method, args, kwargs, node)

    def _made(self, called: Struct, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
        """A call of what functools.partial or a function of `operator` made."""
        given = dict(called.arguments)
        if called.name == "functools.partial":
            more = [*given["args"], *args]
            return self.call(given["called"], more, {**given["kwargs"], **kwargs}, node)
        if called.name == "operator.itemgetter" and args:
            place = ast.copy_location(ast.Subscript(node, node), node)
            found = tuple(item_of(args[0], one, place) for one in given["keys"])
            return found[0] if len(found) == 1 else found
        if called.name == "operator.attrgetter" and args:
            names = (ast.Attribute(node, str(one), ast.Load()) for one in given["keys"])
            found = tuple(self._expressions.attribute_of(args[0], one) for one in names)
            return found[0] if len(found) == 1 else found
        return unknown(node)

    def invoke(
        self, function: Function, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any:
        """The result of a function of the file."""
        if len(self._machine.frames) > _DEEPEST:
            return unknown(node)
        self._machine.spend(_STEPS_OF_A_CALL)
        scope = Scope(function.scope)
        given = {**function.given, **kwargs}
        scope.names.update(bound_arguments(function, [*function.bound, *args], given))
        if function.owner is not None and function.bound:
            scope.names["__class__"] = Super(function.bound[0], function.owner)
        return self._run(function, scope, Frame())

    def _manage(self, value: Managed, run: Callable[[Any], None]) -> None:
        scope = Scope(value.function.scope)
        args = [*value.function.bound, *value.args]
        scope.names.update(bound_arguments(value.function, args, value.kwargs))
        self._run(value.function, scope, Frame(on_yield=run))

    def _run(self, function: Function, scope: Scope, frame: Frame) -> Any:
        node = function.node
        if isinstance(node, ast.Lambda):
            return self._expressions.evaluate(node.body, scope)
        self._machine.frames.append(frame)
        value = None
        try:
            self._statements.run(node.body, scope)
        except Returned as returned:
            value = returned.value
        except Raised:
            if self._machine.trying and not frame.maybe:
                raise
            value = frame.maybe.pop() if frame.maybe else Unknown(node.name)
        finally:
            self._machine.frames.pop()
        if function.yields:
            return Stream(frame.yielded)
        return one_of([*frame.maybe, value], node.name) if frame.maybe else value

    def decorate(self, function: Function, mark: Any, node: ast.Call) -> Any:
        """The function as its decorator leaves it."""
        airflow = self._decorators.decorate(function, mark)
        if airflow is not None:
            return airflow
        if isinstance(mark, Struct) and mark.name == "functools.wraps":
            return replace(function, label=dict(mark.arguments)["function"].name)
        if isinstance(mark, Function | Bound):
            result = self.call(mark, [function], {}, node)
            kinds = Function | Decorated | Argument | TaskValue | Descriptor
            return result if isinstance(result, kinds) else function
        if isinstance(mark, Named):
            result = self.call(mark, [function], {}, node)
            return result if isinstance(result, Descriptor) else function
        return function

    def method(  # noqa: PLR0911  # one line for each kind of owner
        self, owner: Any, name: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any:
        """What a method gives; its owner is one value that is known, or unknown altogether."""
        if name == "xcom_pull" and self._machine.pulls is not None:
            own = args[1:] if args and isinstance(args[0], Context) else args
            return pull(self._machine.pulls, own, kwargs, node)
        if isinstance(owner, OneOf):
            return each(owner, lambda one: self.method(one, name, list(args), dict(kwargs), node))
        own = self._of_member(owner, name, node)
        if own is not None:
            return self.call(own, args, kwargs, node)
        if isinstance(owner, Super | Instance | ClassValue):
            return self._of_class(owner, name, args, kwargs, node)
        if isinstance(owner, Decorated):
            return self._decorators.method(owner, name, args, kwargs, node)
        if isinstance(owner, Partial) and name in ("expand", "expand_kwargs"):
            return self._tasks.expanded(owner, name, args, kwargs, node)
        return self._of_airflow(owner, name, args, kwargs, node)

    def _of_member(self, owner: Any, name: str, node: ast.Call) -> Any:
        """A method that an Enum gives its member."""
        kind = owner.kind if isinstance(owner, Member | TextMember) else None
        found = kind.lookup(name) if kind is not None else None
        return None if found is None else self.classes.bound(found[0], owner, found[1], node)

    def _of_airflow(
        self, owner: Any, name: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any:
        if isinstance(owner, Argument):
            return _changed(owner, name, args) if name in _CHANGING else unknown(node)
        if isinstance(owner, TaskValue | Group | DagValue):
            return self._of_made(owner, name, args, node)
        if isinstance(owner, Pulled) and name == "get" and args:
            return part_of(owner, args[0], node)
        if isinstance(owner, Context) and name in ("get", "pop") and args:
            is_default = len(args) > 1 and is_foreign(owner, args[0])
            return args[1] if is_default else of_context(owner, args[0], node)
        if isinstance(owner, RunningTask):
            return unknown(node)
        if self._machine.is_doubting and name in _ADDING and isinstance(owner, list | dict):
            args, kwargs = self._doubted(name, args, kwargs)
        return call_method(owner, name, args, kwargs, node)

    def _doubted(
        self, name: str, args: list[Any], kwargs: dict[str, Any]
    ) -> tuple[list[Any], dict[str, Any]]:
        """What is added to something under an open condition, each as what may not be there."""
        doubted = self._machine.doubted
        first = args[0] if args else None
        if name == "extend":
            parts = elements(first)
            return ([None if parts is None else list(map(doubted, parts))], kwargs)
        if name == "update":
            known = {**(first if isinstance(first, dict) else {}), **kwargs}
            return ([{key: doubted(one) for key, one in known.items()}], {})
        return ([*args[:-1], doubted(args[-1])] if args else args), kwargs

    def _of_made(self, owner: Any, name: str, args: list[Any], node: ast.Call) -> Any:
        """A method of a task, a group or a DAG."""
        if isinstance(owner, DagValue) and name == "get_task" and args:
            made = [one for one in self._machine.tasks if one.dag is owner]
            found = [one for one in made if one.task_id == args[0]]
            return found[0] if found else unknown(node)
        if isinstance(owner, Group) and name == "child_id" and args:
            return f"{owner.prefix}{text_of(args[0])}"
        return owner if name in ("as_setup", "as_teardown") else unknown(node)

    def _of_class(
        self, owner: Any, name: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any:
        if isinstance(owner, Super):
            found = self.classes.of_super(owner, name, node)
            if found is None and name == "__init__":
                self.classes.initialize(owner, args, kwargs, node)
                return None
        elif isinstance(owner, Instance):
            attribute = ast.copy_location(ast.Attribute(node, name, ast.Load()), node)
            found = self.classes.attribute(owner, name, attribute)
            if found is None:
                core = owner.core
                return (
                    call_method(owner, name, args, kwargs, node)
                    if core is None
                    else self.method(core, name, args, kwargs, node)
                )
        else:
            if name == "partial" and "task_id" in kwargs and owner.lookup("partial") is None:
                return Partial(Named(owner.name), kwargs, lines_of(node))
            if name == "__subclasses__":
                return [one for one in self._machine.classes if owner in one.bases]
            member = owner.lookup(name)
            found = self.classes.bound(member[0], owner, member[1], node) if member else None
        return unknown(node) if found is None else self.call(found, args, kwargs, node)


_ADDING = frozenset({"append", "insert", "add", "setdefault", "extend", "update"})
_CHANGING = frozenset({"map", "zip", "concat"})


def _changed(owner: Argument, name: str, args: list[Any]) -> Argument:
    others = tuple(one for one in args if isinstance(one, Argument))
    operations = (*owner.operations, f".{name}()")
    return Argument(owner.task, owner.key, operations, (*owner.others, *others))
