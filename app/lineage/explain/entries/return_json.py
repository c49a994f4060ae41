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
)
