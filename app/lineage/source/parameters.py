"""Which value each parameter of a function of the file gets in a call."""

from typing import Any

from app.lineage.source.airflow_values import Context, Pulled, RunningTask
from app.lineage.source.values import Function, Spread, Unknown

#: Parameters by which Airflow hands a task's code what it runs in.
RUNNING = frozenset({"ti", "task_instance"})
CONTEXT = frozenset({"context", "ctx"})


def bound_arguments(function: Function, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Each parameter with its value: given, default, or unknown.

    A parameter that nothing gives is what Airflow would hand it by its name.
    """
    spec = function.node.args
    names = [one.arg for one in (*spec.posonlyargs, *spec.args)]
    only = [one.arg for one in spec.kwonlyargs]
    known = {*names, *only}
    positional, rest = _spread(args)
    values = dict(zip(names, positional, strict=False))
    values.update({name: value for name, value in kwargs.items() if name in known})
    open_context = kwargs.get("**")
    within = dict(open_context.names) if isinstance(open_context, Context) else {}
    values.update({name: within[name] for name in known - values.keys() if name in within})
    for name, default in function.defaults.items():
        values.setdefault(name, default)
    for name in (*names, *only):
        if name not in values or (open_context is not None and name in RUNNING):
            values[name] = by_name(name)
        elif isinstance(values[name], Pulled):
            values[name].noted(-1)  # The function's own use of it is what counts.
    if spec.vararg:
        values[spec.vararg.arg] = tuple(positional[len(names) :]) if not rest else Unknown("args")
    if spec.kwarg:
        others = {name: value for name, value in kwargs.items() if name not in known}
        values[spec.kwarg.arg] = open_context if open_context is not None else others
    return values


def _spread(args: list[Any]) -> tuple[list[Any], bool]:
    """The arguments up to those that are not known to be how many."""
    for at, one in enumerate(args):
        if isinstance(one, Spread):
            return args[:at], True
    return args, False


def by_name(name: str) -> Any:
    """What Airflow hands a task's code under the name."""
    if name in RUNNING:
        return RunningTask()
    return Context() if name in CONTEXT else Unknown(name)
