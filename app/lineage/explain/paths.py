"""Whether the path into a value leads somewhere, and which one was meant when it does not."""

from collections.abc import Iterator

from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.code import line_with
from app.lineage.explain.corrected import with_steps
from app.lineage.explain.earlier import Earlier, earlier
from app.lineage.explain.elsewhere import elsewhere
from app.lineage.explain.nearest import likeness, nearest, nearest_first
from app.lineage.explain.not_mapping import not_a_mapping
from app.lineage.explain.verdict import Remedy, Verdict
from app.lineage.explain.wording import listed, written
from app.lineage.fields import at
from app.model.findings import ProblemKind, Suggestion
from app.model.values import Json, Path

#: A name so near that it goes before the same name elsewhere in the value.
_NEARLY_THE_SAME = 0.9


def has_path(case: Case, proof: Proof) -> Verdict | None:
    """The verdict on the first step that leads nowhere; None when all lead somewhere."""
    if case.read.xcom is None:
        return None
    value, name, path = case.read.xcom.value, case.read.task_id, case.path
    for depth, step in enumerate(path):
        try:
            inner = at(value, (step,))
        except LookupError:
            return _no_step(case, proof, value, depth)
        value = inner
    if path:
        proof.note("path present", ok=True, seen=f"{written(path)} of {name}")
    return None


def is_not_null(case: Case, proof: Proof) -> Verdict:
    """The verdict that is left when all is there: what stands there is null."""
    path, name = case.path, case.read.task_id
    before = earlier(case, case.ask.key, path)
    proof.note("value not null", ok=False, seen=f"null; {before.text}" if before else "null")
    title = f"reads {written(path) or 'the value'} of {name}, which is null"
    text = "give it a default: | default('…', true), or write a value"
    text = f"{text}; {before.text}" if before else text
    wrong = str(path[-1]) if path else ""
    return Verdict(ProblemKind.NULL_VALUE, title, Suggestion(text), wrong)


def _no_step(case: Case, proof: Proof, value: Json, depth: int) -> Verdict:
    step, name, where = case.path[depth], case.read.task_id, written(case.path[: depth + 1])
    if isinstance(value, dict):
        return _no_member(case, proof, value, depth)
    if isinstance(value, list) and isinstance(step, int):
        return _too_short(case, proof, value, depth)
    if value is None:
        owner = written(case.path[:depth]) or "the value"
        before = earlier(case, case.ask.key, case.path)
        proof.note("path present", ok=True, seen=written(case.path[:depth]))
        proof.note("value not null", ok=False, seen=f"null; {before.text}" if before else "null")
        title = f"reads {where} of {name}, where {owner} is null"
        text = f"write a value there, or read it with a default: {owner} may be null"
        text = f"{text}; {before.text}" if before else text
        return Verdict(ProblemKind.NULL_VALUE, title, Suggestion(text), str(step))
    return not_a_mapping(case, proof, value, depth)


def _too_short(case: Case, proof: Proof, value: list[Json], depth: int) -> Verdict:
    step, name, length = case.path[depth], case.read.task_id, len(value)
    before = earlier(case, case.ask.key, case.path[: depth + 1])
    since = f"; {before.text}" if before else ""
    proof.note("path present", ok=False, seen=f"the list has {length}{since}")
    where = written(case.path[: depth + 1])
    title = f"reads {where} of {name}, whose list has only {length}"
    remedies: tuple[Remedy, ...] = ()
    if step == length > 0 and not before:
        text = f"counting begins at [0], so that the last one is [{length - 1}]"
        remedies = (Remedy(text, tuple(_instead(case, depth, (length - 1,)))),)
    text = f"the last one is [{length - 1}]" if length else "the list is empty"
    suggestion = Suggestion(f"{text}{since}")
    return Verdict(ProblemKind.INDEX_OUT_OF_RANGE, title, suggestion, str(step), None, remedies)


def _no_member(case: Case, proof: Proof, value: dict[str, Json], depth: int) -> Verdict:
    step, name = str(case.path[depth]), case.read.task_id
    before = earlier(case, case.ask.key, case.path[: depth + 1])
    since = f"; {before.text}" if before else ""
    proof.note("path present", ok=False, seen=f"only {listed(value)}{since}")
    title = f"reads {written(case.path[: depth + 1])} of {name}, which is not there"
    remedies = (
        tuple(_regressed(case, before, value, depth))
        if before is not None
        else tuple(_meant(case, value, depth))
    )
    return Verdict(ProblemKind.MISSING_PATH, title, wrong=step, remedies=remedies)


def _regressed(case: Case, before: Earlier, value: dict[str, Json], depth: int) -> Iterator[Remedy]:
    """The template was right: the producer changed; a name that is new may be the old one's."""
    where, name = written(case.path[: depth + 1]), case.read.task_id
    text = f"{where} was {before.text}: let {name} write it again"
    known = at(before.value, case.path[:depth])
    new = [one for one in value if not (isinstance(known, dict) and one in known)]
    for one in _siblings(case, new, depth):
        yield Remedy(f"{text}; or {one.text}", one.corrections)
    yield Remedy(text)


def _meant(case: Case, value: dict[str, Json], depth: int) -> list[Remedy]:
    step = str(case.path[depth])
    near = _siblings(case, list(value), depth)
    first = nearest(step, value)
    moved = [*elsewhere(case, depth)]
    if first and likeness(step, first) >= _NEARLY_THE_SAME:
        return [*near, *moved]
    return [*moved, *near]


def _siblings(case: Case, names: list[str], depth: int) -> list[Remedy]:
    wrong, name = str(case.path[depth]), case.read.task_id
    return [
        Remedy(
            f"did you mean {right}?",
            tuple(_instead(case, depth, (right,)) or line_with(case, wrong, right)),
            (name, case.ask.key, (*case.path[:depth], right, *case.path[depth + 1 :])),
        )
        for right in nearest_first(wrong, names)
    ]


def _instead(case: Case, depth: int, steps: Path) -> list[str]:
    """The template with these steps for the one at this depth."""
    template = case.broken.template
    if template is None:
        return []
    wrong, before = case.path[depth : depth + 1], case.path[:depth]
    return with_steps(template, case.read.task_id, wrong, steps, before=before)
