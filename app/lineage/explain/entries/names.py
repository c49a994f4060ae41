"""Pulls that name a task or DAG that is not there."""

from app.lineage.explain.entries.entry import Entry, Example
from app.model.findings import ProblemKind

_NONE = ("UndefinedError: 'None' has no attribute 'key1'",)
_SILENT = "Without a step such as `['key1']` behind the pull, the field gets the text `None`."

ENTRIES = (
    Entry(
        kind=ProblemKind.UNKNOWN_TASK,
        name="Unknown task",
        brief="The pull names a task that the DAG does not have.",
        means=(
            "Airflow does not check the task ids of a pull. For one that does not exist"
            " `xcom_pull` gives None: a step such as `['key1']` behind it fails, and a pull without"
            " a step puts the text `None` into the field."
        ),
        known_by=(
            "No task of the DAG has this id, in the version of the DAG that the run used.",
            (
                "The suggestion is the nearest id there is: letters swapped or missing, another"
                " case, a hyphen for an underscore. Tasks upstream of the reader come first."
            ),
        ),
        mend=(
            "Write the id that the task has in Airflow, with the names of its TaskGroups.",
            (
                "Was the task moved into another DAG? Then pull with `dag_id='that_dag'`; both runs"
                " must have the same run id."
            ),
            (
                "Hand over `producer.output` instead of a text where you can: a mistyped name then"
                " breaks the import of the file, not the run."
            ),
        ),
        example=Example(
            "{{ ti.xcom_pull(task_ids='extarct')['key1'] }}",
            "{{ ti.xcom_pull(task_ids='extract')['key1'] }}",
        ),
        airflow_says=_NONE,
        silent=_SILENT,
    ),
    Entry(
        kind=ProblemKind.MISSING_GROUP_PREFIX,
        name="TaskGroup missing in the task id",
        brief="The task is in a TaskGroup, and the pull leaves the group's name out.",
        means=(
            "A task in a TaskGroup is called `group.task`, and in nested groups"
            " `outer.inner.task`. A pull needs the whole id; for the bare one it gives None."
        ),
        known_by=("No task has the id as written; exactly one has it behind the name of a group.",),
        mend=(
            "Write the whole id.",
            "Or build the group with `prefix_group_id=False`; then its tasks keep their bare ids.",
        ),
        example=Example(
            "{{ ti.xcom_pull(task_ids='fetch')['uri'] }}",
            "{{ ti.xcom_pull(task_ids='ingest.fetch')['uri'] }}",
        ),
        airflow_says=_NONE,
        silent=_SILENT,
    ),
    Entry(
        kind=ProblemKind.UNKNOWN_DAG,
        name="Unknown DAG",
        brief="The pull reads from a DAG that this Airflow does not have.",
        means="The `dag_id` of the pull names no DAG of this deployment. The pull gives None.",
        known_by=("The DAG's id is not among those that the deployment lists.",),
        mend=(
            "Write the DAG's id as Airflow shows it.",
            "Leave `dag_id` out to read from the run's own DAG.",
        ),
        example=Example(
            "{{ ti.xcom_pull(dag_id='daily_lod', task_ids='load')['uri'] }}",
            "{{ ti.xcom_pull(dag_id='daily_load', task_ids='load')['uri'] }}",
        ),
        airflow_says=_NONE,
        silent=_SILENT,
    ),
    Entry(
        kind=ProblemKind.NO_TASK_IDS,
        name="No task named",
        brief="The pull names no task, so it reads the XComs of its own task.",
        means=(
            "In Airflow 3 `xcom_pull(key='…')` without `task_ids` reads what the task itself has"
            " pushed, which is nothing while its template is rendered. In Airflow 2 it read the"
            " latest value of any task; DAGs that relied on it get None since."
        ),
        known_by=("The pull has no `task_ids`, and its own task had pushed no such key.",),
        mend=("Name the task to read from.",),
        example=Example(
            "{{ ti.xcom_pull(key='return_value')['uri'] }}",
            "{{ ti.xcom_pull(task_ids='extract')['uri'] }}",
        ),
        airflow_says=_NONE,
        silent=_SILENT,
    ),
)
