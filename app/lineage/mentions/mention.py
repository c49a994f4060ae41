"""One use of a pulled value, as a template's syntax shows it, and the values it goes through."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from app.lineage.template.holes import has_holes, hole, shown
from app.model.values import Path

#: Values that one expression may have.
_MOST_OPTIONS = 64
_DEEPEST = 6

#: What a template finds under its names.
Names: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mention:
    """A pull with the path at which its value is used. Ids may hold holes.

    `several`: task_ids was a list of which no constant position picks one.
    """

    task_ids: tuple[str, ...] | None  # None: none were given.
    key: str = "return_value"  # Empty: any key, as `key=None` asks for.
    dag_id: str | None = None  # None: the DAG of the puller.
    path: Path = ()
    operations: tuple[str, ...] = ()  # What is done to the value behind its path.
    several: bool = False
    site: int = 0  # Which of the template's calls it is, while the template is read.
    prior: bool = False  # include_prior_dates or run_id: it reaches into other runs.
    unknown: tuple[str, ...] = ()  # Arguments of the pull that the text does not tell.


@dataclass(frozen=True, slots=True)
class Ended:
    """A pulled value to which something was done: what follows are operations."""

    mention: Mention


@dataclass(frozen=True, slots=True)
class Unclear:
    """A value that the text does not tell, by the name it goes under."""

    name: str


@dataclass(frozen=True, slots=True)
class Options:
    """One of several values."""

    values: tuple[Any, ...]


def asked(arguments: Mapping[str, Any], site: int = 0) -> Any:
    """The pull that the arguments of `xcom_pull` ask for; `site` tells one call from another."""
    ids = arguments.get("task_ids")
    if isinstance(ids, Options):
        return options([asked({**arguments, "task_ids": one}, site) for one in ids.values])
    unknown = [name for name in ("key", "dag_id") if not _is_text(arguments.get(name))]
    names = None if ids is None else _names(ids)
    if names == () or (isinstance(ids, Unclear) and not names):
        unknown.append("task_ids")
    key, dag_id = arguments.get("key", "return_value"), arguments.get("dag_id")
    return Mention(
        task_ids=names,
        key=_text_or_hole(key, ""),
        dag_id=None if dag_id is None else _text_or_hole(dag_id, ""),
        several=isinstance(ids, list | tuple),
        site=site,
        prior=arguments.get("include_prior_dates", False) is not False or "run_id" in arguments,
        unknown=tuple(unknown),
    )


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _text_or_hole(value: Any, missing: str) -> str:
    if value is None:
        return missing
    return value if isinstance(value, str) else hole(getattr(value, "name", "…"))


def _names(ids: Any) -> tuple[str, ...]:
    listed = ids if isinstance(ids, list | tuple) else [ids]
    return tuple(_text_or_hole(one, "…") for one in listed if one is not None)


def stepped(owner: Any, key: Any) -> Any:
    """`owner[key]` or `owner.key`."""
    if isinstance(owner, Options):
        return options([stepped(one, key) for one in owner.values])
    if isinstance(owner, Ended):
        return operated(owner, f"[{key!r}]" if isinstance(key, str | int) else "[…]")
    if isinstance(owner, Mention):
        return _deeper(owner, key)
    if isinstance(owner, dict) and isinstance(key, str | int):
        return owner.get(key, Unclear(str(key)))
    if isinstance(owner, list) and isinstance(key, int) and -len(owner) <= key < len(owner):
        return owner[key]
    return Unclear(f"{owner.name}.{key}" if isinstance(owner, Unclear) else str(key))


def _deeper(owner: Mention, key: Any) -> Any:
    is_constant = isinstance(key, str | int) and not isinstance(key, bool)
    if isinstance(key, str) and has_holes(key):
        return Ended(replace(owner, unknown=(*owner.unknown, f"the step {shown(key)}")))
    if not is_constant:
        return Ended(replace(owner, operations=(*owner.operations, "[…]")))
    ids = owner.task_ids
    if owner.several and not owner.path and isinstance(key, int) and ids:
        if not -len(ids) <= key < len(ids):
            return Unclear("element")
        return replace(owner, task_ids=(ids[key],), several=False)
    return replace(owner, path=(*owner.path, key))


def operated(value: Any, operation: str) -> Any:
    """The value with something done to it, after which it has no path any more."""
    if isinstance(value, Options):
        return options([operated(one, operation) for one in value.values])
    if isinstance(value, Mention):
        return Ended(replace(value, operations=(*value.operations, operation)))
    if isinstance(value, Ended):
        noted = replace(value.mention, operations=(*value.mention.operations, operation))
        return Ended(noted)
    return value


def options(values: Iterable[Any]) -> Any:
    """One of the values; those that are options themselves are counted one by one."""
    flat: list[Any] = []
    for value in values:
        flat.extend(value.values if isinstance(value, Options) else [value])
    distinct = [one for at, one in enumerate(flat) if not any(one is other for other in flat[:at])]
    return distinct[0] if len(distinct) == 1 else Options(tuple(distinct[:_MOST_OPTIONS]))


def pulled(value: Any, depth: int = 0) -> Iterable[Mention]:
    """The pulls that a value is made of."""
    if isinstance(value, Mention):
        yield value
    elif isinstance(value, Ended):
        yield value.mention
    elif depth < _DEEPEST:
        inner = value.values if isinstance(value, Options) else value
        for one in inner.values() if isinstance(inner, dict) else inner if _is_many(inner) else ():
            yield from pulled(one, depth + 1)


def _is_many(value: Any) -> bool:
    return isinstance(value, list | tuple)
