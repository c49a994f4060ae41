"""A step into a value that has no members: a text, a number, or a list of values."""

import json

from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.corrected import (
    at_index,
    of_one_task,
    reading_json,
    with_argument,
    with_steps,
)
from app.lineage.explain.verdict import Remedy, Verdict
from app.lineage.explain.wording import in_a_word, written
from app.lineage.fields import at
from app.model.findings import ProblemKind, Suggestion
from app.model.ids import NOT_MAPPED
from app.model.values import Json, Path

#: Characters of a text that is tried as JSON.
_LONGEST_JSON = 200_000


def not_a_mapping(case: Case, proof: Proof, value: Json, depth: int) -> Verdict:
    """The verdict on the step at this depth, of which the owner is no mapping."""
    step, name = case.way[depth], case.read.task_id
    kind, owner = in_a_word(value), written(case.way[:depth]) or "the value"
    proof.note("path present", ok=False, seen=f"{owner} is {kind}")
    title = f"reads {written(case.way[: depth + 1])} of {name}, but {owner} is {kind}"
    remedies = tuple(
        one
        for one in (_double_encoded(case, value, depth), _of_the_only(case, value, depth))
        if one is not None
    ) or tuple(_itself(case, value, depth))
    return Verdict(ProblemKind.NOT_A_MAPPING, title, None, str(step), None, remedies)


def _double_encoded(case: Case, value: Json, depth: int) -> Remedy | None:
    """A text that is JSON: the producer wrote it as a text instead of writing the object."""
    if not isinstance(value, str) or not _holds(value, case.way[depth:]):
        return None
    template, name = case.broken.template, case.read.task_id
    text = (
        f"{name} wrote its JSON as a text: write the object once (json.dump(value, file)),"
        " or parse it here"
    )
    corrections = reading_json(template, name, case.way[:depth]) if template else []
    return Remedy(text, tuple(corrections))


def _holds(text: str, path: Path) -> bool:
    if len(text) > _LONGEST_JSON or text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        at(json.loads(text), path)
    except (ValueError, LookupError, RecursionError):
        return False
    return True


def _of_the_only(case: Case, value: Json, depth: int) -> Remedy | None:
    """A list, of which the only element has the step."""
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        return None
    step = case.way[depth]
    if step not in value[0]:
        return None
    template, before = case.broken.template, case.way[:depth]
    corrections = (
        with_steps(template, case.read.task_id, (step,), (0, step), before=before)
        if template
        else []
    )
    text = f"it is a list of {len(value)}: take one of them, as {written((*before, 0, step))}"
    return Remedy(text, tuple(corrections))


def _itself(case: Case, value: Json, depth: int) -> list[Remedy]:
    """The value without the step that leads nowhere."""
    template, owner = case.broken.template, written(case.way[:depth]) or "the value"
    if template is None or isinstance(value, list | dict) or depth + 1 < len(case.way):
        return [Remedy(f"take {owner} itself")] if not isinstance(value, list) else []
    corrections = with_steps(
        template, case.read.task_id, case.way[depth : depth + 1], (), before=case.way[:depth]
    )
    return [Remedy(f"take {owner} itself", tuple(corrections))]


def is_one_value(case: Case, proof: Proof) -> Verdict | None:
    """The verdict on a list of pulled values that was taken for one of them; else None."""
    path, answer = case.path, case.answer
    is_taken_of_list = bool(path) and isinstance(path[0], str) and answer.is_list
    said = case.broken.airflow_said
    if not is_taken_of_list or not ("list " in said or "Lazy" in said):
        return None
    length = len(answer.reads)
    proof.note("path present", ok=False, seen=f"the pull gives a list of {length}")
    title = f"reads {written(path)} of a list of {length} values"
    remedies = _prior(case) or _listed(case) or _mapped(case)
    if not remedies:
        suggestion = Suggestion(f"take one of the values: [0] to [{length - 1}]")
        return Verdict(ProblemKind.NOT_A_MAPPING, title, suggestion, str(path[0]))
    return Verdict(ProblemKind.NOT_A_MAPPING, title, None, str(path[0]), None, tuple(remedies))


def _prior(case: Case) -> list[Remedy]:
    if not (case.ask.is_prior and case.is_airflow_3 and case.ask.map_indexes is None):
        return []
    template, name = case.broken.template, case.read.task_id
    corrections = with_argument(template, name, "map_indexes", str(NOT_MAPPED)) if template else []
    text = (
        "in Airflow 3 include_prior_dates gives a list of all earlier values:"
        f" map_indexes={NOT_MAPPED} gives the latest alone"
    )
    return [Remedy(text, tuple(corrections))]


def _listed(case: Case) -> list[Remedy]:
    """task_ids was a list: of one task its id alone, of several the place of the one that fits."""
    ask, template = case.ask, case.broken.template
    if not ask.is_list:
        return []
    names = ask.task_ids or ()
    if len(names) == 1:
        corrections = of_one_task(template, names[0]) if template else []
        text = f"a list of task_ids gives a list: write task_ids='{names[0]}', or take [0]"
        return [Remedy(text, tuple(corrections))]
    fitting = [at for at, read in enumerate(case.answer.reads) if _fits(read.value, case.path)]
    text = f"a list of task_ids gives a list: take one of its values, as [{(fitting or [0])[0]}]"
    corrections = at_index(template, names[0], fitting[0]) if template and len(fitting) == 1 else []
    return [Remedy(text, tuple(corrections))]


def _mapped(case: Case) -> list[Remedy]:
    """A mapped task gives a list of its instances' values."""
    name, template = case.read.task_id, case.broken.template
    fitting = [
        read.instance.map_index
        for read in case.answer.reads
        if read.instance and _fits(read.value, case.path)
    ]
    if not any(index != NOT_MAPPED for index in fitting):
        return []
    own = case.reader.map_index
    index = "ti.map_index" if own in fitting and own != NOT_MAPPED else str(fitting[0])
    corrections = with_argument(template, name, "map_indexes", index) if template else []
    text = f"{name} is mapped and gives a list: take one instance's value, as map_indexes={index}"
    return [Remedy(text, tuple(corrections))]


def _fits(value: Json, path: Path) -> bool:
    try:
        at(value, path)
    except LookupError:
        return False
    return True
