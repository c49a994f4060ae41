"""Lists, dicts and f-strings as the source writes them out, with spreads of what is not known."""

import ast
import itertools
from collections.abc import Callable
from typing import Any

from app.lineage.source.judging import MOST_WAYS, elements, name_of, one_of
from app.lineage.source.scope import Scope
from app.lineage.source.texts import formatted, text_of
from app.lineage.source.values import OneOf, Spread, Unknown, written
from app.lineage.source.wired import Wired


class Displays:
    """Puts values together by means of whoever evaluates them and knows keys."""

    def __init__(
        self, evaluate: Callable[[ast.expr, Scope], Any], key: Callable[[Any], Any], wired: Wired
    ) -> None:
        self._evaluate, self._key, self._wired = evaluate, key, wired

    def elements(self, nodes: list[ast.expr], scope: Scope) -> list[Any]:
        """The values of the nodes, starred ones gone through."""
        result: list[Any] = []
        for node in nodes:
            value = self._evaluate(node, scope)
            if not isinstance(node, ast.Starred):
                result.append(value)
            else:
                value = self._wired.special.iterated(value, node)
                parts = _alike(value) if isinstance(value, OneOf) else elements(value)
                result.extend([Spread(name_of(node.value))] if parts is None else parts)
        return result

    def mapping(self, node: ast.Dict, scope: Scope) -> dict[Any, Any]:
        """The dict; what `**` does not tell stands under a spread."""
        result: dict[Any, Any] = {}
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            value = self._evaluate(value_node, scope)
            if key_node is None:
                result.update(value if isinstance(value, dict) else {Spread("**"): value})
                continue
            result[self._key(self._evaluate(key_node, scope))] = value
        return result

    def text(self, node: ast.JoinedStr, scope: Scope) -> Any:
        """The text of an f-string; one of several when its parts are."""
        ways = [self._pieces(part, scope) for part in node.values]
        count = 1
        for one in ways:
            count *= len(one)
        if count > MOST_WAYS:
            ways = [one[:1] if len(one) == 1 else [text_of(Unknown("…"))] for one in ways]
        texts = ["".join(map(str, one)) for one in itertools.product(*ways)]
        return one_of([written(one, node.lineno) for one in texts], "f-string")

    def _pieces(self, part: ast.expr, scope: Scope) -> list[Any]:
        """The texts that a part of an f-string may give."""
        if not isinstance(part, ast.FormattedValue):
            return [str(self._evaluate(part, scope))]
        spec = ""
        if isinstance(part.format_spec, ast.JoinedStr):
            known = self.text(part.format_spec, scope)
            spec = known if isinstance(known, str) else ""
        value = self._evaluate(part.value, scope)
        value = self._wired.special.text(value, part)
        values = value.values if isinstance(value, OneOf) else (value,)
        name = ast.unparse(part.value) if not isinstance(value, str) else ""
        return [formatted(one, spec, part.conversion, name) for one in values]


def _alike(value: OneOf) -> list[Any] | None:
    """The elements of one of several lists of one length; None when their lengths differ."""
    many = [elements(one) for one in value.values]
    known = [one for one in many if one is not None]
    if len(known) < len(many) or len({len(one) for one in known}) != 1:
        return None
    return [one_of(column, value.name) for column in zip(*known, strict=True)]
