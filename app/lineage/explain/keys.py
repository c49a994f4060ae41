"""Whether the XCom key that a pull names was pushed, and which one was meant when it was not."""

from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.code import line_with
from app.lineage.explain.corrected import as_path, with_key, with_task_id
from app.lineage.explain.earlier import earlier
from app.lineage.explain.nearest import nearest_first
from app.lineage.explain.pushed import POD_KEYS
from app.lineage.explain.verdict import Remedy, Verdict
from app.lineage.explain.wording import listed
from app.model.findings import ProblemKind, Suggestion
from app.model.values import Json


def has_key(case: Case, proof: Proof) -> Verdict | None:
    """The verdict on a key that the producer did not push; None when it did."""
    key, name = case.ask.key, case.read.task_id
    if case.read.xcom is not None:
        proof.note("key present", ok=True, seen=key)
        return None
    keys = case.index.keys(case.producer)
    before = earlier(case, key, ())
    since = f"; {before.text}" if before else ""
    proof.note("key present", ok=False, seen=f"{name} pushed {listed(keys)}{since}")
    value = _value(case)
    if isinstance(value, dict) and key in value:
        return _is_inside(case)
    if before is not None:
        text = f"{key} was {before.text}: let {name} push it again"
        new = [one for one in keys if (name, one) not in case.index.past_values]
        remedies = (Remedy(text), *_renamed(case, new, text))
    else:
        remedies = (*_near(case, keys), *_near_inside(case, value), *_of_another(case))
    return Verdict(
        ProblemKind.UNKNOWN_KEY,
        f"reads the key {key}, which {name} did not push",
        wrong=key,
        remedies=remedies,
    )


def taking(case: Case, whole: str) -> str:
    """What to write, in words; `.output` also sets a dependency, which a template does not."""
    taken = f"take ['{case.ask.key}'] of {whole}"
    if case.broken.template is not None or case.is_elsewhere:
        return taken
    return f"{taken} in a template and write {case.read.task_id} >> {case.reader.task_id}"


def _value(case: Case) -> Json:
    versions = case.index.xcoms.get((case.producer, "return_value"), ())
    return versions[-1].value if versions else None


def _is_inside(case: Case) -> Verdict:
    key, name = case.ask.key, case.read.task_id
    title = f"reads {key} of {name} as an XCom of its own, but it is a part of return_value"
    text = f"{key} is inside return_value: {taking(case, 'it')}, or set multiple_outputs=True"
    corrections = as_path(case.broken.template, name, key, (key,))
    kind = ProblemKind.OUTPUT_KEY_IS_NOT_A_PATH
    if case.broken.template is None:
        replacement = corrections[0] if corrections else None
        return Verdict(kind, title, Suggestion(text, replacement), key)
    return Verdict(kind, title, wrong=key, remedies=(Remedy(text, tuple(corrections)),))


def _near(case: Case, keys: list[str]) -> list[Remedy]:
    template, name, key = case.broken.template, case.read.task_id, case.ask.key
    return [
        Remedy(
            f"did you mean {right}?",
            tuple(
                with_key(template, name, key, right) if template else line_with(case, key, right)
            ),
            (name, right, case.path),
        )
        for right in nearest_first(key, set(keys) - POD_KEYS)
    ]


def _renamed(case: Case, new: list[str], text: str) -> list[Remedy]:
    """Keys that no earlier run knows may be what the missing one is called now."""
    return [Remedy(f"{text}; or {one.text}", one.corrections) for one in _near(case, new)]


def _near_inside(case: Case, value: Json) -> list[Remedy]:
    template, name, key = case.broken.template, case.read.task_id, case.ask.key
    names = nearest_first(key, value) if isinstance(value, dict) else []
    return [
        Remedy(
            f"did you mean {inside}, inside return_value?",
            tuple(as_path(template, name, key, (inside,))),
        )
        for inside in names
    ]


def _of_another(case: Case) -> list[Remedy]:
    """The only other task before the reader that pushed this very key."""
    key, template = case.ask.key, case.broken.template
    above, own = case.index.above(case.reader.task_id), case.read.task_id
    named = {one.task_id for one in case.index.pushers(key)} - {own}
    pushers = {one for one in named if one in above}
    if len(pushers) != 1 or case.is_elsewhere:
        return []
    (right,) = pushers
    corrections = with_task_id(template, case.read.task_id, right) if template else []
    return [Remedy(f"{right} pushed {key}: read it from {right}", tuple(corrections))]
