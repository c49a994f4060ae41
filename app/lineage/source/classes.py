"""Classes of the file: Enums, dataclasses, operators of one's own, and plain ones."""

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.lineage.source.airflow_values import DagValue, Group
from app.lineage.source.decorated import Invoke
from app.lineage.source.judging import elements, members, unknown
from app.lineage.source.tasks import Tasks
from app.lineage.source.values import (
    ClassValue,
    Descriptor,
    Function,
    Instance,
    Member,
    Named,
    Struct,
    Super,
    TextMember,
    Unknown,
)

_ENUMS = frozenset({"Enum", "StrEnum", "IntEnum"})
_DICTS = frozenset({"dict", "UserDict", "OrderedDict"})
_LISTS = frozenset({"list", "UserList"})
_DATA = frozenset({"NamedTuple", "BaseModel"})
_GROUP, _DAG = "TaskGroup", "DAG"


class Classes:
    """Makes objects of the file's classes and finds their members."""

    def __init__(
        self,
        tasks: Tasks,
        invoke: Invoke,
        group: Callable[[list[Any], dict[str, Any]], Group],
        dag: Callable[[Named, list[Any], dict[str, Any]], DagValue],
    ) -> None:
        self._tasks, self._invoke, self._group, self._dag = tasks, invoke, group, dag

    def make(
        self, kind: ClassValue, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any:
        """An object of the class; of one that is derived from an operator, the task."""
        roots = kind.roots()
        if _ENUMS & set(roots):
            return _member(kind, args, node)
        if "TypedDict" in roots:
            return dict(kwargs)
        instance = Instance(kind)
        if kind.is_data or _DATA & set(roots):
            self._fill(instance, args, kwargs, node)
        found = kind.lookup("__init__")
        if found and isinstance(found[0], Function):
            bound = replace(found[0], bound=(instance,), owner=found[1])
            self._invoke(bound, args, kwargs, node)
        elif not kind.is_data:
            self.initialize(Super(instance, kind), args, kwargs, node)
        return self._finished(instance)

    def _finished(self, instance: Instance) -> Any:
        """A task's own attributes are its fields: a template field may be set after `super()`."""
        core = instance.core
        if core is None or isinstance(core, Group | DagValue | list | dict):
            return instance
        core.arguments = {**core.arguments, **instance.names}
        core.instance = instance
        return core

    def initialize(
        self, owner: Super, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> None:
        """`super().__init__(…)` where the base is imported: it makes the task, group or DAG."""
        instance, roots = owner.instance, owner.kind.roots()
        if not isinstance(instance, Instance):
            return
        if _GROUP in roots:
            instance.core = self._group(args, kwargs)
        elif _DAG in roots:
            instance.core = self._dag(Named("DAG"), args, kwargs)
        elif _DICTS & set(roots):
            known = args[0] if args and isinstance(args[0], dict) else {}
            instance.core = {**known, **kwargs}
        elif _LISTS & set(roots):
            instance.core = (elements(args[0]) if args else []) or []
        elif "task_id" in kwargs:
            name = instance.kind.name
            instance.core = self._tasks.operator(name, kwargs, node)
        else:
            instance.names.update(kwargs)

    def _fill(
        self, instance: Instance, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> None:
        """The fields of a dataclass: as given, else their defaults."""
        names = instance.kind.every_field()
        given = {**dict(zip(names, args, strict=False)), **kwargs}
        for name in names:
            instance.names[name] = given.get(name, self._default(instance.kind, name, node))
        after = instance.kind.lookup("__post_init__")
        if after and isinstance(after[0], Function):
            self._invoke(replace(after[0], bound=(instance,), owner=after[1]), [], {}, node)

    def _default(self, kind: ClassValue, name: str, node: ast.Call) -> Any:
        value = kind.find(name)
        if not isinstance(value, Struct) or value.name not in ("field", "Field"):
            return value
        given = dict(value.arguments)
        if "default" in given:
            return given["default"]
        factory = given.get("default_factory")
        if isinstance(factory, Function):
            return self._invoke(factory, [], {}, node)
        empty: dict[str, Any] = {"list": [], "dict": {}, "tuple": ()}
        is_named = isinstance(factory, Named) and factory.name in empty
        return empty[factory.name] if is_named and isinstance(factory, Named) else Unknown(name)

    def attribute(self, owner: Instance, name: str, node: ast.Attribute) -> Any:
        """A member of the object: its own, its class's, or that of the task it is."""
        if name in owner.names:
            return owner.names[name]
        if name == "__class__":
            return owner.kind
        if name == "__dict__":
            return owner.names
        found = owner.kind.lookup(name)
        if found is None:
            return None
        return self.bound(found[0], owner, found[1], node)

    def bound(self, value: Any, owner: Any, kind: ClassValue, node: ast.AST) -> Any:
        """A class's member as it is reached through an object or the class itself."""
        is_object = isinstance(owner, Instance | Member | TextMember)
        if isinstance(value, Function) and is_object:
            return replace(value, bound=(owner,), owner=kind)
        if not isinstance(value, Descriptor):
            return value
        function = value.function
        if value.kind == "classmethod":
            through = owner.kind if is_object else owner
            return replace(function, bound=(through,), owner=kind)
        if value.kind.endswith("property") and is_object:
            call = ast.copy_location(ast.Call(ast.Name(function.name), [], []), node)
            result = self._invoke(replace(function, bound=(owner,), owner=kind), [], {}, call)
            if value.kind == "cached_property" and isinstance(owner, Instance):
                owner.names[function.name] = result
            return result
        return function

    def of_member(self, member: Member, name: str, node: ast.AST) -> Any:
        """What an Enum's `__init__` made of the parts of a member's value; None: no such name."""
        found = member.kind.lookup("__init__") if member.kind is not None else None
        if found and isinstance(found[0], Function) and not member.names:
            instance = Instance(found[1], member.names)
            member.names["value"] = member.value
            parts = member.value if isinstance(member.value, tuple) else (member.value,)
            call = ast.copy_location(ast.Call(ast.Name(name), [], []), node)
            self._invoke(
                replace(found[0], bound=(instance,), owner=found[1]), list(parts), {}, call
            )
        return member.names.get(name)

    def of_super(self, owner: Super, name: str, node: ast.AST) -> Any:
        """`super().name` of a base in the file; None when no such base has it."""
        instance = owner.instance
        kind = instance.kind if isinstance(instance, Instance) else instance
        kind = kind if isinstance(kind, ClassValue) else owner.kind
        found = kind.lookup_above(name, owner.kind)
        return None if found is None else self.bound(found[0], instance, found[1], node)


def _member(kind: ClassValue, args: list[Any], node: ast.Call) -> Any:
    """`Color("red")`: the member with that value."""
    for one in members(kind):
        value = one.value if isinstance(one, Member) else str(one)
        if args and value == args[0]:
            return one
    return unknown(node)


def complete(kind: ClassValue) -> None:
    """Makes members of the values in the body of an Enum; other classes are left as they are."""
    if not _ENUMS & set(kind.roots()):
        return
    is_text = "str" in {base.name for base in kind.bases if isinstance(base, Named)}
    is_named = "StrEnum" in kind.roots()
    is_text, count = is_text or is_named, 0
    for name, given in list(kind.scope.names.items()):
        if name.startswith("_") or isinstance(given, Function | Descriptor):
            continue
        is_automatic = isinstance(given, Struct) and given.name == "auto"
        automatic = name.lower() if is_named else count + 1
        value = automatic if is_automatic else given
        count = value if isinstance(value, int) else count
        if is_text and isinstance(value, str):
            member = TextMember(value)
            member.line, member.name = getattr(value, "line", None), name
            member.kind = kind
            kind.scope.names[name] = member
        else:
            kind.scope.names[name] = Member(kind.name, name, value, kind)
