"""Python's operators on values of which some are not known."""

import ast
import operator
import posixpath
from collections.abc import Callable
from typing import Any

from app.lineage.source.airflow_values import Argument, Pulled
from app.lineage.source.judging import elements, has_spread, is_plain, unknown
from app.lineage.source.sizes import is_small
from app.lineage.source.texts import percent, text_of
from app.lineage.source.values import (
    FilePath,
    Member,
    Named,
    Perhaps,
    Spread,
    TextMember,
    Unknown,
    written,
)
from app.lineage.template.holes import has_holes
from app.lineage.template.limits import SIZE, TooMuchError, check_operands

_MATHS: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
    ast.Pow: ("**", operator.pow),
    ast.BitOr: ("|", operator.or_),
    ast.BitAnd: ("&", operator.and_),
    ast.BitXor: ("^", operator.xor),
}
_OF_SETS = frozenset("|&-^")
#: Pairs of elements that two sets are compared by.
_MOST_COMPARED = 100_000
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}


def combined(left: Any, right: Any, node: ast.BinOp) -> Any:
    """What the operator makes of both; texts and lists keep the parts that are known."""
    if isinstance(node.op, ast.Mod) and isinstance(left, str):
        return percent(left, right, node.lineno)
    if isinstance(node.op, ast.Add) and (isinstance(left, str) or isinstance(right, str)):
        return _concatenated(left, right, node)
    if isinstance(node.op, ast.Add) and isinstance(left, list) != isinstance(right, list):
        spread = [Spread("…")]
        return (left if isinstance(left, list) else spread) + (
            right if isinstance(right, list) else spread
        )
    if isinstance(left, FilePath) and isinstance(node.op, ast.Div) and isinstance(right, str):
        return FilePath(posixpath.join(left, right))
    return _computed(left, right, node)


def compared(sign: ast.cmpop, left: Any, right: Any) -> bool | None:  # noqa: PLR0911  # one line for each kind of operands
    """Whether the comparison holds; None when that cannot be told, or not in short time."""
    if isinstance(left, Member) and isinstance(right, Member | None):
        return _as_members(sign, left, right)
    if not (is_plain(left) and is_plain(right) and is_small(left) and is_small(right)):
        return None
    if isinstance(sign, ast.Is | ast.IsNot) and not _are_single(left, right):
        return None
    if any(isinstance(one, str) and has_holes(one) for one in (left, right)):
        return None
    if isinstance(sign, ast.In | ast.NotIn) and _is_open(right) and left not in right:
        return None
    try:
        return bool(_COMPARISONS[type(sign)](left, right))
    except TypeError:
        return None


def _is_open(values: Any) -> bool:
    """Whether there may be other elements, or fewer."""
    many = () if isinstance(values, str) else elements(values) or ()
    return any(isinstance(one, Spread | Perhaps) for one in many)


def _are_single(left: Any, right: Any) -> bool:
    """Whether identity of two values is their equality."""
    if left is None or right is None:
        return True
    return any(isinstance(left, kind) and isinstance(right, kind) for kind in (bool, TextMember))


def _as_members(sign: ast.cmpop, left: Member, right: Member | None) -> bool | None:
    if isinstance(sign, ast.Eq | ast.Is):
        return left == right
    return left != right if isinstance(sign, ast.NotEq | ast.IsNot) else None


def _computed(left: Any, right: Any, node: ast.BinOp) -> Any:
    if not is_plain(left) or not is_plain(right) or type(node.op) not in _MATHS:
        return unknown(node)
    sign, compute = _MATHS[type(node.op)]
    if isinstance(left, list) and isinstance(right, list) and sign in _OF_SETS:
        return _of_sets(sign, left, right, node)
    try:
        check_operands(sign, left, right)
        result = compute(left, right)
    except (TypeError, ValueError, ArithmeticError, TooMuchError):
        return unknown(node)
    return written(result, node.lineno) if isinstance(result, str) else result


def _of_sets(sign: str, left: list[Any], right: list[Any], node: ast.BinOp) -> Any:
    """What an operator makes of two sets, which are kept as lists."""
    if has_spread([*left, *right]) or len(left) * len(right) > _MOST_COMPARED:
        return unknown(node)
    kept = {"|": left, "&": [one for one in left if one in right]}
    others = [one for one in right if one not in left] if sign in "|^" else []
    alone = [one for one in left if one not in right]
    return [*kept.get(sign, alone), *others]


def _concatenated(left: Any, right: Any, node: ast.BinOp) -> Any:
    texts = [
        text_of(one) if isinstance(one, str | Unknown | Argument | Named | Pulled) else None
        for one in (left, right)
    ]
    if texts[0] is None or texts[1] is None or len(texts[0]) + len(texts[1]) > SIZE:
        return unknown(node)
    return written(texts[0] + texts[1], node.lineno)
