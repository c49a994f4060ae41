"""Whether the task that a pull names exists, and which one was meant when it does not."""

from collections.abc import Mapping

from app.lineage.beginnings import shared
from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.code import line_with
from app.lineage.explain.corrected import (
    with_argument,
    with_dag_id,
    with_key_for_dag,
    with_task_id,
)
from app.lineage.explain.nearest import likeness, nearest_first
from app.lineage.explain.verdict import Remedy, Verdict
from app.lineage.explain.wording import either
from app.lineage.template.tokens import quoted
from app.model.findings import ProblemKind

#: A name of the own DAG that is so near goes before the same name in another DAG.
_NEAR = 0.75
_NO_SUCH_TASK = "reads a task that does not exist"


def exists(case: Case, proof: Proof) -> Verdict | None:
    """The verdict on a task or DAG that is not there; None when both are."""
    wrong = case.read.task_id
    if case.is_elsewhere:
        return _exists_elsewhere(case, proof)
    ids = case.index.task_ids
    if wrong in ids:
        proof.note("task exists", ok=True, seen=wrong)
        return None
    proof.note("task exists", ok=False, seen=f"no task {wrong} among {len(ids)}")
    return _in_group(case, wrong) or _unknown(case, wrong)


def _in_group(case: Case, wrong: str) -> Verdict | None:
    """The task is there, but in a TaskGroup that the pull does not name, or names wrongly."""
    last = wrong.rpartition(".")[2]
    named = case.index.by_last_name.get(last, [])
    grouped = [one for one in named if "." in one and one != case.reader.task_id]
    if not grouped:
        return None
    whole = [one for one in grouped if _lacks_groups(wrong, one)]
    right = _nearest_group(case, wrong, whole or grouped)
    title = f"reads {wrong} without its TaskGroup's name"
    if not whole:
        title = f"reads {last} in a TaskGroup that does not exist"
    if len(right) > 1:
        remedies: tuple[Remedy, ...] = (Remedy(f"did you mean {either(right)}?"),)
    else:
        remedies = (_meant(case, wrong, right[0]),)
    return Verdict(ProblemKind.MISSING_GROUP_PREFIX, title, wrong=wrong, remedies=remedies)


def _lacks_groups(wrong: str, right: str) -> bool:
    """Whether the wrong id is the right one but for some of its groups."""
    parts = iter(right.split("."))
    return all(part in parts for part in wrong.split("."))


def _nearest_group(case: Case, wrong: str, names: list[str]) -> list[str]:
    """Of the tasks with this last name those that are likeliest meant: one, if it stands out.

    One in the reader's own group, else one before the reader, else the one that is written alike.
    """
    above = case.index.above(case.reader.task_id)
    own = case.reader.task_id.split(".")[:-1]
    ranks = {one: (shared(own, one.split(".")[:-1]), one in above) for one in names}
    best = sorted(one for one in names if ranks[one] == max(ranks.values()))
    if len(best) > 1 and "." in wrong:
        return nearest_first(wrong, best)[:1] or best
    return best


def _unknown(case: Case, wrong: str) -> Verdict:
    reader = case.reader.task_id
    above = case.index.above(reader)
    near = [one for one in nearest_first(wrong, case.index.task_ids, above) if one != reader]
    near = near or [one for one in _by_last(wrong, case.index.by_last_name) if one != reader]
    remedies = [_meant(case, wrong, one) for one in near]
    moved = _moved(case, wrong)
    if moved is not None:
        is_near = bool(near) and likeness(wrong, near[0]) >= _NEAR
        remedies.insert(1 if is_near else 0, moved)
    return Verdict(ProblemKind.UNKNOWN_TASK, _NO_SUCH_TASK, wrong=wrong, remedies=tuple(remedies))


def _by_last(wrong: str, by_last_name: Mapping[str, list[str]]) -> list[str]:
    """The nearest when only what follows the last dot counts: the group may be missing as well."""
    near = nearest_first(wrong.rpartition(".")[2], by_last_name.keys())
    return [by_last_name[one][0] for one in near]


def _meant(case: Case, wrong: str, right: str) -> Remedy:
    template = case.broken.template
    corrections = (
        with_task_id(template, wrong, right) if template else line_with(case, wrong, right)
    )
    reads = (right, case.ask.key, case.path)
    return Remedy(f"did you mean {right}?", tuple(corrections), reads)


def _moved(case: Case, wrong: str) -> Remedy | None:
    """The only other DAG that has the task, if there is one."""
    having = [dag_id for dag_id, ids in case.index.facts.other_dags.items() if wrong in ids]
    if len(having) != 1:
        return None
    template, dag_id = case.broken.template, having[0]
    corrections = with_argument(template, wrong, "dag_id", quoted(dag_id)) if template else []
    text = (
        f"the DAG {dag_id} has a task {wrong}: did you mean dag_id='{dag_id}'?"
        " It reads the run there that has the same run_id."
    )
    return Remedy(text, tuple(corrections))


def _exists_elsewhere(case: Case, proof: Proof) -> Verdict | None:
    others, wrong = case.index.facts.other_dags, case.read.task_id
    if case.dag_id not in others:
        proof.note("task exists", ok=False, seen=f"no DAG {case.dag_id}")
        return _unknown_dag(case)
    if others[case.dag_id] and wrong not in others[case.dag_id]:
        proof.note("task exists", ok=False, seen=f"no task {wrong} in {case.dag_id}")
        ids = others[case.dag_id]
        lasts = {one.rpartition(".")[2]: [one] for one in sorted(ids)}
        near = nearest_first(wrong, ids) or _by_last(wrong, lasts)
        remedies = tuple(_meant(case, wrong, one) for one in near)
        return Verdict(ProblemKind.UNKNOWN_TASK, _NO_SUCH_TASK, wrong=wrong, remedies=remedies)
    proof.note("task exists", ok=True, seen=f"{wrong} in {case.dag_id}")
    return None


def _unknown_dag(case: Case) -> Verdict:
    template, wrong = case.broken.template, case.dag_id
    remedies = []
    own = {case.reader.dag_id}
    for right in nearest_first(wrong, {*case.index.facts.other_dags, *own}):
        corrections = with_dag_id(template, wrong, right) if template else []
        remedies.append(Remedy(f"did you mean {right}?", tuple(corrections)))
    if template and case.read.task_id in case.index.task_ids:
        named = with_key_for_dag(template, wrong)
        text = f"the second argument is the DAG: did you mean key='{wrong}'?"
        remedies.extend([Remedy(text, tuple(named))] if named else [])
    title = "reads from a DAG that does not exist"
    return Verdict(ProblemKind.UNKNOWN_DAG, title, wrong=wrong, remedies=tuple(remedies))
