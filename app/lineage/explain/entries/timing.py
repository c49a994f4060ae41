"""Pulls of tasks that had not delivered yet, or in another run."""

from app.lineage.explain.entries.entry import Entry, Example
from app.model.findings import ProblemKind

_NONE = ("UndefinedError: 'None' has no attribute 'key1'",)
_SILENT = "Without a step such as `['key1']` behind the pull, the field gets the text `None`."
_DEFAULTED = "{{ (ti.xcom_pull(task_ids='fetch') or {}).get('uri', 'none') }}"

ENTRIES = (
    Entry(
        kind=ProblemKind.NOT_UPSTREAM,
        name="Not upstream",
        brief="Nothing makes the task that pushes end before the task that reads.",
        means=(
            "A pull in a template makes no dependency. Without one both tasks may run at the same"
            " time: the pull gives None when the reader is faster, and works by luck when it is"
            " not, often on the second try."
        ),
        known_by=(
            "No path of dependencies leads from the task that pushes to the task that reads.",
            "The value was pushed after the reader had started, or not at all.",
        ),
        mend=(
            "Add the dependency.",
            "Or hand over `extract.output['…']`, which brings its dependency along.",
        ),
        example=Example("[extract, load]", "extract >> load"),
        airflow_says=_NONE,
        silent=_SILENT,
    ),
    Entry(
        kind=ProblemKind.PRODUCER_SKIPPED,
        name="Producer skipped",
        brief="The task that should have pushed was skipped in this run.",
        means=(
            "A branch or a short circuit skipped the task, so there is no value. The reader ran"
            " all the same, as its trigger rule allows."
        ),
        known_by=("The state of the task that should have pushed is `skipped`.",),
        mend=(
            "Read it with a default for the runs in which it is skipped.",
            (
                "Or let the reader be skipped too, with `all_success`: with the trigger"
                " rules `all_done` and `none_failed_min_one_success` it runs all the same."
            ),
        ),
        example=Example("{{ ti.xcom_pull(task_ids='fetch')['uri'] }}", _DEFAULTED),
        airflow_says=_NONE,
        silent=_SILENT,
    ),
    Entry(
        kind=ProblemKind.PRODUCER_FAILED,
        name="Producer failed",
        brief="The task that should have pushed failed, and the reader ran all the same.",
        means=(
            "The value is missing because the task before it failed, or could not run as one"
            " before it had failed. The reader is a victim; there is nothing wrong with its pull."
        ),
        known_by=(
            (
                "The state of the task that should have pushed is `failed`, `upstream_failed` or"
                " `up_for_retry`."
            ),
        ),
        mend=(
            "Mend the task that failed: it is linked as the cause.",
            "If the reader is meant to run after a failure, give its pull a default.",
        ),
        example=Example("{{ ti.xcom_pull(task_ids='fetch')['uri'] }}", _DEFAULTED),
        airflow_says=_NONE,
        silent=_SILENT,
    ),
    Entry(
        kind=ProblemKind.PRODUCER_NOT_RUN,
        name="Producer not run",
        brief="The task that should have pushed had not run when it was read.",
        means=(
            "The task has no state, waits, was removed, or was cleared and had not pushed again."
            " When the next try of a task starts, Airflow deletes the XComs of the one before."
        ),
        known_by=("The task that should have pushed had no finished try when the reader started.",),
        mend=(
            "Make it run before the reader: `extract >> load`.",
            "After clearing the producer alone, clear the reader as well.",
        ),
        example=Example("load >> extract", "extract >> load"),
        airflow_says=_NONE,
        silent=_SILENT,
    ),
    Entry(
        kind=ProblemKind.CROSS_DAG_RUN_MISMATCH,
        name="No such run in the other DAG",
        brief="A pull from another DAG looks for a run with its own run id, and there is none.",
        means=(
            "`xcom_pull(dag_id='other', …)` reads the run of the other DAG that has the same run id"
            " as the reader's run. Scheduled runs match when both DAGs have the same schedule;"
            " manual runs hardly ever do. In Airflow 3 `include_prior_dates=True` does not help"
            " between DAGs: it looks up the reader's run id there too, and may give a list of the"
            " values of all earlier runs."
        ),
        known_by=(
            "The other DAG has no run with this run id, or the run there pushed no such value.",
        ),
        mend=(
            (
                "Start the other DAG, or this one, with `TriggerDagRunOperator` and hand the value"
                " over in `conf`; with `trigger_run_id='{{ run_id }}'` the run ids are the same."
            ),
            "Or write the value to a place that both know, and pass its address.",
        ),
        example=Example(
            "{{ ti.xcom_pull(dag_id='daily', task_ids='load')['uri'] }}",
            "{{ dag_run.conf['uri'] }}",
        ),
        airflow_says=_NONE,
        silent=_SILENT,
    ),
    Entry(
        kind=ProblemKind.STALE_VALUE,
        name="Stale value",
        brief="The field has a value of another run, of an earlier try, or one changed since.",
        means=(
            "The task got a value, but not the one that belongs to its run: it fell back to an"
            " earlier run (`include_prior_dates`), names a run id, or read what a later try of the"
            " producer or an edit of the XCom has replaced."
        ),
        known_by=(
            (
                "The rendered field holds a value that the producer gave in another run or try;"
                " this run's value is another one or was pushed later."
            ),
        ),
        mend=(
            "Clear the reader, so that it reads what its producer gives now.",
            "Take out `include_prior_dates` and a fixed `run_id` where this run's value is meant.",
        ),
        example=Example(
            "{{ ti.xcom_pull(task_ids='extract', include_prior_dates=True) }}",
            "{{ ti.xcom_pull(task_ids='extract') }}",
        ),
        silent="Always: Airflow shows the task green, and the value looks right.",
    ),
)
