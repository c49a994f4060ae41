"""The commonest templates by a short way: texts around pulls, in a field that shows what they give.

`--in={{ ti.xcom_pull(task_ids='a')['k'] }}` beside a field in which the value of `k` stands behind
`--in=`. Whatever is not as plain as that is left to those who render; of what is, they would say
the same.
"""

from functools import lru_cache
from typing import NamedTuple, TypeAlias

from app.lineage.fields import preview
from app.lineage.template.compiling import cut
from app.lineage.template.holes import is_marked
from app.lineage.template.objects import is_object
from app.lineage.template.reads import Ask
from app.lineage.template.render import is_too_long
from app.lineage.template.straight import Pulled, Step, plan_of
from app.lineage.template.tracked import Mapping
from app.lineage.trace.comparing import LAZY
from app.lineage.trace.spot import Spot
from app.lineage.view import View
from app.model.findings import Evidence, Flow, Producer
from app.model.masks import MASK, has_bare_mask
from app.model.values import Json, Path

#: Characters of a field that are compared, and bits of a number in it.
_MOST, _BITS = 20_000, 64
_ARGUMENTS = frozenset({"task_ids", "key", "dag_id", "run_id", "include_prior_dates"})


class Taken(NamedTuple):
    """A pull of one value, and the path into it."""

    ask: Ask
    path: Path


Plan: TypeAlias = tuple[str | Taken, ...]


def direct_flows(template: str, view: View, spot: Spot) -> list[Flow] | None:
    """The flows of the template into its place; None when rendering has to tell."""
    rendered, plan = spot.rendered, _plan(template)
    if plan is None or not isinstance(rendered, str) or _is_unusual(rendered):
        return None
    flows, start = [], 0
    for piece in plan:
        if isinstance(piece, Taken):
            given = _given(piece, view)
            if given is None:
                return None
            producer, text = given
            consumer = spot.consumer(((start, start + len(text)),))
            flows.append(
                Flow(
                    producer,
                    consumer,
                    Evidence.CONFIRMED,
                    preview(text),
                    redacted=MASK in text,
                    line=spot.line,
                )
            )
        else:
            text = piece
        if not rendered.startswith(text, start):
            return None
        start += len(text)
    return flows if start == len(rendered) else None


@lru_cache(maxsize=4_096)
def _plan(template: str) -> Plan | None:
    """The template's texts and pulls in order; None when one of them is not of the plain kind."""
    found = None if is_too_long(template) or is_marked(template) else cut(template)
    plan = found and _plan_of(found[0])
    if not found or not plan:
        return None
    texts = found[1]
    return tuple(
        [texts.get(one, one) if isinstance(one, str) else _filled(one, texts) for one in plan]
    )


@lru_cache(maxsize=1_024)
def _plan_of(shape: str) -> Plan | None:
    """The same of all templates of one shape, with marks for their texts."""
    plan = plan_of(shape) or ()
    pieces = [one if isinstance(one, str) else _taken(one) for one in plan]
    known = tuple([one for one in pieces if one is not None])
    return known if len(known) == len(plan) else None


def _filled(taken: Taken, texts: dict[str, str]) -> Taken:
    """The pull with the texts of one template for their marks."""
    ask, path = taken
    return Taken(
        Ask(
            task_ids=tuple([texts.get(one, one) for one in ask.task_ids or ()]),
            key=texts.get(ask.key, ask.key),
            dag_id=ask.dag_id and texts.get(ask.dag_id, ask.dag_id),
            run_id=ask.run_id and texts.get(ask.run_id, ask.run_id),
            is_prior=ask.is_prior,
        ),
        tuple([texts.get(one, one) if isinstance(one, str) else one for one in path]),
    )


def _taken(pulled: Pulled) -> Taken | None:
    """What the pull takes, when that is one value of one task."""
    if not (pulled.kwargs.keys() <= _ARGUMENTS and all(map(_is_member, pulled.steps))):
        return None
    ask = pulled.ask
    is_one = ask.task_ids is not None and len(ask.task_ids) == 1 and not ask.is_list
    path = tuple([step.name for step in pulled.steps])
    return Taken(ask, path) if ask.is_sure and is_one else None


def _is_member(step: Step) -> bool:
    """Whether the step leads to a member or an element, and never to a method like `items`."""
    if step.is_attribute:
        return isinstance(step.name, str) and not hasattr(Mapping, step.name)
    return isinstance(step.name, str) or (type(step.name) is int and step.name >= 0)


def _is_unusual(rendered: str) -> bool:
    """Whether something stands in the field that need not be what it seems to be."""
    is_told = has_bare_mask(rendered) or LAZY in rendered
    return is_told or len(rendered) > _MOST or is_marked(rendered)


def _given(taken: Taken, view: View) -> tuple[Producer, str] | None:
    """The place whose value the pull gave and its text, when both are known."""
    answer = view.pull(taken.ask)
    read = None if answer.is_list or len(answer.reads) != 1 else answer.reads[0]
    if read is None or read.instance is None or read.xcom is None:
        return None
    is_whole = read.is_known and not read.xcom.truncated
    text = _text(read.xcom.value, taken.path) if is_whole else None
    if text is None:
        return None
    return Producer(read.instance, read.try_number, taken.ask.key, taken.path), text


def _text(value: Json, path: Path) -> str | None:
    """The text of what stands at the path, when it is a text or a whole number."""
    for step in path:
        if isinstance(value, dict):
            if is_object(value) or not isinstance(step, str) or step not in value:
                return None
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    if isinstance(value, str):
        return value
    return str(value) if type(value) is int and value.bit_length() <= _BITS else None
