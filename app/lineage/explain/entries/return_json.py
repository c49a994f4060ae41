"""Pods whose return.json was fetched and could not be kept."""

from app.lineage.explain.entries.entry import Entry, Example
from app.model.findings import ProblemKind

ENTRIES = (
    Entry(
        kind=ProblemKind.INVALID_JSON,
        name="Invalid JSON in return.json",
        brief="return.json holds something that is not one JSON document.",
        means=(
            "Airflow parses the file as JSON. Python's own notation (`{'a': 1}`), plain text,"
            " several documents in one file, blank lines alone and a file cut off in its middle"
            " fail, and the task with them, after the pod has done its work."
        ),
        known_by=(
            (
                "The log holds a `JSONDecodeError`; what it expected, and where, tells what the"
                " file held."
            ),
        ),
        mend=(
            "`Expecting property name`: write with `json.dump(value, file)`, not `str(value)`.",
            "`Extra data`: write one document, and open the file with `'w'`, not `'a'`.",
            "`Expecting value`: the file holds plain text or blanks; put texts into JSON quotes.",
            (
                "`Unterminated string`, `Expecting ',' delimiter`: the file was cut off. Keep it"
                " small and give the address of larger data."
            ),
        ),
        goes_into="the program that runs in the pod",
        example=Example(
            "echo \"{'uri': '$URI'}\" > /airflow/xcom/return.json",
            """printf '{"uri": "%s"}' "$URI" > /airflow/xcom/return.json""",
        ),
        airflow_says=(
            "JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2",
            "JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
            "JSONDecodeError: Extra data: line 2 column 1 (char 8)",
        ),
    ),
    Entry(
        kind=ProblemKind.NOT_SERIALIZABLE,
        name="Value cannot be kept",
        brief="The value was read, but it cannot be stored as an XCom.",
        means=(
            "return.json is valid for Python and not for Airflow: `NaN` and `Infinity`, a key"
            " `__classname__`; or a Python task returned an object that has no JSON form."
        ),
        known_by=("The log says what could not be stored.",),
        mend=(
            "Write `null` instead of NaN.",
            "Return texts, numbers, lists and dicts; turn other objects into them.",
        ),
        goes_into="the program that runs in the pod",
        example=Example(
            """json.dump({"mean": float("nan")}, file)""",
            """json.dump({"mean": None}, file)""",
        ),
        airflow_says=(
            "Out of range float values are not JSON compliant: nan",
            "TypeError: Object of type DataFrame is not JSON serializable",
            "AttributeError: reserved key __classname__ or __id__ found in dict to serialize",
        ),
    ),
    Entry(
        kind=ProblemKind.RETURN_JSON_TOO_LARGE,
        name="Value too large",
        brief="The value is larger than what the database keeps in one XCom.",
        means=(
            "Airflow stores return.json as one value in its database. MySQL keeps 64 KB of it; API"
            " servers and proxies have limits of their own."
        ),
        known_by=("The database or the API server says that the value is too long.",),
        mend=(
            "Put the data into a bucket and write its address into return.json.",
            "Or set an XCom backend of object storage (`[common.io] xcom_objectstorage_path`).",
        ),
        goes_into="the program that runs in the pod",
        example=Example(
            "json.dump(rows, file)",
            'frame.to_parquet(uri)\njson.dump({"uri": uri}, file)',
        ),
        airflow_says=("(1406, \"Data too long for column 'value' at row 1\")",),
    ),
    Entry(
        kind=ProblemKind.RETURN_JSON_NOT_WRITABLE,
        name="return.json cannot be written",
        brief="The pod's user may not write into /airflow/xcom.",
        means=(
            "With `do_xcom_push=True` Airflow mounts a directory at `/airflow/xcom` that every user"
            " may write into. Without it, and in `@task.kubernetes` of older providers, the job"
            " makes the directory itself, which only root may."
        ),
        known_by=("The container says that it may not make the directory or the file.",),
        mend=(
            "Set `do_xcom_push=True`.",
            "Upgrade the cncf-kubernetes provider when `@task.kubernetes` fails this way.",
        ),
        example=Example(
            'KubernetesPodOperator(task_id="make")',
            'KubernetesPodOperator(task_id="make", do_xcom_push=True)',
        ),
        airflow_says=("mkdir: cannot create directory '/airflow': Permission denied",),
    ),
    Entry(
        kind=ProblemKind.MULTIPLE_OUTPUTS_NOT_A_MAPPING,
        name="Multiple outputs of no mapping",
        brief="multiple_outputs is set, but the result is no object with names.",
        means=(
            "`multiple_outputs=True` pushes each name of the result as an XCom of its own. A list,"
            " a text or a number has no names, so the task fails after its work."
        ),
        known_by=("Airflow names the type that it got in place of a mapping.",),
        mend=(
            "Write an object into return.json.",
            "Or leave `multiple_outputs` away, and read the whole with `return_value`.",
        ),
        goes_into="the operator that pushes",
        example=Example(
            'json.dump(["a", "b"], file)',
            'json.dump({"first": "a", "second": "b"}, file)',
        ),
        airflow_says=(
            (
                "TypeError: Returned output was type <class 'list'> expected dictionary for"
                " multiple_outputs"
            ),
        ),
    ),
    Entry(
        kind=ProblemKind.UNMAPPABLE,
        name="Cannot be expanded over",
        brief="A task expands over this result, which is missing or no list.",
        means=(
            "`expand()` makes one task instance for each item of a list or mapping. A task whose"
            " result is expanded over fails itself when it gives a text, a number, or nothing."
        ),
        known_by=("Airflow says that the type cannot be mapped, or that nothing was pushed.",),
        mend=(
            "Write a JSON list into return.json, `[]` when there is nothing to do.",
            "Set `do_xcom_push=True` on a pod that others expand over.",
        ),
        goes_into="the program that runs in the pod",
        example=Example(
            """echo '"a,b"' > /airflow/xcom/return.json""",
            """echo '["a", "b"]' > /airflow/xcom/return.json""",
        ),
        airflow_says=(
            "UnmappableXComTypePushed: unmappable return type 'str'",
            "XComForMappingNotPushed: did not push XCom for task mapping",
        ),
    ),
)
