"""Functions of Python that DAG sources compute with, over values of which parts are not known."""

import ast
import itertools
import json
import posixpath
import re
import textwrap
from collections.abc import Callable
from typing import Any

from app.lineage.source.judging import elements, has_spread, is_plain, key_of, truth_of, unknown
from app.lineage.source.scope import Scope
from app.lineage.source.sizes import MOST_ELEMENTS, is_small
from app.lineage.source.texts import text_of
from app.lineage.source.values import (
    ClassValue,
    Defaulting,
    FilePath,
    Instance,
    Named,
    Stream,
    Struct,
    Unknown,
    written,
)
from app.lineage.template.holes import hole

_MOST_NUMBERS = 2_000
#: A key and its value.
_PAIR = 2


def _dumped(args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`json.dumps`: templates inside survive it, apart from their quotes, as they do in Airflow."""
    if not args or not is_small(args[0]):
        return unknown(node)
    prepared = _jsonable(args[0])
    try:
        return written(
            json.dumps(
                prepared,
                indent=kwargs.get("indent"),
                sort_keys=bool(kwargs.get("sort_keys", False)),
                ensure_ascii=False,
            ),
            node.lineno,
        )
    except (TypeError, ValueError, RecursionError):
        return unknown(node)


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _jsonable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(one) for one in value]
    if isinstance(value, bool | int | float) or value is None:
        return value
    text = text_of(value)
    return hole("…") if text is None else str(text)


def _text(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    text = text_of(args[0]) if args else ""
    return unknown(node) if text is None else written(text, node.lineno)


def _range(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    if not args or not all(isinstance(one, int) for one in args):
        return unknown(node)
    try:
        numbers = range(*args)
    except (TypeError, ValueError):
        return unknown(node)
    return list(numbers) if abs(numbers.stop - numbers.start) <= _MOST_NUMBERS else unknown(node)


def _sequence(shape: Callable[[list[list[Any]]], Any]) -> Callable[..., Any]:
    def call(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
        known = [elements(one) for one in args]
        if any(one is None for one in known):
            return unknown(node)
        try:
            return shape([one for one in known if one is not None])
        except TypeError:
            return unknown(node)

    return call


def _length(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    return (
        len(args[0]) if args and isinstance(args[0], str | list | tuple | dict) else unknown(node)
    )


def _as_dict(args: list[Any], kwargs: dict[str, Any], _node: ast.Call) -> Any:
    if args and not isinstance(args[0], dict):
        pairs = elements(args[0])
        if pairs is None or not all(
            isinstance(one, list | tuple) and len(one) == _PAIR for one in pairs
        ):  # key and value
            return dict(kwargs)
        known = {key: value for key, value in pairs if not isinstance(key_of(key), Unknown)}
        return {**known, **kwargs}
    return {**(args[0] if args else {}), **kwargs}


def _whole(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    try:
        return int(args[0]) if args and isinstance(args[0], str | int | float) else unknown(node)
    except (ValueError, OverflowError):
        return unknown(node)


def _last(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    return args[-1] if args else unknown(node)


def _copied(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """A copy, so that what is done to it is not done to the original."""
    if not args:
        return unknown(node)
    return _copy(args[0]) if is_small(args[0]) else args[0]


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_copy(one) for one in value]
    return value


def _summed(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`sum` of numbers, or of lists when it begins with one."""
    values = elements(args[0]) if args else None
    if values is None or has_spread(values):
        return unknown(node)
    if args[1:] and isinstance(args[1], list | tuple):
        parts = [elements(one) for one in values]
        known = [one for one in parts if one is not None]
        return (
            [one for part in known for one in part] if len(known) == len(parts) else unknown(node)
        )
    is_numeric = all(isinstance(one, int | float) for one in values)
    return sum(values) if is_numeric else unknown(node)


def _kind(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    is_ours = len(args) == 1 and isinstance(args[0], Instance)
    return args[0].kind if is_ours else unknown(node)


def _chained(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`ChainMap`: the first mapping that has a key wins."""
    if not all(isinstance(one, dict) for one in args):
        return unknown(node)
    return {key: value for one in reversed(args) for key, value in one.items()}


def _named_tuple(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`collections.namedtuple("Point", "x y")`."""
    names = args[1] if len(args) > 1 else None
    listed = names.replace(",", " ").split() if isinstance(names, str) else elements(names)
    if listed is None or not all(isinstance(one, str) for one in listed):
        return unknown(node)
    fields = tuple(str(one) for one in listed)
    return ClassValue(str(args[0]), Scope(), (Named("typing.NamedTuple"),), fields)


def _truths(decide: Callable[[list[bool]], bool]) -> Callable[..., Any]:
    def call(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
        values = elements(args[0]) if args else None
        truths = [truth_of(one) for one in values] if values is not None else [None]
        known = [one for one in truths if one is not None]
        return decide(known) if len(known) == len(truths) else unknown(node)

    return call


def _truth(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    truth = truth_of(args[0]) if args else False
    return unknown(node) if truth is None else truth


def _combined(combine: Callable[..., Any]) -> Callable[..., Any]:
    """A function of itertools over known sequences, up to the most elements that are kept."""

    def call(args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
        known = [one if isinstance(one, int) else elements(one) for one in args]
        if any(one is None or (isinstance(one, list) and has_spread(one)) for one in known):
            return unknown(node)
        try:
            return list(itertools.islice(combine(*known, **kwargs), MOST_ELEMENTS))
        except TypeError:
            return unknown(node)

    return call


def _flattened(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    many = elements(args[0]) if args else None
    inner = [elements(one) for one in many] if many is not None else [None]
    known = [one for one in inner if one is not None]
    return [one for part in known for one in part] if len(known) == len(inner) else unknown(node)


def _repeated(args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
    times = args[1] if len(args) > 1 else kwargs.get("times")
    is_short = isinstance(times, int) and 0 <= times <= _MOST_NUMBERS
    return [args[0]] * times if args and is_short else unknown(node)


def _first_of(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    values = elements(args[0]) if args else None
    if values is None or has_spread(values[:1]):
        return unknown(node)
    if isinstance(args[0], Stream) and values:
        return args[0].pop(0)
    return values[0] if values else args[1] if len(args) > 1 else unknown(node)


def _reshaped(reshape: Callable[..., str]) -> Callable[..., Any]:
    """A function of `textwrap` over a text whose holes have no line breaks."""

    def call(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
        if not args or not isinstance(args[0], str):
            return unknown(node)
        rest = [one for one in args[1:] if isinstance(one, str)]
        line = getattr(args[0], "line", None) or node.lineno
        return written(reshape(str(args[0]), *rest), line)

    return call


def _loaded(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    try:
        return json.loads(args[0]) if args and isinstance(args[0], str) else unknown(node)
    except (ValueError, RecursionError):
        return unknown(node)


#: A pattern that cannot take long: no groups, so that nothing repeated is repeated.
#: Characters of a text in which such a pattern is replaced.
_LONGEST = 20_000
_SIMPLE = re.compile(r"[^()|{}]{1,60}")


def _substituted(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`re.sub` of a simple pattern in a short known text."""
    if len(args) != 3 or not all(isinstance(one, str) and len(one) < _LONGEST for one in args):  # noqa: PLR2004  # pattern, replacement, text
        return unknown(node)
    if not _SIMPLE.fullmatch(args[0]) or len(re.findall(r"[*+?]", args[0])) > 2:  # noqa: PLR2004  # more take long
        return unknown(node)
    try:
        return written(re.sub(args[0], args[1], args[2]), node.lineno)
    except (re.error, IndexError):
        return unknown(node)


def _path(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`os.path.join`."""
    texts = [text_of(one) for one in args]
    known = [one for one in texts if one is not None]
    if not texts or len(known) != len(texts):
        return unknown(node)
    return written(posixpath.join(*known), node.lineno)


def _in_path(part: Callable[[str], Any]) -> Callable[..., Any]:
    """A function of `os.path` over a known path."""

    def call(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
        text = text_of(args[0]) if args and not isinstance(args[0], Unknown) else None
        return unknown(node) if text is None else part(text)

    return call


def _made_path(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    texts = [text_of(one) for one in args]
    if not texts or any(one is None for one in texts) or isinstance(args[0], Unknown):
        return unknown(node)
    return FilePath(posixpath.join(*(one for one in texts if one is not None)))


def _keyed(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`dict.fromkeys`."""
    keys = elements(args[0]) if args else None
    if keys is None or has_spread(keys):
        return unknown(node)
    value = args[1] if len(args) > 1 else None
    return {one: value for one in keys if not isinstance(key_of(one), Unknown)}


def _named_values(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`vars`, `dataclasses.asdict`."""
    return dict(args[0].names) if args and isinstance(args[0], Instance) else unknown(node)


def _default_dict(args: list[Any], _kwargs: dict[str, Any], _node: ast.Call) -> Any:
    made = Defaulting(args[1] if len(args) > 1 and isinstance(args[1], dict) else {})
    made.factory = args[0] if args else None
    return made


def _numbered(args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`enumerate`."""
    values = elements(args[0]) if args else None
    start = args[1] if len(args) > 1 else kwargs.get("start", 0)
    if values is None or not isinstance(start, int):
        return unknown(node)
    return list(enumerate(values, start))


def _counted(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`itertools.count`, as far as anybody counts."""
    if not all(isinstance(one, int) for one in args):
        return unknown(node)
    return Stream(itertools.islice(itertools.count(*args), _MOST_NUMBERS))


def _cycled(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    values = elements(args[0]) if args else None
    return (
        Stream(itertools.islice(itertools.cycle(values), _MOST_NUMBERS))
        if values
        else unknown(node)
    )


def _template(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    return Struct("string.Template", (("template", args[0]),), node.lineno) if args else None


def _param(args: list[Any], kwargs: dict[str, Any], _node: ast.Call) -> Any:
    """A Param stands for its default."""
    return args[0] if args else kwargs.get("default")


def _is_instance(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    kinds = {"str": str, "int": int, "dict": dict, "list": list, "tuple": tuple, "bool": bool}
    wanted = args[1] if len(args) > 1 else None
    names = [
        getattr(one, "name", "") for one in (wanted if isinstance(wanted, tuple) else [wanted])
    ]
    if not is_plain(args[0]) or not all(one in kinds for one in names):
        return unknown(node)
    return isinstance(args[0], tuple(kinds[one] for one in names))


FUNCTIONS: dict[str, Callable[[list[Any], dict[str, Any], ast.Call], Any]] = {
    "str": _text,
    "repr": _text,
    "int": _whole,
    "bool": _truth,
    "len": _length,
    "dict": _as_dict,
    "range": _range,
    "list": _sequence(lambda many: many[0] if many else []),
    "tuple": _sequence(lambda many: tuple(many[0]) if many else ()),
    "set": _sequence(lambda many: list(dict.fromkeys(many[0])) if many else []),
    "frozenset": _sequence(lambda many: list(dict.fromkeys(many[0])) if many else []),
    "iter": _sequence(lambda many: Stream(many[0])),
    "next": _first_of,
    "reversed": _sequence(lambda many: many[0][::-1]),
    "enumerate": _numbered,
    "zip": _sequence(lambda many: list(zip(*many, strict=False))),
    "sum": _summed,
    "type": _kind,
    "any": _truths(any),
    "all": _truths(all),
    "vars": _named_values,
    "isinstance": _is_instance,
    "dict.fromkeys": _keyed,
    "json.dumps": _dumped,
    "json.loads": _loaded,
    "typing.cast": _last,
    "copy.deepcopy": _copied,
    "copy.copy": _copied,
    "textwrap.dedent": _reshaped(textwrap.dedent),
    "textwrap.indent": _reshaped(textwrap.indent),
    "inspect.cleandoc": _reshaped(textwrap.dedent),
    "itertools.chain": _combined(itertools.chain),
    "itertools.chain.from_iterable": _flattened,
    "itertools.product": _combined(itertools.product),
    "itertools.combinations": _combined(itertools.combinations),
    "itertools.permutations": _combined(itertools.permutations),
    "itertools.islice": _combined(itertools.islice),
    "itertools.zip_longest": _combined(itertools.zip_longest),
    "itertools.pairwise": _combined(itertools.pairwise),
    "itertools.repeat": _repeated,
    "itertools.count": _counted,
    "itertools.cycle": _cycled,
    "os.path.join": _path,
    "posixpath.join": _path,
    "os.path.basename": _in_path(posixpath.basename),
    "os.path.dirname": _in_path(posixpath.dirname),
    "os.path.abspath": _in_path(str),
    "os.path.realpath": _in_path(str),
    "os.path.splitext": _in_path(posixpath.splitext),
    "pathlib.Path": _made_path,
    "pathlib.PurePath": _made_path,
    "re.sub": _substituted,
    "collections.OrderedDict": _as_dict,
    "collections.ChainMap": _chained,
    "types.MappingProxyType": _as_dict,
    "collections.deque": _sequence(lambda many: many[0] if many else []),
    "collections.namedtuple": _named_tuple,
    "collections.defaultdict": _default_dict,
    "types.SimpleNamespace": lambda _args, kwargs, _node: Struct(
        "namespace", tuple(kwargs.items())
    ),
    "dataclasses.asdict": _named_values,
    "dataclasses.field": lambda _args, kwargs, node: Struct(
        "field", tuple(kwargs.items()), node.lineno
    ),
    "string.Template": _template,
    "airflow.models.param.Param": _param,
    "airflow.models.Param": _param,
    "airflow.sdk.Param": _param,
    "airflow.sdk.definitions.param.Param": _param,
}
