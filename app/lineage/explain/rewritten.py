"""Fields that show a value which its producer has since replaced, and which nobody kept."""

from collections.abc import Iterator
from itertools import takewhile

from app.lineage.explain.case import Render
from app.lineage.explain.got import Got
from app.lineage.explain.pulls import shown_name
from app.lineage.fields import address, tree
from app.lineage.resolve import RunIndex
from app.lineage.source.declaration import Words
from app.lineage.template.reads import Read
from app.lineage.template.render import is_template
from app.lineage.template.rendering import Rendering
from app.lineage.trace.comparing import placed
from app.lineage.trace.named import by_name
from app.lineage.trace.pairs import Pair, Rendered, pairs
from app.model.facts import Try
from app.model.findings import Check, Problem, ProblemKind, Pull, Severity, Suggestion
from app.model.masks import MASK

#: Characters of a text that a check shows.
_SHOWN = 60


def rewritten_problems(got: Got) -> Iterator[Problem]:
    """A problem for each template that gives something else with the values there are now.

    Only where the producer ran again after the reader, so that what was read is gone (S7).
    """
    render = got.render
    latest = got.index.latest(got.one.key.instance)
    is_last = latest is not None and latest.key == got.one.key
    if render is None or not is_last or not got.is_green or not _is_outrun(got.index, got.one):
        return
    for place, pair in _places(got):
        if isinstance(pair.leaf, Words) and is_template(pair.leaf.text):
            yield from _compared(got, place, pair.leaf, pair.rendered, render)


def _is_outrun(index: RunIndex, reader: Try) -> bool:
    """Whether any task upstream ran again after the reader had ended."""
    later = takewhile(lambda one: reader.end is not None and one[0] > reader.end, index.restarts)
    return any(index.upstream.is_above(one, reader.key.instance.task_id) for _, one in later)


def _places(got: Got) -> Iterator[tuple[str, Pair]]:
    rendered = got.one.rendered or {}
    for declared in got.task.fields if got.task else ():
        if declared.name in rendered and not declared.is_mapped:
            value = tree(declared.name, rendered[declared.name])
            for pair in pairs(by_name(declared), value):
                yield address(declared.name, pair.steps), pair


def _compared(
    got: Got, place: str, words: Words, shown: Rendered, render: Render
) -> Iterator[Problem]:
    text = words.text
    is_told = place in got.broken or bool(got.flows_into(place))
    if not isinstance(shown, str) or MASK in shown or is_told:
        return
    now = render(text, None)
    reads = [one for one in now[0].reads if _is_replaced(got, one)]
    if len(now) > 1 or not reads or not _is_sure(now[0]) or placed(now[0], shown):
        return
    name, reader = reads[0].task_id, got.one.key.instance
    ask = reads[0].ask
    yield Problem(
        kind=ProblemKind.STALE_VALUE,
        severity=Severity.WARNING,
        title=f"{shown_name(reader)} has an old value of {name}, which ran again after it",
        consumer=got.consumer(place),
        pull=Pull(reader.dag_id, ask.task_ids or (), ask.key, (), text, words.line),
        silent=True,
        checks=(
            Check(
                "value is the newest",
                ok=False,
                seen=f"got {shown[:_SHOWN]}, now {now[0].text[:_SHOWN]}",
            ),
        ),
        suggestion=Suggestion(f"clear {reader.task_id}, so that it reads {name} again"),
    )


def _is_sure(way: Rendering) -> bool:
    is_known = way.failure is None and not way.has_wildcards and not way.is_undecided
    return is_known and MASK not in way.text


def _is_replaced(got: Got, read: Read) -> bool:
    """Whether what is there now was pushed after the reader had ended, and nothing before it."""
    if read.xcom is None or read.instance is None or got.one.end is None:
        return False
    first = got.index.xcoms[read.instance, read.ask.key][0]
    return len(got.index.tries.get(read.instance, ())) > 1 and first.at.timestamp > got.one.end
