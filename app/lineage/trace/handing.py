"""Values handed over in Python, as XComArgs, beside what stands in the field."""

from collections.abc import Iterator
from dataclasses import replace

from app.lineage.fields import at, leaves, text_of
from app.lineage.operators import runs_pods
from app.lineage.resolve import RunIndex
from app.lineage.source.declaration import Handed
from app.lineage.template.reads import Answer, Ask, Origin, Read
from app.lineage.trace.broken import Broken
from app.lineage.trace.comparing import Spans, same
from app.lineage.trace.nothing import takes_no_null
from app.lineage.trace.pairs import ABSENT, Rendered
from app.lineage.trace.spot import Spot
from app.lineage.view import View
from app.model.findings import Evidence, Flow
from app.model.masks import MASK
from app.model.values import Json

#: Fields that hold arguments for Python, each handed over as a whole.
_PYTHON_FIELDS = frozenset({"op_args", "op_kwargs"})


def trace_handed(index: RunIndex, handed: Handed, spot: Spot) -> Iterator[Flow | Broken]:
    """The flows of an XComArg into its place."""
    if handed.operations:
        yield from changed(index, handed, spot)
        return
    answer = _answer(index, handed, spot)
    if answer.is_list:
        yield from _as_list(answer.reads, spot)
        return
    for read in answer.reads:
        is_there = read.xcom is not None or not read.is_known
        yield from hand_over(index, Origin(read, is_there=is_there), spot)


def changed(index: RunIndex, handed: Handed, spot: Spot) -> Iterator[Flow]:
    """The flows of XComArgs that were mapped over, zipped or joined: what arrives is another value.

    An element of a list that a task group is mapped over arrives as it is.
    """
    if spot.rendered is ABSENT and not spot.may_have_rendered:
        return
    at_index = spot.one.key.instance.map_index
    for one in (handed, *handed.others):
        for read in _answer(index, one, spot).reads:
            element = Origin(read, (at_index,))
            if one.operations == ("[*]",) and _is_element(element, spot.rendered):
                yield from spot.flow(element, Evidence.CONFIRMED, _all_of(spot.rendered))
            else:
                yield from spot.flow(Origin(read), Evidence.DECLARED)


def _is_element(origin: Origin, rendered: Rendered) -> bool:
    xcom = origin.read.xcom
    if xcom is None or not isinstance(xcom.value, list) or rendered is ABSENT:
        return False
    return _compared(origin, rendered) is Evidence.CONFIRMED


def _answer(index: RunIndex, handed: Handed, spot: Spot) -> Answer:
    ask = Ask((handed.task_id,), key=handed.key, is_argument=True)
    return View(index, spot.one.key, spot.one.start).pull(ask)


def hand_over(index: RunIndex, origin: Origin, spot: Spot) -> Iterator[Flow | Broken]:
    """A value that goes into a place of its own; into a whole field it goes leaf by leaf."""
    if origin.read.is_known and origin.read.xcom is None:
        yield from _nothing(index, origin, spot)
    elif spot.rendered is ABSENT:
        yield from spot.flow(origin, Evidence.DECLARED) if spot.may_have_rendered else ()
    else:
        for place, source in _inner(origin, spot):
            flows = place.flow(source, _compared(source, place.rendered), _all_of(place.rendered))
            yield from flows
            is_null = place.rendered is None and takes_no_null(spot.name)
            if is_null and not flows and origin.read.is_known:
                yield place.broken(source, None)


def _inner(origin: Origin, spot: Spot) -> Iterator[tuple[Spot, Origin]]:
    is_field = isinstance(spot.rendered, dict | list) and not spot.steps
    if not is_field or spot.name in _PYTHON_FIELDS or spot.rendered is ABSENT:
        yield spot, origin
        return
    for deeper, value in leaves(spot.rendered):
        place = replace(spot, steps=(*spot.steps, *deeper), rendered=value)
        yield place, Origin(origin.read, (*origin.path, *deeper))


def _as_list(reads: tuple[Read, ...], spot: Spot) -> Iterator[Flow]:
    """All instances of a mapped task, as the list of their values."""
    values = [read.value for read in reads]
    is_same = spot.rendered is not ABSENT and same(values, spot.rendered)
    evidence = Evidence.CONFIRMED if is_same else Evidence.DECLARED
    for read in reads:
        yield from spot.flow(Origin(read), evidence, _all_of(spot.rendered))


def _nothing(index: RunIndex, origin: Origin, spot: Spot) -> Iterator[Broken]:
    """A Python function may return None to another; a pod has something to say, or to be told."""
    definition = index.tasks.get(origin.read.task_id)
    is_pod = definition is not None and runs_pods(definition.operator)
    if spot.rendered is None and (is_pod or takes_no_null(spot.name)):
        yield spot.broken(origin, None)


def _compared(origin: Origin, rendered: Rendered) -> Evidence:
    xcom = origin.read.xcom
    if xcom is None or xcom.truncated or not origin.read.is_known or rendered is ABSENT:
        return Evidence.DECLARED
    try:
        value: Json = at(xcom.value, origin.path)
    except LookupError:
        return Evidence.CONTRADICTED
    if isinstance(value, dict) and "__classname__" in value:
        return Evidence.DECLARED
    if MASK in (value, rendered):
        return Evidence.DECLARED
    if same(value, rendered):
        return Evidence.CONFIRMED
    # Digests under two keys differ though the secret is the same.
    return Evidence.DECLARED if MASK in text_of(value) else Evidence.CONTRADICTED


def _all_of(rendered: Rendered) -> Spans:
    length = 0 if rendered is ABSENT else len(text_of(rendered))
    return ((0, length),) if length else ()
