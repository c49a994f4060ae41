"""A pull that names no task: in Airflow 3 it reads the XComs of its own task."""

from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.corrected import with_argument
from app.lineage.explain.verdict import Remedy, Verdict
from app.lineage.fields import found_at
from app.lineage.template.tokens import quoted
from app.model.findings import ProblemKind
from app.model.values import Json

#: Tasks that are tried; when more could be meant nobody knows which.
_MOST_GIVERS = 3
_TITLE = "reads its own XComs, since it names no task"


def no_task_ids(case: Case, proof: Proof) -> Verdict | None:
    """The verdict, with the task that gave what is read where only one did."""
    if case.ask.task_ids is not None:
        return None
    proof.note("task exists", ok=False, seen=f"none is named, so it is {case.reader.task_id}")
    template, givers = case.broken.template, _givers(case)
    remedies = [
        Remedy(
            f"name the task to read from: ti.xcom_pull(task_ids='{one}')",
            tuple(with_argument(template, None, "task_ids", quoted(one), first=True))
            if template
            else (),
        )
        for one in givers
        if len(givers) == 1
    ]
    remedies.append(Remedy("name the task to read from: ti.xcom_pull(task_ids='…')"))
    return Verdict(ProblemKind.NO_TASK_IDS, _TITLE, remedies=tuple(remedies))


def _givers(case: Case) -> list[str]:
    """The tasks before the reader that gave what the pull is after."""
    above = case.index.above(case.reader.task_id)
    found = {
        instance.task_id
        for instance in case.index.pushers(case.ask.key)
        if instance.task_id in above
        and _has(case, case.index.xcoms[instance, case.ask.key][-1].value)
    }
    return sorted(found)[:_MOST_GIVERS]


def _has(case: Case, value: Json) -> bool:
    return found_at(value, case.path) is not None
