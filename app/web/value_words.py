"""What the page of a value says about it in words; pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.graph.addresses import label
from app.lineage.extent import Extent
from app.lineage.fields import text_of
from app.lineage.provenance.joining import LONG_AGO
from app.lineage.provenance.occurrences import Occurrence
from app.model.findings import Evidence
from app.model.leaves import LeafAddress, Place
from app.model.masks import has_bare_mask
from app.model.values import Json
from app.web import links, text
from app.web.leaf_places import place_name
from app.web.read_words import WITHIN
from app.web.run_words import kind_of
from app.web.value_places import place_link
from app.web.value_reading import ValueFacts


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    text: str
    exact: str = ""
    href: str = ""


def whole_text(value: Json) -> str:
    """The value as it is copied: a text as it is, a document with a line for each of its parts."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, indent=2)
    return text_of(value)


def task_name(at: LeafAddress) -> str:
    return at.instance.task_id + text.mapped(at.instance.map_index)


def facts_of(facts: ValueFacts, whole: str) -> tuple[Fact, ...]:
    held, at = facts.held, facts.held.at
    is_given = at.place is Place.XCOM
    time = text.exact(at.time) if at.time != LONG_AGO else ""
    told = [
        *_kind(facts),
        Fact("size", text.size(_size(facts))),
        Fact("given" if is_given else "got", ", ".join(filter(None, (_try(at), time)))),
    ]
    if is_given and held.size is not None and at.path:
        told.append(Fact("in", f"{at.name}, {text.size(held.size)}"))
    if held.truncated:
        kept = text.count(len(whole), "character")
        told.append(Fact("kept", f"its first {kept}: it is too large to be kept whole"))
        if held.sha256:
            told.append(Fact("SHA-256", held.sha256))
    if held.is_gone:
        told.append(Fact("now", "gone from Airflow, kept here"))
    return tuple(told)


def _kind(facts: ValueFacts) -> tuple[Fact, ...]:
    """Of a value that was cut what its first character tells; of a digest nothing."""
    if not facts.held.truncated:
        return (Fact("kind", kind_of(facts.value)),)
    kind = _BEGINNINGS.get(text_of(facts.value)[:1])
    return (Fact("kind", kind),) if kind else ()


_BEGINNINGS = {"{": "mapping", "[": "list", '"': "string"}


def _size(facts: ValueFacts) -> int:
    """Bytes of its JSON text, as Airflow tells those of the whole XCom and as the JSON has them."""
    if not facts.held.at.path and facts.held.size is not None:
        return facts.held.size
    whole = json.dumps(facts.value, ensure_ascii=False, separators=(",", ":"))
    return len(whole.encode(errors="replace"))


def _try(at: LeafAddress) -> str:
    return f"in try {at.try_number}" if at.try_number else ""


def note_of(facts: ValueFacts) -> str:
    pieces = facts.followed.pieces
    if isinstance(facts.value, dict | list):
        return (
            "A document: below is who read it, or a part of it. Its leaves are followed one by one."
        )
    if not pieces or any(piece.span == (0, len(text_of(facts.value))) for piece in pieces):
        return ""
    if facts.held.at.place is Place.XCOM:
        return (
            "What its task had got from others is marked. Below is this whole text, and the way on "
            "which those parts came."
        )
    if len({piece.span for piece in pieces}) > 1:
        return (
            "Values of other tasks stand in it, marked: each is followed on a page of its own. "
            "Below is this whole text."
        )
    return "The marked part came from another task. It is what is followed below."


def common_words(facts: ValueFacts) -> str:
    if facts.common is None:
        return ""
    if has_bare_mask(facts.followed.text):
        return "It is masked, and equal masks may hide different values. Below is what flows know."
    number = text.thousands(facts.common.places) + ("" if facts.common.is_all else "+")
    places = "1 place holds" if number == "1" else f"{number} places hold"
    return (
        f"{places} this value, and a value as common as this proves nothing. "
        "Below is only what flows know."
    )


def summary(facts: ValueFacts, now: datetime) -> tuple[Fact, ...]:
    ones = [one for one in facts.found.occurrences if not one.is_part]
    is_all = facts.older is None and facts.common is None
    given = [one for one in ones if one.at.place is Place.XCOM]
    got = [one for one in ones if one.at.place is Place.FIELD]
    told = [
        _given_first(given, now, is_all=is_all),
        *_made_from(facts),
        Fact("read by", _readers([one for one in got if _arrived(one)], is_all=is_all)),
    ]
    others = len(got) - sum(map(_arrived, got))
    if others and is_all:
        told.append(Fact("also in", f"{text.count(others, 'field')} of which no flow is known"))
    last = text.ago(max((one.at.time for one in ones), default=None), now)
    if last and is_all:
        told.append(Fact("last seen", last.text, last.exact))
    return tuple(told)


def _made_from(facts: ValueFacts) -> tuple[Fact, ...]:
    """The places whose values, or parts of them, its task had got and gave on in it."""
    if facts.held.at.place is not Place.XCOM:
        return ()
    deployment = facts.held.at.deployment
    producers = dict.fromkeys(piece.producer for piece in facts.followed.pieces)
    return tuple(
        Fact(
            "and from" if n else "made from",
            f"{one.instance.task_id}, {label(one.key, one.path)}",
            href=links.given_value(deployment=deployment, producer=one),
        )
        for n, one in enumerate(producers)
    )


def _given_first(given: Sequence[Occurrence], now: datetime, *, is_all: bool) -> Fact:
    if not given:
        return Fact("given by", "no task that is known")
    one = given[0]
    at = one.at
    when = text.ago(at.time, now) if one.is_kept else None
    words = f"{at.instance.dag_id} / {task_name(at)}, {place_name(at, at.path)}"
    name = "first given by" if is_all else "given by"
    more = f", {when.text}" if when else ""
    return Fact(name, f"{words}{more}", when.exact if when else "", place_link(one))


def _arrived(one: Occurrence) -> bool:
    return one.evidence not in {None, Evidence.CONTRADICTED}


def _readers(got: Sequence[Occurrence], *, is_all: bool) -> str:
    if not got:
        return "no field, as far as flows tell"
    runs = {(one.at.deployment, one.at.instance.run) for one in got}
    dags = {(deployment, run.dag_id) for deployment, run in runs}
    words = (
        f"{text.count(len(got), 'field')} in {text.count(len(runs), 'run')}"
        f" of {text.count(len(dags), 'DAG')}"
    )
    within = sum(one.extent is Extent.WHOLE for one in got)
    how = f", {_within(within, len(got))}" if within else ""
    return f"{words}{how}" if is_all else f"at least {words}{how}"


def _within(number: int, of: int) -> str:
    return WITHIN if number == of else f"{text.thousands(number)} of them {WITHIN}"
