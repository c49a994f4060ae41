"""Which cases of a `match` statement may be the one."""

import ast
from typing import Any, Protocol

from app.lineage.source.judging import has_spread, is_plain, truth_of
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
            if fits is False:
                continue
            self._bind(case.pattern, subject, scope)
            if case.guard is not None:
                holds = truth_of(self._expressions.evaluate(case.guard, scope))
                fits = fits if holds else holds
            if fits is not False:
                found.append((case, fits is True))
            if fits:
                break
        return found

    def _fits(self, pattern: ast.pattern, subject: Any, scope: Scope) -> bool | None:  # noqa: PLR0911  # one line for each kind of pattern
        if isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
            return True
        if isinstance(pattern, ast.MatchOr):
            each = [self._fits(one, subject, scope) for one in pattern.patterns]
            return True if True in each else None if None in each else False
        if isinstance(pattern, ast.MatchSequence):
            return self._fits_sequence(pattern, subject, scope)
        if not (is_plain(subject) or isinstance(subject, Member)):
            return None
        if isinstance(pattern, ast.MatchValue):
            value = self._expressions.evaluate(pattern.value, scope)
            return None if isinstance(value, Unknown) else bool(subject == value)
        if isinstance(pattern, ast.MatchSingleton):
            return subject is pattern.value
        return None

    def _fits_sequence(self, pattern: ast.MatchSequence, subject: Any, scope: Scope) -> bool | None:
        parts = _parts(pattern, subject)
        if not isinstance(parts, list):
            return parts
        each = [self._fits(one, part, scope) for one, part in parts]
        return False if False in each else None if None in each else True

    def _bind(self, pattern: ast.pattern, subject: Any, scope: Scope) -> None:
        parts = _parts(pattern, subject) if isinstance(pattern, ast.MatchSequence) else None
        if isinstance(parts, list):
            for one, part in parts:
                self._bind(one, part, scope)
            return
        for one in ast.walk(pattern):
            if isinstance(one, ast.MatchAs) and one.name:
                scope.bind(one.name, subject if one is pattern else Unknown(one.name))
            elif isinstance(one, ast.MatchStar) and one.name:
                scope.bind(one.name, Unknown(one.name))


def _parts(pattern: ast.MatchSequence, subject: Any) -> list[tuple[ast.pattern, Any]] | bool | None:
    """Each part of the pattern with its element; False when they are of different lengths."""
    if not isinstance(subject, list | tuple):
        return None if not is_plain(subject) else False
    if has_spread(subject):
        return None
    stars = [at for at, one in enumerate(pattern.patterns) if isinstance(one, ast.MatchStar)]
    if not stars:
        is_long = len(subject) == len(pattern.patterns)
        return list(zip(pattern.patterns, subject, strict=True)) if is_long else False
    after = len(pattern.patterns) - stars[0] - 1
    if len(subject) < len(pattern.patterns) - 1:
        return False
    head = list(zip(pattern.patterns[: stars[0]], subject, strict=False))
    tail = list(zip(pattern.patterns[stars[0] + 1 :], subject[len(subject) - after :], strict=True))
    return [*head, *tail]
