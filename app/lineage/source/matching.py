"""Which cases of a `match` statement may be the one."""

import ast
from typing import Any, Protocol

from app.lineage.source.judging import is_plain
from app.lineage.source.scope import Scope
from app.lineage.source.values import Member, Unknown


class Evaluates(Protocol):
    def evaluate(self, node: ast.expr, scope: Scope) -> Any: ...


class Cases:
    """Finds the cases that a subject may take."""

    def __init__(self, expressions: Evaluates) -> None:
        self._expressions = expressions

    def of(self, node: ast.Match, scope: Scope) -> list[tuple[ast.match_case, bool]]:
        """The cases that may be taken, and whether each surely is when it is reached."""
        subject = self._expressions.evaluate(node.subject, scope)
        found: list[tuple[ast.match_case, bool]] = []
        for case in node.cases:
            fits = self._fits(case.pattern, subject, scope)
            if case.guard is not None and fits:
                fits = None
            if fits is not False:
                self._bind(case.pattern, subject, scope)
                found.append((case, fits is True))
            if fits:
                break
        return found

    def _fits(self, pattern: ast.pattern, subject: Any, scope: Scope) -> bool | None:
        if isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
            return True
        if isinstance(pattern, ast.MatchOr):
            each = [self._fits(one, subject, scope) for one in pattern.patterns]
            return True if True in each else None if None in each else False
        if not (is_plain(subject) or isinstance(subject, Member)):
            return None
        if isinstance(pattern, ast.MatchValue):
            value = self._expressions.evaluate(pattern.value, scope)
            return None if isinstance(value, Unknown) else bool(subject == value)
        if isinstance(pattern, ast.MatchSingleton):
            return subject is pattern.value
        return None

    def _bind(self, pattern: ast.pattern, subject: Any, scope: Scope) -> None:
        for one in ast.walk(pattern):
            if isinstance(one, ast.MatchAs) and one.name:
                scope.bind(one.name, subject if one is pattern else Unknown(one.name))
            elif isinstance(one, ast.MatchStar) and one.name:
                scope.bind(one.name, Unknown(one.name))
