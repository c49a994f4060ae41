"""Whether what fields of a run read has changed since, in a line with where more is told; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.model.facts import Try, XCom
from app.model.findings import Flow
from app.model.ids import TaskInstanceKey
from app.store.pages.run import RunPageFacts
from app.web import links, text


@dataclass(frozen=True, slots=True)
class SinceNote:
    words: str
    href: str


def changed_input(facts: RunPageFacts, flows: Iterable[Flow]) -> SinceNote | None:
    """Of a field: what it read is no longer what is stored."""
    late = _late(facts, flows)
    if not late:
        return None
    words = "Read before it changed: see both values"
    return SinceNote(words, f"{_page(facts, late[0].consumer.instance)}#since")


def changed_output(facts: RunPageFacts, flows: Iterable[Flow]) -> SinceNote | None:
    """Of a key: fields have what it was before."""
    late = _late(facts, flows)
    if not late:
        return None
    number = len({(flow.consumer.instance, flow.consumer.field) for flow in late})
    words = f"{text.count(number, 'field')} read it before it changed: see both values"
    return SinceNote(words, f"{_page(facts, late[0].producer.instance)}#since-gave")


def _page(facts: RunPageFacts, instance: TaskInstanceKey) -> str:
    return links.task_instance(deployment=facts.deployment, instance=instance)


def _late(facts: RunPageFacts, flows: Iterable[Flow]) -> list[Flow]:
    """Those into a try that was over before the newest version came, or whose version is gone."""
    newest = {(one.at.instance, one.at.key): one for one in facts.xcoms}
    tries = {(one.key.instance, one.key.try_number): one for one in facts.tries}
    found = []
    for flow in flows:
        xcom = newest.get((flow.producer.instance, flow.producer.key))
        reader = tries.get((flow.consumer.instance, flow.consumer.try_number))
        if xcom is not None and reader is not None and _is_late(xcom, reader):
            found.append(flow)
    return found


def _is_late(newest: XCom, reader: Try) -> bool:
    return reader.end is not None and (newest.is_gone or newest.at.timestamp > reader.end)
