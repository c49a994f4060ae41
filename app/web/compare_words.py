"""What differs between two runs, in plain sentences; pure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from app.graph.addresses import label
from app.lineage.compare.comparison import Change, Comparison, Pair, SideName, Step, What
from app.lineage.fields import address
from app.model.findings import Flow, Problem, Severity
from app.model.ids import NOT_MAPPED
from app.model.leaves import Place
from app.model.sides import InstanceSide
from app.model.values import Json, Path
from app.web import text
from app.web.text import Piece

# Characters of a value in a sentence.
_ROOM = 60


@dataclass(frozen=True, slots=True)
class Words:
    """How the two runs are called: the one that is looked at, and the one beside it."""

    subject: SideName
    other: str  # "the good run", or "the other run".


def words_of(comparison: Comparison) -> Words:
    subject = comparison.path.subject
    reference = comparison.left if subject is SideName.RIGHT else comparison.right
    # What a mistake put into a green task is nothing that a good run got.
    is_good = reference.run.state == "success" and not any(
        one.severity is not Severity.INFO for one in reference.problems
    )
    return Words(subject, "the good run" if is_good else "the other run")


def first_sentence(comparison: Comparison) -> tuple[Piece, ...]:
    """The first difference on the path to the failure, or that there is none."""
    path, words = comparison.path, words_of(comparison)
    if path.first is not None:
        return (Piece("First difference: "), *sentence(path.first, words))
    if path.target is not None:
        failed = _task(path.target)
        return (failed, Piece(f" and all it depends on got and gave the same as in {words.other}."))
    if comparison.is_same:
        return (Piece("Nothing differs but what differs in every run."),)
    return (Piece("No task got or gave anything else than what differs in every run."),)


def sentence(step: Step, words: Words) -> tuple[Piece, ...]:
    """One step, with its task as the subject."""
    task = _task(step.pair)
    match step.what:
        case What.MISSING:
            return task, Piece(f" is not in this run; {words.other} has it.")
        case What.PROBLEM if step.problem is not None:
            return tuple(_troubled(step.problem, step.flow, words))
        case What.GOT | What.GAVE if step.change is not None:
            verb = "got" if step.what is What.GOT else "gave"
            return task, *_changed(step.change, verb, words)
    return task, Piece(_ended(step.pair, words))


def _troubled(problem: Problem, flow: Flow | None, words: Words) -> Iterator[Piece]:
    yield Piece(problem.title.rstrip("."))
    if flow is None:
        yield Piece(f"; {words.other} does not have this problem.")
        return
    yield from (Piece(f"; in {words.other} "), Piece(flow.consumer.field, "code"), Piece(" got "))
    yield from (Piece(shown(flow.value), "code"), Piece(" from "))
    yield from (Piece(flow.producer.instance.task_id, "task"), Piece("."))


def _changed(change: Change, verb: str, words: Words) -> Iterator[Piece]:
    mine, theirs = change.path(words.subject), change.path(words.subject.other)
    old = shown(change.value(words.subject.other))
    if mine is None:
        name = name_of(change, theirs or ())
        yield from (Piece(f" {_DID_NOT[verb]} "), Piece(name, "code"))
        yield from (Piece(f"; in {words.other} it was "), Piece(old, "code"), Piece("."))
        return
    yield from (Piece(f" {verb} "), Piece(name_of(change, mine), "code"), Piece(" = "))
    yield Piece(shown(change.value(words.subject)), "code")
    if theirs is None:
        yield Piece(f"; {words.other} does not have it.")
    else:
        yield from (Piece(f"; in {words.other} it was "), Piece(old, "code"), Piece("."))


_DID_NOT = {"got": "did not get", "gave": "did not give"}


def _ended(pair: Pair, words: Words) -> str:
    mine, theirs = pair.side(words.subject), pair.side(words.subject.other)
    state = text.state_look(mine.state if mine else None).word
    verb = state if state == "failed" else f"is {state}"
    if theirs is None:
        return f" {verb}; {words.other} does not have it."
    was = text.state_look(theirs.state).word
    is_known = mine is not None and mine.rendered is not None and theirs.rendered is not None
    if is_known and not pair.real and state == "failed":
        return f" {verb}, though it got the same as in {words.other} ({was} there)."
    if mine is not None and mine.state == theirs.state:
        return f" {verb}, as in {words.other}."
    return f" {verb}; in {words.other} it ended as {was}."


def _task(pair: Pair) -> Piece:
    return Piece(instance_name(pair.any), "task")


def instance_name(one: InstanceSide) -> str:
    """`load`, or of a mapped task `load [3]` or `load [eu-west]`."""
    if one.key.map_index == NOT_MAPPED:
        return one.key.task_id
    return f"{one.key.task_id} [{one.name or one.key.map_index}]"


def name_of(change: Change, path: Path) -> str:
    """The leaf as pages write it."""
    if change.place is Place.XCOM:
        return label(change.name, path)
    return address(change.name, path)


def shown(value: Json, room: int = _ROOM) -> str:
    """The value as a sentence holds it."""
    if isinstance(value, str):
        return text.telling_end(value, room) or '""'
    return text.telling_end(json.dumps(value, ensure_ascii=False), room)
