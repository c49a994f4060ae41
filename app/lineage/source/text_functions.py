"""Functions over texts, paths and JSON that DAG sources compute with."""

import ast
import json
import posixpath
import textwrap
from collections.abc import Callable
from typing import Any

from app.lineage.source.judging import elements, unknown
from app.lineage.source.sizes import is_small
from app.lineage.source.texts import formatted, text_of
from app.lineage.source.values import FilePath, Functions, Struct, Unknown, written
from app.lineage.template.holes import hole, printed, unescaped
from app.lineage.template.limits import SIZE

#: Letters beyond it are no letters of anybody's ids.
_LAST_LETTER = 0xD800
_LONGEST_LITERAL = 20_000


def _dumped(args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`json.dumps`: templates inside survive it, apart from their quotes, as they do in Airflow."""
    if not args or not is_small(args[0]):
        return unknown(node)
    prepared = _jsonable(args[0])
    try:
        text = json.dumps(
            prepared,
            indent=kwargs.get("indent"),
            sort_keys=bool(kwargs.get("sort_keys", False)),
            ensure_ascii=kwargs.get("ensure_ascii") is not False,
            separators=_separators(kwargs),
        )
        return written(unescaped(text), node.lineno)
    except (TypeError, ValueError, RecursionError):
        return unknown(node)


def _separators(kwargs: dict[str, Any]) -> tuple[str, str] | None:
    match kwargs.get("separators"):
        case (str() as between, str() as behind_name) | [str() as between, str() as behind_name]:
            return str(between), str(behind_name)
    return None


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


def _repr(args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
    is_text = bool(args) and isinstance(args[0], str)
    return written(printed(str(args[0])), node.lineno) if is_text else _text(args, kwargs, node)


def _reshaped(reshape: Callable[..., str]) -> Callable[..., Any]:
    """A function of `textwrap` over a text whose holes have no line breaks."""

    def call(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
        if not args or not isinstance(args[0], str):
            return unknown(node)
        rest = [one for one in args[1:] if isinstance(one, str)]
        if len(args[0]) * (1 + sum(map(len, rest))) > SIZE:
            return unknown(node)
        line = getattr(args[0], "line", None) or node.lineno
        return written(reshape(str(args[0]), *rest), line)

    return call


def _loaded(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    try:
        return json.loads(args[0]) if args and isinstance(args[0], str) else unknown(node)
    except (ValueError, RecursionError):
        return unknown(node)


def _formatted(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`format(value, spec)`."""
    value, spec = args[0] if args else Unknown("value"), args[1] if len(args) > 1 else ""
    if not isinstance(spec, str) or not isinstance(value, str | int | float):
        return unknown(node)
    return written(formatted(value, spec, -1, "format"), node.lineno)


def _character(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    is_code = len(args) == 1 and isinstance(args[0], int) and 0 < args[0] < _LAST_LETTER
    return written(chr(args[0]), node.lineno) if is_code else unknown(node)


def _is_one(args: list[Any]) -> bool:
    return len(args) == 1 and isinstance(args[0], str) and len(args[0]) == 1


def _literal(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`ast.literal_eval` of a short text."""
    if not args or not isinstance(args[0], str) or len(args[0]) > _LONGEST_LITERAL:
        return unknown(node)
    try:
        value = ast.literal_eval(args[0])
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return unknown(node)
    return value if isinstance(value, str | int | float | list | tuple | dict) else unknown(node)


def _rows(args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`csv.DictReader` over lines that are written out."""
    lines = args[0].splitlines() if args and isinstance(args[0], str) else elements(args[:1])
    if not lines or kwargs or len(args) > 1 or not all(isinstance(one, str) for one in lines):
        return unknown(node)
    rows = [one.split(",") for one in lines if one.strip() and '"' not in one]
    return [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]


def _translation(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    try:
        return str.maketrans(*args)
    except (TypeError, ValueError):
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


def _template(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    return Struct("string.Template", (("template", args[0]),), node.lineno) if args else None


TEXT_FUNCTIONS: Functions = {
    "str": _text,
    "repr": _repr,
    "json.dumps": _dumped,
    "json.loads": _loaded,
    "textwrap.dedent": _reshaped(textwrap.dedent),
    "textwrap.indent": _reshaped(textwrap.indent),
    "inspect.cleandoc": _reshaped(textwrap.dedent),
    "os.path.join": _path,
    "posixpath.join": _path,
    "os.path.basename": _in_path(posixpath.basename),
    "os.path.dirname": _in_path(posixpath.dirname),
    "os.path.abspath": _in_path(str),
    "os.path.realpath": _in_path(str),
    "os.path.splitext": _in_path(posixpath.splitext),
    "pathlib.Path": _made_path,
    "pathlib.PurePath": _made_path,
    "format": _formatted,
    "chr": _character,
    "ord": lambda args, _kwargs, node: ord(args[0]) if _is_one(args) else unknown(node),
    "ast.literal_eval": _literal,
    "io.StringIO": lambda args, _kwargs, node: args[0] if args else unknown(node),
    "csv.DictReader": _rows,
    "str.maketrans": _translation,
    "string.Template": _template,
}
