"""Values that were no longer, or never, those of the run when a task got them."""

import re
from collections.abc import Iterator

from app.lineage.explain.got import Got, delivered, pull_of
from app.lineage.explain.pulls import shown_name
from app.lineage.fields import found_at, preview
from app.lineage.seen import owner, read_by
from app.model.facts import Try, XCom
from app.model.findings import Check, Flow, Problem, ProblemKind, Severity, Suggestion
from app.model.values import Json

_RUN_ID = re.compile(r",\s{0,9}run_id\s{0,9}=\s{0,9}(?:'[^']{1,300}'|\"[^\"]{1,300}\")")
_PRIOR = re.compile(r",\s{0,9}include_prior_dates\s{0,9}=\s{0,9}True")
#: Characters of a value that a check shows.
_SHOWN = 60


def stale_problems(got: Got) -> Iterator[Problem]:
    """A problem for each field with a value that has changed since, or is of a run not meant.

    What several runs or mapped instances of one task gave is one thing.
    """
    told: set[tuple[str, str]] = set()
    for flow in got.flows:
        thing = (flow.consumer.field, flow.producer.instance.task_id)
        if thing not in told:
            for problem in _of_flow(got, flow):
                told.add(thing)
                yield problem


def _of_flow(got: Got, flow: Flow) -> Iterator[Problem]:
    if flow.producer.instance.run != got.index.run:
        yield from _of_another_run(got, flow)
    elif len(got.index.xcoms.get((flow.producer.instance, flow.producer.key), ())) > 1:
        yield from _changed(got, flow)


def _changed(got: Got, flow: Flow) -> Iterator[Problem]:
    """The producer pushed again after the reader had read: it was cleared alone, or edited (S7)."""
    source, reader = flow.producer, got.one
    versions = got.index.xcoms[source.instance, source.key]
    read = read_by(versions, reader)
    newest = versions[-1]
    if read is None or _is_open(got, newest) or newest.truncated or read.truncated:
        return
    then, now = found_at(read.value, source.path), found_at(newest.value, source.path)
    if then == now:
        return
    name, task_id = source.instance.task_id, reader.key.instance.task_id
    yield _problem(
        got,
        flow,
        f"{shown_name(reader.key.instance)} has an old value of {name}, which {_how(got, newest)}",
        Check("value is the newest", ok=False, seen=f"read {_short(then)}, now {_short(now)}"),
        Suggestion(f"clear {task_id}, so that it reads {name} again"),
    )


def _is_open(got: Got, newest: XCom) -> bool:
    """Whether the reader will read again, or read while the producer was at work as it may."""
    end = got.one.end
    latest = got.index.latest(got.one.key.instance)
    if end is None or newest.is_gone or newest.at.timestamp <= end:
        return True
    if latest is not None and latest.key != got.one.key:
        return True
    owner = _owner(got, newest)
    if owner is None or owner.start is None or owner.start > end:
        return False
    return owner.end is None or newest.at.timestamp <= owner.end


def _owner(got: Got, pushed: XCom) -> Try | None:
    return owner(pushed, got.index.tries.get(pushed.at.instance, ()))


def _how(got: Got, newest: XCom) -> str:
    owner, end = _owner(got, newest), got.one.end
    began = owner.start if owner else None
    is_again = began is not None and end is not None and began > end
    return "ran again after it" if is_again else "was changed after it"


def _short(value: Json) -> str:
    return preview(value)[-_SHOWN:]


def _of_another_run(got: Got, flow: Flow) -> Iterator[Problem]:
    """A run written down for good (S10), or an earlier one for want of this run's value."""
    template = got.template(flow.consumer.field) or ""
    run_id, name = flow.producer.instance.run_id, flow.producer.instance.task_id
    if _RUN_ID.search(template) and f"{run_id}" in template:
        yield _problem(
            got,
            flow,
            f"{shown_name(got.one.key.instance)} always reads the run {run_id}",
            Check("value is of this run", ok=False, seen=run_id),
            Suggestion("leave out run_id, to read the run's own value", _RUN_ID.sub("", template)),
        )
    elif _PRIOR.search(template) and _should_have_delivered(got, flow):
        yield _problem(
            got,
            flow,
            f"{shown_name(got.one.key.instance)} has {name}'s value of an earlier run",
            Check("value is of this run", ok=False, seen=run_id),
            Suggestion(
                f"see why {name} gave nothing in this run, or leave out include_prior_dates"
            ),
        )


def _should_have_delivered(got: Got, flow: Flow) -> bool:
    """Whether the producer ended well before the reader began and yet gave nothing in this run."""
    source, reader = flow.producer, got.one
    if source.instance.dag_id != reader.key.instance.dag_id:
        return False
    if source.instance.task_id == reader.key.instance.task_id:
        return False
    own = got.index.instances(source.instance.dag_id, source.instance.task_id)
    if any((one, source.key) in got.index.xcoms for one in own):
        return False
    ended = [got.index.latest(one) for one in own]
    return bool(ended) and all(
        one is not None
        and one.state == "success"
        and one.end is not None
        and reader.start is not None
        and one.end <= reader.start
        for one in ended
    )


def _problem(got: Got, flow: Flow, title: str, check: Check, suggestion: Suggestion) -> Problem:
    return Problem(
        kind=ProblemKind.STALE_VALUE,
        severity=Severity.WARNING,
        title=title,
        consumer=flow.consumer,
        pull=pull_of(flow, got.template(flow.consumer.field)),
        silent=got.is_green,
        checks=delivered(flow, check),
        suggestion=suggestion,
    )
