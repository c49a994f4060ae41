"""The pull that made a try fail in its template: found in its log, or by rendering it again."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.lineage.fields import address, leaves
from app.lineage.source.choices import ways
from app.lineage.source.declaration import DeclaredField, DeclaredTask, Handed, Words
from app.lineage.template.reads import Ask, Origin
from app.lineage.template.render import is_template
from app.lineage.trace.broken import Broken
from app.lineage.trace.named import by_name
from app.lineage.trace.pairs import ABSENT, Pair, pairs
from app.lineage.trace.tracing import Tracer
from app.lineage.view import View
from app.model.facts import LogEvent, Try, TryLog
from app.model.findings import Consumer
from app.model.values import Json

_FAILED = re.compile(
    r"Exception rendering Jinja template for task '[^']*', field '(?P<field>[^']+)'\. Template: "
    r"(?P<template>[^\n]*)"
)

_UNDEFINED = re.compile(r"'(\w+)' is undefined")


@dataclass(frozen=True, slots=True)
class LoggedFailure:
    """What a log says about a failing template."""

    fields: tuple[str, ...]
    template: str  # Python's repr of the whole field.
    said: str


def logged_failure(log: TryLog | None) -> LoggedFailure | None:
    """The failing template a log tells of; None when it tells of none."""
    found = [
        (match, event)
        for event in (log.events if log else ())
        if (match := _FAILED.match(event.text))
    ]
    if not found:
        return None
    names = tuple(match["field"] for match, _ in found)
    said = next((text for _, event in found if (text := said_by(event))), "")
    return LoggedFailure(names, found[0][0]["template"].strip(), said)


def said_by(event: LogEvent) -> str:
    """The exception of a log event as Airflow prints it."""
    if not event.error_text:
        return event.error_type
    return f"{event.error_type}: {event.error_text}" if event.error_type else event.error_text


def failing_pull(
    tracer: Tracer, task: DeclaredTask | None, one: Try, log: TryLog | None
) -> Broken | None:
    """The place that kept the try from rendering its fields; None when nothing did."""
    logged = logged_failure(log)
    if logged is None and (log is not None or one.rendered is not None):
        return None
    candidates = list(_from_source(tracer, task, one, logged)) if task else []
    if logged is not None and not any(_is_said(one, logged) for one in candidates):
        candidates = [*_from_log(tracer, task, one, logged), *candidates]
    chosen = next((each for each in candidates if logged and _is_said(each, logged)), None)
    chosen = chosen or (candidates[0] if candidates else None)
    if chosen is None and logged is not None:
        return _undefined_name(tracer, task, one, logged) or _unexplained(one, logged)
    if chosen is None or logged is None:
        return chosen
    return Broken(
        chosen.consumer, chosen.origin, chosen.template, chosen.line, airflow_said=logged.said
    )


def _is_said(broken: Broken, logged: LoggedFailure) -> bool:
    return broken.airflow_said.partition(": ")[2] == logged.said.partition(": ")[2]


def _from_source(
    tracer: Tracer, task: DeclaredTask, one: Try, logged: LoggedFailure | None
) -> Iterator[Broken]:
    for declared in tracer.fields(task, one):
        if logged and declared.name not in logged.fields:
            continue
        for pair in _pairs(declared):
            place = address(declared.name, pair.steps)
            line = getattr(pair.leaf, "line", None) or declared.line
            if isinstance(pair.leaf, Handed):
                yield from _failing_argument(tracer, pair.leaf, _Place(one, place, line))
            elif is_template(pair.leaf.text):
                yield from _failing_text(tracer, task, pair.leaf.text, _Place(one, place, line))


def _pairs(declared: DeclaredField) -> Iterator[Pair]:
    """The texts and XComArgs of a field, in every way that it may come out."""
    values = ways(declared.value) if declared.is_open else (declared.value,)
    for value in values:
        yield from pairs(by_name(replace(declared, value=value)), ABSENT)


@dataclass(frozen=True, slots=True)
class _Place:
    one: Try
    address: str
    line: int | None = None

    @property
    def consumer(self) -> Consumer:
        return Consumer(self.one.key.instance, self.one.key.try_number, self.address)


def _failing_text(tracer: Tracer, task: DeclaredTask, text: str, place: _Place) -> Iterator[Broken]:
    failure = tracer.ways(task, text, place.one, place.one.start)[0].failure
    if failure is not None:
        said = failure.text
        yield Broken(place.consumer, failure.origin, text, place.line, airflow_said=said)


def _failing_argument(tracer: Tracer, handed: Handed, place: _Place) -> Iterator[Broken]:
    """An XComArg with a key of its own raises when the key was not pushed."""
    ask = Ask((handed.task_id,), key=handed.key, is_argument=True)
    one = place.one
    for read in View(tracer.index, one.key, one.start).pull(ask).reads:
        if read.is_known and read.xcom is None and handed.key != "return_value":
            said = (
                f"XComNotFound: XComArg result from {handed.task_id} at"
                f' {one.key.instance.dag_id} with key="{handed.key}" is not found!'
            )
            origin = Origin(read, is_there=False)
            yield Broken(place.consumer, origin, None, place.line, airflow_said=said)


def _from_log(
    tracer: Tracer, task: DeclaredTask | None, one: Try, logged: LoggedFailure
) -> Iterator[Broken]:
    """The raw templates of the failing field, as its log has them."""
    known = task or DeclaredTask(one.key.instance.task_id)
    name = logged.fields[-1]
    for steps, text in leaves(_literal(logged.template)):
        if isinstance(text, str) and is_template(text):
            yield from _failing_text(tracer, known, text, _Place(one, address(name, steps)))


def _literal(text: str) -> Json:
    try:
        value: Json = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return text
    return value if isinstance(value, str | list | dict) else text


def _undefined_name(
    tracer: Tracer, task: DeclaredTask | None, one: Try, logged: LoggedFailure
) -> Broken | None:
    """The only template of the field that uses the name which Airflow says is undefined.

    To us a name that we do not know is a wildcard, so rendering it again does not fail.
    """
    name = _UNDEFINED.search(logged.said)
    if name is None:
        return None
    using = [
        (text, place)
        for text, place in _templates(tracer, task, one, logged)
        if re.search(rf"\b{re.escape(name[1])}\b", text)
    ]
    if len(using) != 1:
        return None
    text, place = using[0]
    return Broken(place.consumer, None, text, place.line, airflow_said=logged.said)


def _templates(
    tracer: Tracer, task: DeclaredTask | None, one: Try, logged: LoggedFailure
) -> Iterator[tuple[str, _Place]]:
    for declared in tracer.fields(task, one) if task else ():
        if declared.name in logged.fields:
            for pair in pairs(by_name(declared), ABSENT):
                if isinstance(pair.leaf, Words):
                    line = pair.leaf.line or declared.line
                    place = _Place(one, address(declared.name, pair.steps), line)
                    yield pair.leaf.text, place


def _unexplained(one: Try, logged: LoggedFailure) -> Broken:
    consumer = Consumer(one.key.instance, one.key.try_number, logged.fields[-1])
    return Broken(consumer, None, logged.template, airflow_said=logged.said)
