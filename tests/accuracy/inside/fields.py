"""A task's template fields, as places with what stands there."""

from airflows import DictOfListsExpandInput, MappedOperator, ResolveMixin, XComArg, nested_fields


def places(task):
    """(place, leaf) of everything templated; a leaf is a text, an XComArg or a function."""
    if isinstance(task, MappedOperator):
        yield from _mapped(task)
        return
    for field in task.template_fields:
        yield from _below(type(task), getattr(task, field, None), field, ())


def _mapped(task):
    operator_class, fields = task.operator_class, list(task.template_fields)
    for field in fields:
        yield from _below(operator_class, task.partial_kwargs.get(field), field, ())
    mapped, prefix, is_task_flow = expand_input(task)
    if not isinstance(mapped, DictOfListsExpandInput):
        yield from _mapped_kwargs(operator_class, fields, mapped.value, is_task_flow)
        return
    for name, value in mapped.value.items():
        if is_task_flow or name in fields:
            yield from _below(operator_class, value, prefix + name, ())


def _mapped_kwargs(operator_class, fields, value, is_task_flow):
    if isinstance(value, ResolveMixin):
        yield "expand_kwargs", value
        return
    for position, each in enumerate(value):
        place = f"expand_kwargs[{position}]"
        if isinstance(each, ResolveMixin):
            yield place, each
            continue
        for name, item in each.items():
            if is_task_flow or name in fields:
                yield from _below(operator_class, item, f"{place}.{name}", ())


def expand_input(task):
    """What a mapped task is expanded over, the prefix of its places, and if it is a @task."""
    is_task_flow = hasattr(task, "op_kwargs_expand_input")
    mapped = task.op_kwargs_expand_input if is_task_flow else task.expand_input
    return mapped, "op_kwargs." if is_task_flow else "", is_task_flow


def _below(operator_class, value, place, above):
    if isinstance(value, (str, ResolveMixin, XComArg)) or type(value).__name__ == "function":
        yield place, value
    elif id(value) not in above and value is not None:
        for name, each in _members(operator_class, value, place):
            yield from _below(operator_class, each, name, (*above, id(value)))


def _members(operator_class, value, place):
    if isinstance(value, dict):
        return [(f"{place}.{key}", each) for key, each in value.items()]
    if isinstance(value, (set, frozenset)):
        value = sorted(value, key=str)
    if isinstance(value, (list, tuple)):
        return [(_of_item(place, position, each), each) for position, each in enumerate(value)]
    fields = nested_fields(operator_class, value)
    if type(value).__name__ == "V1EnvVar":
        # Its place is its name already.
        return [(place, getattr(value, field, None)) for field in fields]
    return [(f"{place}.{field}", getattr(value, field, None)) for field in fields]


def _of_item(place, position, each):
    """An environment variable is told by its name, any other item by its position."""
    if type(each).__name__ == "V1EnvVar":
        return f"{place}.{each.name}"
    return f"{place}[{position}]"
