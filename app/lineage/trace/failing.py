"""The pull that made a try fail in its template: found in its log, or by rendering it again."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from app.lineage.fields import address, leaves
from app.lineage.source.choices import ways
from app.lineage.source.declaration import DeclaredField, DeclaredTask, Handed, Words
from app.lineage.template.reads import Ask, Origin
from app.lineage.template.render import is_template
from app.lineage.trace.broken import Broken
from app.lineage.trace.named import by_name
from app.lineage.trace.pairs import ABSENT, Pair, pairs
from app.lineage.trace.suspected import Leaf, LoggedFailure, names_a_word, suspected
from app.lineage.trace.tracing import Tracer
from app.lineage.view import View
from app.model.facts import LogEvent, Try, TryLog
from app.model.findings import Consumer
from app.model.values import Json

_FAILED = re.compile(
    r"Exception rendering Jinja template for task '[^']*', field '(?P<field>[^']+)'\. Template: "
    r"(?P<template>[^\n]*)"
)

#: The line of a traceback that names the exception: `jinja2.exceptions.UndefinedError: …`.
_ERROR_LINE = re.compile(
    r"(?:[a-z_]\w{0,80}\.){0,12}(?P<kind>[A-Z]\w{0,80}): (?P<text>\S.{0,2000})"
)
_LONGEST_TRACEBACK = 20_000


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
    if not event.error_type and not event.error_text:
        return _last_error(event.text)
    if not event.error_text:
        return event.error_type
    return f"{event.error_type}: {event.error_text}" if event.error_type else event.error_text


def _last_error(text: str) -> str:
    """The exception at the end of a traceback, as the lines of Airflow 2 hold it."""
    if "Traceback (most recent call last)" not in text:
        return ""
    lines = text[-_LONGEST_TRACEBACK:].splitlines()
    found = [match for line in lines if (match := _ERROR_LINE.match(line))]
    return f"{found[-1]['kind']}: {found[-1]['text']}" if found else ""


def failing_pull(
    tracer: Tracer, task: DeclaredTask | None, one: Try, log: TryLog | None
) -> Broken | None:
    """The place that kept the try from rendering its fields; None when nothing did."""
    logged = logged_failure(log)
    if logged is None:
        is_told = log is not None or one.rendered is not None
        return None if is_told else next(_candidates(tracer, task, one, None), None)
    guesses: list[Broken] = []
    for takes_absent in (False, True):
        for broken in _candidates(tracer, task, one, logged, takes_absent=takes_absent):
            if _is_said(broken, logged):
                return replace(broken, airflow_said=logged.said)
            guesses.append(broken)
    suspect = suspected(_templates(tracer, task, one, logged), logged)
    if suspect is not None and names_a_word(logged.said):
        return suspect
    same = [each for each in guesses if suspect is None or each.template == suspect.template]
    guess = next(iter(same), suspect)
    return replace(guess, airflow_said=logged.said) if guess else _unexplained(one, logged)


def _is_said(broken: Broken, logged: LoggedFailure) -> bool:
    return broken.airflow_said.partition(": ")[2] == logged.said.partition(": ")[2]


def _candidates(
    tracer: Tracer,
    task: DeclaredTask | None,
    one: Try,
    logged: LoggedFailure | None,
    *,
    takes_absent: bool = False,
) -> Iterator[Broken]:
    """The places of which rendering them again fails, in the order in which Airflow renders."""
    known = task or DeclaredTask(one.key.instance.task_id)
    for leaf in _templates(tracer, task, one, logged):
        ways = tracer.ways(known, leaf.text, one, one.start, takes_absent=takes_absent)
        failure = ways[0].failure
        if failure is not None:
            yield replace(leaf.broken(failure.text), origin=failure.origin)
    if task is not None:
        yield from _failing_arguments(tracer, task, one, logged)


def _templates(
    tracer: Tracer, task: DeclaredTask | None, one: Try, logged: LoggedFailure | None
) -> Iterator[Leaf]:
    """The templates of the failing field, by the source and then as its log has them."""
    seen: set[str] = set()
    for leaf in (*_of_source(tracer, task, one, logged), *_of_log(one, logged)):
        if leaf.text not in seen or leaf.line is not None:
            seen.add(leaf.text)
            yield leaf


def _of_source(
    tracer: Tracer, task: DeclaredTask | None, one: Try, logged: LoggedFailure | None
) -> Iterator[Leaf]:
    for declared, pair in _pairs_of(tracer, task, one, logged):
        if isinstance(pair.leaf, Words) and is_template(pair.leaf.text):
            place = address(declared.name, pair.steps)
            yield Leaf(one, place, pair.leaf.text, pair.leaf.line or declared.line)


def _of_log(one: Try, logged: LoggedFailure | None) -> Iterator[Leaf]:
    if logged is None:
        return
    name = logged.fields[-1]
    for steps, text in leaves(_literal(logged.template)):
        if isinstance(text, str) and is_template(text):
            yield Leaf(one, address(name, steps), text)


def _pairs_of(
    tracer: Tracer, task: DeclaredTask | None, one: Try, logged: LoggedFailure | None
) -> Iterator[tuple[DeclaredField, Pair]]:
    """The texts and XComArgs of the fields that may have failed, in every way they may come out."""
    for declared in tracer.fields(task, one) if task else ():
        if logged and declared.name.partition(".")[0] not in logged.fields:
            continue
        values = ways(declared.value) if declared.is_open else (declared.value,)
        for value in values:
            for pair in pairs(by_name(replace(declared, value=value)), ABSENT):
                yield declared, pair


def _failing_arguments(
    tracer: Tracer, task: DeclaredTask, one: Try, logged: LoggedFailure | None
) -> Iterator[Broken]:
    """An XComArg with a key of its own raises when the key was not pushed."""
    for declared, pair in _pairs_of(tracer, task, one, logged):
        handed = pair.leaf
        if not isinstance(handed, Handed) or handed.key == "return_value":
            continue
        ask = Ask((handed.task_id,), key=handed.key, is_argument=True)
        said = (
            f"XComNotFound: XComArg result from {handed.task_id} at"
            f' {one.key.instance.dag_id} with key="{handed.key}" is not found!'
        )
        for read in View(tracer.index, one.key, one.start).pull(ask).reads:
            if read.is_known and read.xcom is None:
                leaf = Leaf(one, address(declared.name, pair.steps), "", declared.line)
                origin = Origin(read, is_there=False)
                yield replace(leaf.broken(said), origin=origin, template=None)


def _literal(text: str) -> Json:
    try:
        value: Json = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return text
    return value if isinstance(value, str | list | dict) else text


def _unexplained(one: Try, logged: LoggedFailure) -> Broken:
    consumer = Consumer(one.key.instance, one.key.try_number, logged.fields[-1])
    return Broken(consumer, None, logged.template, airflow_said=logged.said)
