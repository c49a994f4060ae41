"""Pulls in the Python code of a task: which XComs it reads, and which parts where that shows.

The code is followed as the rest of the source is, with what Airflow hands it; every branch is gone
through. The sound claim is producer and key, a path is a bonus (dag-patterns.md, "Python pulls").
"""

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol

from app.lineage.source.airflow_values import Argument, Context, PullCall, TaskValue
from app.lineage.source.declaration import PythonPull
from app.lineage.source.judging import elements, truth_of
from app.lineage.source.machine import Machine, TooLong
from app.lineage.source.parameters import CONTEXT, RUNNING, by_name
from app.lineage.source.texts import text_of
from app.lineage.source.values import Function, Instance, OneOf, Spread, Unknown
from app.model.values import Path

#: Arguments besides ids, key and DAG whose values are followed.
_FURTHER = ("include_prior_dates", "run_id", "map_indexes")
#: Steps that the code of one task may take, and that of all of them together.
_STEPS, _ALL_STEPS = 20_000, 400_000


class Invokes(Protocol):
    """Calls a function of the file with evaluated arguments."""

    def __call__(
        self, function: Function, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any: ...


class Code:
    """Follows the code of tasks, after all of the file was read."""

    def __init__(self, machine: Machine, invoke: Invokes) -> None:
        self._machine, self._invoke = machine, invoke
        self._left = _ALL_STEPS

    def pulls(self, task: TaskValue, params: dict[str, Any]) -> tuple[PythonPull, ...]:
        """The pulls that the task's code would make, as far as its text tells."""
        texts = task.arguments.get("templates_dict")
        known = {
            **_op_kwargs(task),
            "params": params,
            "templates_dict": texts if isinstance(texts, dict) else {},
            "dag": task.dag,
            "task": task,
        }
        context = Context(tuple((name, value) for name, value in known.items() if value))
        found: list[PythonPull] = []
        for field, function, args, kwargs in _entries(task, context):
            calls = self._follow(task, function, args, kwargs)
            found.extend(pull for call in calls for pull in _pulls(call, field))
        return tuple(dict.fromkeys(found))

    def _follow(
        self, task: TaskValue, function: Function, args: list[Any], kwargs: dict[str, Any]
    ) -> list[PullCall]:
        machine = self._machine
        calls: list[PullCall] = []
        machine.pulls, machine.steps = calls, min(_STEPS, self._left)
        machine.running = task
        before, made = machine.steps, (len(machine.tasks), len(machine.every_dag))
        node = ast.Call(ast.Name(function.name), [], [], lineno=0, col_offset=0)
        try:
            self._invoke(function, args, kwargs, node)
        except (TooLong, RecursionError):
            pass  # What was found until then counts.
        finally:
            self._left -= before - max(machine.steps, 0)
            machine.pulls = machine.running = None
            del machine.tasks[made[0] :], machine.every_dag[made[1] :]
            del machine.frames[1:]
        return calls


Entry = tuple[str, Function, list[Any], dict[str, Any]]


def _entries(task: TaskValue, context: Context) -> Iterator[Entry]:
    """The functions that run in the task or for it, with the arguments they get."""
    if task.callable is not None:
        yield ("python_callable", task.callable, *_given(task, task.callable, context))
    for name, value in {**task.defaults, **task.arguments}.items():
        if name.startswith(("on_", "pre_", "post_")):
            for one in value if isinstance(value, list | tuple) else [value]:
                if isinstance(one, Function):
                    yield name, one, [context], {}
    if isinstance(task.instance, Instance):
        for name in ("execute", "poke"):
            found = task.instance.kind.lookup(name)
            if found and isinstance(found[0], Function):
                yield name, replace(found[0], bound=(task.instance,), owner=found[1]), [context], {}


def _given(
    task: TaskValue, function: Function, context: Context
) -> tuple[list[Any], dict[str, Any]]:
    """op_args and op_kwargs, and what of Airflow's context the function takes."""
    spec = function.node.args
    kwargs = _op_kwargs(task)
    kwargs.update({name: Unknown(name) for name in task.mapped})
    positional = task.arguments.get("op_args")
    args = [_known(one) for one in positional] if isinstance(positional, list | tuple) else []
    if spec.kwarg:
        kwargs["**"] = context
    for one in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs):
        known = dict(context.names)
        if one.arg in known:
            kwargs.setdefault(one.arg, known[one.arg])
        elif one.arg in RUNNING | CONTEXT and one.arg not in kwargs:
            kwargs[one.arg] = by_name(one.arg)
    return args, kwargs


def _op_kwargs(task: TaskValue) -> dict[str, Any]:
    named = task.arguments.get("op_kwargs")
    known = named.items() if isinstance(named, dict) else ()
    return {str(name): _known(value) for name, value in known}


def _known(value: Any) -> Any:
    """An argument as the code finds it; what Airflow renders or resolves is not known here."""
    if isinstance(value, Argument) or (isinstance(value, str) and "{{" in value):
        return Unknown("argument")
    return value


def _pulls(call: PullCall, field: str) -> Iterator[PythonPull]:
    """The pulls that one call stands for: one for each id of a list that is picked apart."""
    ids = call.arguments.get("task_ids")
    for one in ids.values if isinstance(ids, OneOf) else (ids,):
        yield from _of_ids(call, one, field)


def _of_ids(call: PullCall, ids: Any, field: str) -> Iterator[PythonPull]:
    listed = elements(ids) if isinstance(ids, list | tuple) else None
    if listed is None:
        yield _pull(call, [ids], field, picked=None, is_list=False)
        return
    picked = {at for at, _ in call.uses if at is not None}
    whole = call.uses[None, ()] > 0 or not picked
    if whole:
        yield _pull(call, listed, field, picked=None, is_list=True)
    for at in sorted(picked):
        if at < len(listed):
            yield _pull(call, [listed[at]], field, picked=at, is_list=False)


def _pull(
    call: PullCall, ids: list[Any], field: str, *, picked: int | None, is_list: bool
) -> PythonPull:
    arguments = call.arguments
    key, dag_id = arguments.get("key", "return_value"), arguments.get("dag_id")
    names = tuple(text for one in ids if one is not None and (text := _text(one)) is not None)
    is_absent = arguments.get("task_ids") is None
    unknown = tuple(
        name
        for name, value in (("key", key), ("dag_id", dag_id))
        if not isinstance(value, str | None)
    )
    is_sure = is_absent or all(isinstance(one, str) for one in ids)
    indexes = arguments.get("map_indexes")
    run_id = arguments.get("run_id")
    return PythonPull(
        task_ids=None if is_absent else names,
        is_list=is_list,
        key="" if key is None else _text(key) or "return_value",
        dag_id=None if dag_id is None else _text(dag_id),
        paths=_paths(call, picked),
        is_sure=is_sure and key is not None and not unknown and _is_followed(call),
        line=call.line,
        field=field,
        unknown=unknown,
        map_indexes=_indexes(indexes),
        is_index_list=isinstance(indexes, list | tuple),
        run_id=str(run_id) if isinstance(run_id, str) else None,
        is_prior=truth_of(arguments.get("include_prior_dates", False)) is not False,
    )


def _is_followed(call: PullCall) -> bool:
    """Whether the further arguments are known, as far as there are any."""
    prior, run_id, indexes = (call.arguments.get(name) for name in _FURTHER)
    return (
        not call.is_open
        and truth_of(prior) is not None
        and isinstance(run_id, str | None)
        and (indexes is None or _indexes(indexes) is not None)
    )


def _indexes(value: Any) -> tuple[int, ...] | None:
    listed = value if isinstance(value, list | tuple) else [value]
    is_known = all(isinstance(one, int) and not isinstance(one, bool) for one in listed)
    return tuple(listed) if is_known else None


def _paths(call: PullCall, picked: int | None) -> tuple[Path, ...]:
    """The parts that are read; none when the whole value is."""
    paths = call.paths(picked)
    return () if () in paths else paths


def _text(value: Any) -> str | None:
    text = text_of(Unknown(value.name) if isinstance(value, Spread) else value)
    return None if text is None else str(text)
