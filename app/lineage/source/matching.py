"""Which cases of a `match` statement may be the one."""

import ast
from typing import Any, Protocol

from app.lineage.source.judging import has_spread, is_plain, key_of, truth_of
from app.lineage.source.scope import Scope
from app.lineage.source.values import Member, Named, Unknown

#: Python's own classes that a case may name.
_KINDS: dict[str, type] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "list": list,
    "dict": dict,
    "tuple": tuple,
}


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
        if isinstance(pattern, ast.MatchStar) or (
            isinstance(pattern, ast.MatchAs) and pattern.pattern is None
        ):
            return True
        if isinstance(pattern, ast.MatchOr):
            each = [self._fits(one, subject, scope) for one in pattern.patterns]
            return True if True in each else None if None in each else False
        if isinstance(pattern, ast.MatchSequence):
            return self._fits_sequence(pattern, subject, scope)
        if isinstance(pattern, ast.MatchAs) and pattern.pattern is not None:
            return self._fits(pattern.pattern, subject, scope)
        if not (is_plain(subject) or isinstance(subject, Member)):
            return None
        if isinstance(pattern, ast.MatchMapping):
            return self._fits_mapping(pattern, subject, scope)
        if isinstance(pattern, ast.MatchClass):
            return self._is_of(pattern, subject, scope)
        if isinstance(pattern, ast.MatchValue):
            value = self._expressions.evaluate(pattern.value, scope)
            return None if isinstance(value, Unknown) else bool(subject == value)
        if isinstance(pattern, ast.MatchSingleton):
            return subject is pattern.value
        return None

    def _fits_sequence(self, pattern: ast.MatchSequence, subject: Any, scope: Scope) -> bool | None:
        parts = _parts(pattern, subject)
        return self._fit_all(parts, scope) if isinstance(parts, list) else parts

    def _fits_mapping(self, pattern: ast.MatchMapping, subject: Any, scope: Scope) -> bool | None:
        if not isinstance(subject, dict):
            return False
        pairs = self._pairs(pattern, subject, scope)
        if pairs is None:
            return None if has_spread(subject) else False
        return self._fit_all(pairs, scope)

    def _pairs(
        self, pattern: ast.MatchMapping, subject: dict[Any, Any], scope: Scope
    ) -> list[tuple[ast.pattern, Any]] | None:
        """Each part of the pattern with what the mapping has for its key; None: it lacks one."""
        keys = [self._expressions.evaluate(one, scope) for one in pattern.keys]
        if any(key_of(one) not in subject for one in keys):
            return None
        return [
            (one, subject[key_of(key)]) for one, key in zip(pattern.patterns, keys, strict=True)
        ]

    def _fit_all(self, parts: list[tuple[ast.pattern, Any]], scope: Scope) -> bool | None:
        each = [self._fits(one, part, scope) for one, part in parts]
        return False if False in each else None if None in each else True

    def _is_of(self, pattern: ast.MatchClass, subject: Any, scope: Scope) -> bool | None:
        """Whether the subject is of one of Python's own classes, as in `case str():`."""
        named = self._expressions.evaluate(pattern.cls, scope)
        kind = _KINDS.get(named.name) if isinstance(named, Named) else None
        if kind is None or isinstance(subject, Member) or pattern.kwd_patterns:
            return None
        if not isinstance(subject, kind):
            return False
        return self._fit_all([(one, subject) for one in pattern.patterns[:1]], scope)

    def _bind(self, pattern: ast.pattern, subject: Any, scope: Scope) -> None:
        parts = self._inside(pattern, subject, scope)
        if isinstance(pattern, ast.MatchStar | ast.MatchAs) and pattern.name:
            scope.bind(pattern.name, subject)
        if parts is not None:
            for one, part in parts:
                self._bind(one, part, scope)
            return
        for below in ast.walk(pattern):
            name = getattr(below, "name", None)
            if below is not pattern and isinstance(name, str):
                scope.bind(name, Unknown(name))

    def _inside(
        self, pattern: ast.pattern, subject: Any, scope: Scope
    ) -> list[tuple[ast.pattern, Any]] | None:
        """The parts of the pattern with what each stands for, where that is known."""
        parts: Any = None
        if isinstance(pattern, ast.MatchSequence):
            parts = _parts(pattern, subject)
        elif isinstance(pattern, ast.MatchMapping) and isinstance(subject, dict):
            parts = self._pairs(pattern, subject, scope)
        elif isinstance(pattern, ast.MatchAs) and pattern.pattern is not None:
            parts = [(pattern.pattern, subject)]
        elif isinstance(pattern, ast.MatchClass) and len(pattern.patterns) == 1:
            parts = [(pattern.patterns[0], subject)]
        return parts if isinstance(parts, list) else None


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
    at, after = stars[0], len(pattern.patterns) - stars[0] - 1
    end = len(subject) - after
    if end < at:
        return False
    parts = [*subject[:at], list(subject[at:end]), *subject[end:]]
    return list(zip(pattern.patterns, parts, strict=True))
