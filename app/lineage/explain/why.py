"""Why a pull gave nothing: the checks, one after the other, until one fails."""

from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.corrected import as_path, with_key, with_step, with_task_id
from app.lineage.explain.nearest import nearest
from app.lineage.explain.pushed import why_not_pushed
from app.lineage.explain.verdict import Verdict
from app.lineage.fields import at
from app.model.findings import ProblemKind, Suggestion
from app.model.values import Json

#: States of a task that did not run to its end, and how a sentence says it.
_STOPPED = {
    "failed": "failed",
    "upstream_failed": "could not run, as a task before it failed",
    "up_for_retry": "failed and waits for its next try",
    "skipped": "was skipped",
    "removed": "was removed",
}
#: Names that a check lists before it says "and more".
_MOST_NAMES = 12


def why(case: Case, proof: Proof) -> Verdict:
    """The first check that fails, as a verdict; the checks made are left in the proof."""
    return (
        _no_task_ids(case)
        or _exists(case, proof)
        or _is_upstream(case, proof)
        or _ran(case, proof)
        or _pushed(case, proof)
        or _has_key(case, proof)
        or _has_path(case, proof)
        or _not_null(case, proof)
    )


def _no_task_ids(case: Case) -> Verdict | None:
    if case.read.ask.task_ids is not None:
        return None
    suggestion = Suggestion("name the task to read from: ti.xcom_pull(task_ids='…')")
    return Verdict(
        ProblemKind.NO_TASK_IDS, "reads its own XComs, since it names no task", suggestion
    )


def _exists(case: Case, proof: Proof) -> Verdict | None:
    wrong = case.read.task_id
    if case.dag_id != case.reader.dag_id:
        return _exists_elsewhere(case, proof)
    ids = case.index.task_ids
    if wrong in ids:
        proof.note("task exists", ok=True, seen=wrong)
        return None
    proof.note("task exists", ok=False, seen=f"no task {wrong} among {len(ids)}")
    prefixed = sorted(one for one in ids if one.endswith(f".{wrong}"))
    if len(prefixed) == 1:
        title = f"reads {wrong} without its TaskGroup's name"
        kind = ProblemKind.MISSING_GROUP_PREFIX
        return Verdict(kind, title, _meant(case, wrong, prefixed[0]), wrong)
    others = ids - {case.reader.task_id}
    right = nearest(wrong, others, case.index.ancestors(case.reader.task_id)) or _by_last(
        wrong, others
    )
    suggestion = _meant(case, wrong, right) if right else None
    return Verdict(ProblemKind.UNKNOWN_TASK, "reads a task that does not exist", suggestion, wrong)


def _exists_elsewhere(case: Case, proof: Proof) -> Verdict | None:
    others, wrong = case.index.facts.other_dags, case.read.task_id
    if case.dag_id not in others:
        proof.note("task exists", ok=False, seen=f"no DAG {case.dag_id}")
        right = nearest(case.dag_id, others)
        suggestion = _meant(case, case.dag_id, right) if right else None
        title = "reads from a DAG that does not exist"
        return Verdict(ProblemKind.UNKNOWN_DAG, title, suggestion, case.dag_id)
    if others[case.dag_id] and wrong not in others[case.dag_id]:
        proof.note("task exists", ok=False, seen=f"no task {wrong} in {case.dag_id}")
        right = nearest(wrong, others[case.dag_id])
        suggestion = _meant(case, wrong, right) if right else None
        return Verdict(
            ProblemKind.UNKNOWN_TASK, "reads a task that does not exist", suggestion, wrong
        )
    proof.note("task exists", ok=True, seen=f"{wrong} in {case.dag_id}")
    return None


def _by_last(wrong: str, names: frozenset[str]) -> str | None:
    """The nearest when only what follows the last dot counts: the group may be missing as well."""
    lasts = {name.rpartition(".")[2]: name for name in names}
    right = nearest(wrong.rpartition(".")[2], lasts)
    return lasts[right] if right else None


def _meant(case: Case, wrong: str, right: str) -> Suggestion:
    template = case.broken.template
    corrected = with_task_id(template, wrong, right) if template else None
    return Suggestion(f"did you mean {right}?", corrected)


def _is_upstream(case: Case, proof: Proof) -> Verdict | None:
    """Only a remark while the value was there in time; the cause when it was not."""
    if case.dag_id != case.reader.dag_id or not case.index.tasks:
        return None
    is_upstream = case.read.task_id in case.index.ancestors(case.reader.task_id)
    comes = "comes" if is_upstream else "need not come"
    seen = f"{case.read.task_id} {comes} before {case.reader.task_id}"
    if proof.note("is upstream", ok=is_upstream, seen=seen) or case.read.xcom is not None:
        return None
    producer = case.producer_try
    if producer is not None and producer.state in ("failed", "skipped", "upstream_failed"):
        return None
    versions = case.index.xcoms.get((case.producer, case.read.ask.key), ())
    if producer is None or producer.end is None or versions or _ended_later(case):
        title = f"reads {case.read.task_id}, which need not have ended before it starts"
        text = (
            f"let {case.reader.task_id} run after it: {case.read.task_id} >> {case.reader.task_id}"
        )
        return Verdict(ProblemKind.NOT_UPSTREAM, title, Suggestion(text), case.read.task_id)
    return None


def _ended_later(case: Case) -> bool:
    producer, reader = case.producer_try, case.reader_try
    return bool(
        producer and reader and producer.end and reader.start and producer.end > reader.start
    )


def _ran(case: Case, proof: Proof) -> Verdict | None:
    one = case.producer_try
    name = case.read.task_id
    state = one.state if one else None
    if case.read.xcom is not None or state in ("success", "running", "deferred"):
        proof.note("ran", ok=True, seen=f"{name}: {state or 'pushed'}")
        return None
    proof.note("ran", ok=False, seen=f"{name}: {state or 'no state'}")
    if state not in _STOPPED:
        return Verdict(ProblemKind.PRODUCER_NOT_RUN, f"reads {name}, which had not run")
    kind = ProblemKind.PRODUCER_SKIPPED if state == "skipped" else ProblemKind.PRODUCER_FAILED
    root = one.key if one and kind is ProblemKind.PRODUCER_FAILED else None
    remedy = f"mend {name}, or read it with a default for the case that it {_STOPPED[state]}"
    return Verdict(kind, f"reads {name}, which {_STOPPED[state]}", Suggestion(remedy), root=root)


def _pushed(case: Case, proof: Proof) -> Verdict | None:
    if case.read.xcom is not None:
        proof.note("pushed", ok=True)
        return None
    keys = sorted(case.index.keys(case.producer))
    values = [key for key in keys if key not in ("pod_name", "pod_namespace")]
    if case.read.ask.key != "return_value" and values:
        proof.note("pushed", ok=True, seen=_listed(keys))
        return None
    if case.read.ask.key != "return_value" and not keys:
        proof.note("pushed", ok=False, seen="no XCom at all")
    return why_not_pushed(case, proof)


def _has_key(case: Case, proof: Proof) -> Verdict | None:
    key, name = case.read.ask.key, case.read.task_id
    if case.read.xcom is not None:
        proof.note("key present", ok=True, seen=key)
        return None
    keys = case.index.keys(case.producer)
    proof.note("key present", ok=False, seen=f"{name} pushed {_listed(keys)}")
    value = _value(case, "return_value")
    if isinstance(value, dict) and key in value:
        title = f"reads {key} of {name} as an XCom of its own, but it is a part of return_value"
        inner = Suggestion(
            f"{key} is inside return_value: take ['{key}'] of it, or set multiple_outputs=True",
            as_path(case.broken.template, name, key),
        )
        return Verdict(ProblemKind.OUTPUT_KEY_IS_NOT_A_PATH, title, inner, key)
    right = nearest(key, keys)
    inside = nearest(key, value) if right is None and isinstance(value, dict) else None
    suggestion = None
    if right:
        template = case.broken.template
        corrected = with_key(template, key, right) if template else None
        suggestion = Suggestion(f"did you mean {right}?", corrected)
    elif inside:
        corrected = as_path(case.broken.template, name, key).replace(f"'{key}'", f"'{inside}'")
        suggestion = Suggestion(f"did you mean {inside}, inside return_value?", corrected)
    return Verdict(
        ProblemKind.UNKNOWN_KEY, f"reads the key {key}, which {name} did not push", suggestion, key
    )


def _value(case: Case, key: str) -> Json:
    versions = case.index.xcoms.get((case.producer, key), ())
    return versions[-1].value if versions else None


def _has_path(case: Case, proof: Proof) -> Verdict | None:
    origin = case.broken.origin
    if origin is None or case.read.xcom is None:
        return None
    value, name = case.read.xcom.value, case.read.task_id
    for depth, step in enumerate(origin.path):
        try:
            inner = at(value, (step,))
        except LookupError:
            return _no_step(case, proof, value, depth)
        value = inner
    proof.note("path present", ok=True, seen=f"{_written(origin.path)} of {name}")
    return None


def _no_step(case: Case, proof: Proof, value: Json, depth: int) -> Verdict:
    origin = case.broken.origin
    path = origin.path if origin else ()
    step, name, where = path[depth], case.read.task_id, _written(path[: depth + 1])
    if isinstance(value, dict):
        proof.note("path present", ok=False, seen=f"there are {_listed(value)}")
        right = nearest(str(step), value)
        template = case.broken.template
        corrected = with_step(template, str(step), right) if template and right else None
        suggestion = Suggestion(f"did you mean {right}?", corrected) if right else None
        title = f"reads {where} of {name}, which is not there"
        return Verdict(ProblemKind.MISSING_PATH, title, suggestion, str(step))
    if isinstance(value, list) and isinstance(step, int):
        proof.note("path present", ok=False, seen=f"the list has {len(value)}")
        title = f"reads {where} of {name}, whose list has only {len(value)}"
        return Verdict(ProblemKind.INDEX_OUT_OF_RANGE, title, None, str(step))
    kind = "null" if value is None else type(value).__name__
    if value is None:
        proof.note("path present", ok=True, seen=_written(path[:depth]))
        proof.note("value not null", ok=False, seen="null")
        title = f"reads {where} of {name}, where {_written(path[:depth]) or 'the value'} is null"
        return Verdict(ProblemKind.NULL_VALUE, title, None, str(step))
    proof.note(
        "path present", ok=False, seen=f"{_written(path[:depth]) or 'the value'} is a {kind}"
    )
    title = f"reads {where} of {name}, but {_written(path[:depth]) or 'the value'} is a {kind}"
    return Verdict(ProblemKind.NOT_A_MAPPING, title, _flatter(case, depth), str(step))


def _flatter(case: Case, depth: int) -> Suggestion | None:
    """The template without the step that leads nowhere."""
    origin, template = case.broken.origin, case.broken.template
    if origin is None or template is None:
        return None
    for quote in ("'", '"'):
        step = origin.path[depth]
        written = f"[{quote}{step}{quote}]" if isinstance(step, str) else f"[{step}]"
        if template.count(written) == 1:
            text = f"take {_written(origin.path[:depth]) or 'the value'} itself"
            return Suggestion(text, template.replace(written, ""))
    return None


def _not_null(case: Case, proof: Proof) -> Verdict:
    origin = case.broken.origin
    path = origin.path if origin else ()
    proof.note("value not null", ok=False, seen="null")
    title = f"reads {_written(path) or 'the value'} of {case.read.task_id}, which is null"
    suggestion = Suggestion("give it a default: | default('…', true), or write a value")
    return Verdict(ProblemKind.NULL_VALUE, title, suggestion, str(path[-1]) if path else "")


def _written(path: tuple[str | int, ...]) -> str:
    return "".join(f"[{step!r}]" for step in path)


def _listed(names: object) -> str:
    known = [str(one) for one in names] if isinstance(names, list | dict) else []
    more = f" and {len(known) - _MOST_NAMES} more" if len(known) > _MOST_NAMES else ""
    return (", ".join(known[:_MOST_NAMES]) or "nothing") + more
