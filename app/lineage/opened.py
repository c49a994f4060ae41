"""Templates that pull from a task the source does not name, though it can only be one of a few."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.lineage.mentions.reading import mentions
from app.lineage.source.declaration import (
    Choice,
    DeclaredField,
    DeclaredTask,
    Items,
    Members,
    Node,
    Words,
)
from app.lineage.template.holes import filled, has_holes
from app.lineage.unify import bindings

#: Tasks that one pattern may stand for; more say too little.
_MOST = 16

#: The real tasks that a pattern fits.
Matching = Callable[[str], Sequence[str]]


def opened(task: DeclaredTask, matching: Matching) -> DeclaredTask:
    """The declaration with such a template as one of the templates it may be.

    The tasks that fit are all there are, so a field that only one of them explains was filled by
    that one.
    """
    return replace(task, fields=tuple(_field(one, matching) for one in task.fields))


def _field(one: DeclaredField, matching: Matching) -> DeclaredField:
    value = _node(one.value, matching)
    return one if value is one.value else replace(one, value=value, is_open=True)


def _node(node: Node, matching: Matching) -> Node:
    if isinstance(node, Words):
        return _words(node, matching) if has_holes(node.text) else node
    if isinstance(node, Items):
        items = tuple(_node(one, matching) for one in node.items)
        is_same = all(one is other for one, other in zip(items, node.items, strict=True))
        return node if is_same else Items(items)
    if isinstance(node, Members):
        parts = tuple((name, _node(one, matching)) for name, one in node.members)
        is_same = all(one is old for (_, one), (_, old) in zip(parts, node.members, strict=True))
        return node if is_same else replace(node, members=parts)
    return node


def _words(words: Words, matching: Matching) -> Node:
    pulls = (one for one in mentions(words.text) if one.dag_id is None)
    patterns = {one for pull in pulls for one in pull.task_ids or () if has_holes(one)}
    if len(patterns) != 1:
        return words
    (pattern,) = patterns
    fitting = matching(pattern)
    known = [bindings(pattern, one) for one in fitting[: _MOST + 1]]
    texts = [filled(words.text, one) for one in known if one is not None]
    if not 1 < len(texts) == len(fitting) <= _MOST:
        return words
    return Choice(tuple(Words(text, words.line) for text in texts))
