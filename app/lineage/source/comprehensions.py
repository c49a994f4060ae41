"""Lists, sets and dicts that the source makes by comprehension."""

import ast
from collections.abc import Callable, Iterator
from typing import Any

from app.lineage.source.judging import doubt_of, elements, key_of, name_of, truth_of
from app.lineage.source.scope import Scope
from app.lineage.source.texts import text_of
from app.lineage.source.values import Perhaps, Spread, Unknown

#: Elements a comprehension may make.
_MOST_ELEMENTS = 10_000


class Comprehensions:
    """Evaluates comprehensions by means of whoever evaluates and binds."""

    def __init__(
        self,
        iterated: Callable[[ast.expr, Scope], Any],
        evaluate: Callable[[ast.expr, Scope], Any],
        bind: Callable[[ast.expr, Any, Scope], None],
    ) -> None:
        self._iterated, self._evaluate, self._bind = iterated, evaluate, bind

    def listed(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope) -> Any:
        """The elements; a spread, gone through once, when they are not known."""
        result: list[Any] = []
        for inner, is_known in self._rounds(node.generators, Scope(scope, is_comprehension=True)):
            value = self._evaluate(node.elt, inner)
            value = Perhaps(value, inner.doubt) if inner.doubt else value
            if not is_known or len(result) > _MOST_ELEMENTS:
                return [*result, Spread(name_of(node.elt))]
            result.append(value)
        return result

    def mapped(self, node: ast.DictComp, scope: Scope) -> Any:
        """The members; an open dict when they are not known."""
        result: dict[Any, Any] = {}
        for inner, is_known in self._rounds(node.generators, Scope(scope, is_comprehension=True)):
            key = self._evaluate(node.key, inner)
            value = self._evaluate(node.value, inner)
            known = key_of(key)
            known = text_of(key) if isinstance(known, Unknown) else known
            if not is_known or (known is None and key is not None):
                return {**result, Spread("…"): Unknown("…")}
            result[known] = value
        return result

    def _rounds(
        self, generators: list[ast.comprehension], scope: Scope
    ) -> Iterator[tuple[Scope, bool]]:
        """The scope of each round; not known: of any round, when it cannot be told which."""
        if not generators:
            yield scope, True
            return
        first, rest = generators[0], generators[1:]
        values = elements(self._iterated(first.iter, scope))
        if values is None:
            values = [Spread(ast.unparse(first.target))]
        for value in values:
            is_any = isinstance(value, Spread)
            self._bind(first.target, Unknown(value.name) if is_any else value, scope)
            scope.doubt = doubt_of(value)
            truths = [truth_of(self._evaluate(test, scope)) for test in first.ifs]
            if False in truths:
                continue
            for inner, is_known in self._rounds(rest, scope):
                yield inner, is_known and not is_any and None not in truths
