"""Pulls of tasks that ran and pushed nothing."""

from app.lineage.explain.entries.entry import Entry, Example
from app.model.findings import ProblemKind

_NONE = (
    "UndefinedError: 'None' has no attribute 'key1'",
    "TypeError: 'NoneType' object is not subscriptable",
)
_SILENT = (
    "The pod that pushed nothing is green. The reader is green too, with the text `None`, when no"
    " step such as `['key1']` stands behind the pull."
)
_WROTE = """open('return.json', 'w').write(json.dumps(result))"""
_WRITES = """with open('/airflow/xcom/return.json', 'w') as file:
    json.dump(result, file)"""

ENTRIES = (
    Entry(
        kind=ProblemKind.PUSH_DISABLED,
        name="Push switched off",
        brief="The pod may write return.json, but nobody fetches it: do_xcom_push is off.",
        means=(
            "A KubernetesPodOperator pushes its return.json only with `do_xcom_push=True`, which is"
            " not the default. Without it there is no sidecar, the file goes with the pod, and"
            " only `pod_name` and `pod_namespace` are pushed."
        ),
        known_by=(
            "The producer pushed `pod_name` and no `return_value`.",
            "The DAG's source does not switch `do_xcom_push` on for it.",
        ),
        mend=("Set `do_xcom_push=True` on the operator whose value is read.",),
        goes_into="the operator whose value is read",
        example=Example(
            'KubernetesPodOperator(task_id="extract")',
            'KubernetesPodOperator(task_id="extract", do_xcom_push=True)',
        ),
        airflow_says=_NONE,
        silent=_SILENT,
    ),
    Entry(
        kind=ProblemKind.EMPTY_RETURN_JSON,
        name="Empty return.json",
        brief="The pod ended well without writing /airflow/xcom/return.json.",
        means=(
            "The sidecar found no file or an empty one, so nothing was pushed. Airflow calls the"
            " pod's task a success; the tasks that read from it get None."
        ),
        known_by=("The log of the pod's task says `xcom result file is empty.`",),
        mend=(
            (
                "Write to exactly `/airflow/xcom/return.json`, with the slash in front, before the"
                " container ends."
            ),
            "Look for ways out of the program that end before the file is written.",
            "Write it in the base container: only there is the volume mounted.",
        ),
        goes_into="the program that runs in the pod",
        example=Example(_WROTE, _WRITES),
        airflow_says=("xcom result file is empty.", *_NONE),
        silent=_SILENT,
    ),
    Entry(
        kind=ProblemKind.NOTHING_PUSHED,
        name="Nothing pushed",
        brief="The task ended well and pushed no value.",
        means=(
            "There is no XCom of this key. A Python task pushes nothing when its function returns"
            " None, a pod when its return.json holds `null`, and a deferred pod when it was"
            " removed before Airflow came back for its value."
        ),
        known_by=(
            "The producer ended well, and Airflow lists no `return_value` of it in this run.",
        ),
        mend=(
            "Return the value, or write it to return.json, on every way through the code.",
            "Read it with a default where having none is right.",
        ),
        goes_into="the code of the task that should push",
        example=Example(
            "def count():\n    len(rows)",
            "def count():\n    return len(rows)",
        ),
        airflow_says=_NONE,
        silent=_SILENT,
    ),
)
