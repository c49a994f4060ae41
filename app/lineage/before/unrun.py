"""What a task can see of XComs that nobody has pushed yet: what will never be there is known."""

from dataclasses import dataclass

from app.lineage.before.definition import NO_RUN, Outlook
from app.lineage.explain.pushed import POD_KEYS
from app.lineage.pulling import as_airflow_2, as_airflow_3
from app.lineage.source.declaration import DeclaredTask
from app.lineage.template.holes import is_marked
from app.lineage.template.reads import Answer, Ask, Read
from app.model.facts import AIRFLOW_3, Reach
from app.model.ids import TaskInstanceKey

_POD = "KubernetesPodOperator"
#: Arguments by which a pod comes to push more than its result.
_OTHER_PUSHES = frozenset(
    {"multiple_outputs", "callbacks", "on_execute_callback", "on_success_callback", "pre_execute",
     "post_execute"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unrun:
    """A World for the renderer: an XCom is missing for sure, or may be anything.

    What depends on a run, as a value, a state or a date, is never known here.
    """

    outlook: Outlook
    reader: TaskInstanceKey

    def pull(self, ask: Ask) -> Answer:
        is_old = self.outlook.index.facts.airflow_major < AIRFLOW_3
        if ask.task_ids is None:
            is_missing = not is_old and self._is_plain(ask)
            reads = [[Read(ask, self.reader.task_id, self.reader, is_known=is_missing)]]
        else:
            reads = [[self._read(ask, one)] for one in ask.task_ids]
        return as_airflow_2(ask, reads) if is_old else as_airflow_3(ask, reads)

    def _read(self, ask: Ask, task_id: str) -> Read:
        return Read(ask, task_id, None, is_known=self._is_missing(ask, task_id))

    def _is_missing(self, ask: Ask, task_id: str) -> bool:
        is_told = ask.is_sure and not any(map(is_marked, (task_id, ask.dag_id or "", ask.key)))
        if not is_told:
            return False
        if ask.dag_id not in (None, self.reader.dag_id):
            there = str(ask.dag_id)
            self.outlook.index.reaches.add(Reach(there, NO_RUN, task_id, ask.key))
            return self._is_missing_elsewhere(there, task_id)
        if task_id not in self.outlook.index.task_ids:
            return True
        if not self._is_plain(ask) or task_id == self.reader.task_id:
            return False
        return not self._comes_before(task_id) or is_never_pushed(self.outlook, task_id, ask.key)

    def _is_missing_elsewhere(self, dag_id: str, task_id: str) -> bool:
        others = self.outlook.index.facts.other_dags
        if not others:
            return False
        return dag_id not in others or (bool(others[dag_id]) and task_id not in others[dag_id])

    def _is_plain(self, ask: Ask) -> bool:
        """Whether it reads the reader's own run and nothing of others."""
        return ask.is_sure and ask.run_id is None and not ask.is_prior

    def _comes_before(self, task_id: str) -> bool:
        index = self.outlook.index
        return not index.tasks or task_id in index.above(self.reader.task_id)


def is_never_pushed(outlook: Outlook, task_id: str, key: str) -> bool:
    """Whether the source shows that the task pushes nothing under the key.

    A pod pushes its result under one key only, and by default not even that.
    """
    declared = outlook.declared.get(task_id)
    if declared is None:
        return False
    if key == "return_value" and declared.pushes is False:
        return True
    if not declared.is_whole or not _is_pod(outlook, declared):
        return False
    names = {one.name for one in declared.fields}
    if key == "return_value":
        return "do_xcom_push" not in names
    return key not in POD_KEYS and names.isdisjoint(_OTHER_PUSHES)


def _is_pod(outlook: Outlook, declared: DeclaredTask) -> bool:
    """Whether it is an operator of Airflow's own provider, as far as its name and import tell."""
    source = outlook.index.facts.source or ""
    definition = outlook.index.tasks.get(declared.task_id)
    is_named = declared.operator == _POD and (definition is None or definition.operator == _POD)
    is_own = "airflow.providers.cncf.kubernetes" in source and f"class {_POD}" not in source
    return is_named and is_own and declared.doubt is None and ".do_xcom_push" not in source
