"""Pulls that take a wrong way into what was pushed."""

from app.lineage.explain.entries.entry import Entry, Example
from app.model.findings import ProblemKind

ENTRIES = (
    Entry(
        kind=ProblemKind.UNKNOWN_KEY,
        name="Unknown XCom key",
        brief="The task pushed XComs, but none under this key.",
        means=(
            "The `key` of a pull is the name of a whole XCom. What a pod writes to return.json is"
            " one XCom, `return_value`, whatever keys its JSON has."
        ),
        known_by=(
            "The producer's XComs in this run are listed, and the key is not among them.",
            "Earlier runs say whether the key was ever pushed, and until when.",
        ),
        mend=(
            "Write the key as it was pushed.",
            "Is it a key inside return.json? Then take it as a step of `return_value`.",
            "Was it there in earlier runs? Then the producer has changed: look there.",
        ),
        example=Example(
            "{{ ti.xcom_pull(task_ids='extract', key='urii') }}",
            "{{ ti.xcom_pull(task_ids='extract', key='uri') }}",
        ),
        airflow_says=(
            "UndefinedError: 'None' has no attribute 'key1'",
            'XComNotFound: XComArg result from extract at daily with key="urii" is not found!',
        ),
        silent="Without a step behind the pull, the field gets the text `None`.",
    ),
    Entry(
        kind=ProblemKind.MISSING_PATH,
        name="Missing key in the value",
        brief="The value is there, but not the key that the template takes of it.",
        means=(
            "return.json was pushed and is an object; the step behind the pull names a key that it"
            " does not have in this run."
        ),
        known_by=(
            (
                "The steps are followed through the stored value: the first that leads nowhere is"
                " named, with the keys that stand there."
            ),
            "Earlier runs say whether the key used to be there, and until when.",
        ),
        mend=(
            "Write the key as it stands in return.json; look one level higher and lower.",
            "Was it there in earlier runs? Then mend the program that writes return.json.",
            "If it may be missing, use `.get('key1', 'a default')`.",
        ),
        example=Example(
            "{{ ti.xcom_pull(task_ids='extract')['pth'] }}",
            "{{ ti.xcom_pull(task_ids='extract')['path'] }}",
        ),
        airflow_says=("UndefinedError: 'dict object' has no attribute 'pth'", "KeyError: 'pth'"),
        silent="With `.get('pth')` the field gets the text `None`.",
    ),
    Entry(
        kind=ProblemKind.NOT_A_MAPPING,
        name="Value without keys",
        brief="A step takes a key of a text, a number or a list.",
        means=(
            "What was pushed is no object: return.json holds a JSON text (often an object encoded"
            " twice), a number or a list, or the pull itself makes a list, as it does with"
            " `task_ids=['a']` and for a mapped task."
        ),
        known_by=("The stored value at that place is a text, a number or a list.",),
        mend=(
            (
                "Encode the object once: `json.dump(result, file)`, not"
                " `json.dump(json.dumps(result), file)`."
            ),
            (
                "Take one of the list first, `[0]['key1']`, or ask for one instance with"
                " `map_indexes=0`."
            ),
            "Leave the step out where the value itself is meant.",
        ),
        example=Example(
            "{{ ti.xcom_pull(task_ids=['extract'])['uri'] }}",
            "{{ ti.xcom_pull(task_ids='extract')['uri'] }}",
        ),
        airflow_says=(
            "UndefinedError: 'str object' has no attribute 'uri'",
            "UndefinedError: 'list object' has no attribute 'uri'",
        ),
    ),
    Entry(
        kind=ProblemKind.INDEX_OUT_OF_RANGE,
        name="List too short",
        brief="The template takes an item that the list does not have.",
        means="The list was shorter in this run than the template expects.",
        known_by=("The stored list is counted, and the position lies behind its end.",),
        mend=(
            "Hand over the whole list with `| tojson`, and let the program go through it.",
            "Or map the task over the list with `expand`, one instance for each item.",
        ),
        example=Example(
            "{{ ti.xcom_pull(task_ids='list_files')['files'][3] }}",
            "{{ ti.xcom_pull(task_ids='list_files')['files'] | tojson }}",
        ),
        airflow_says=("UndefinedError: list object has no element 3",),
    ),
    Entry(
        kind=ProblemKind.OUTPUT_KEY_IS_NOT_A_PATH,
        name="Key of return.json read as an XCom",
        brief="`.output['uri']` and `key='uri'` read an XCom of that name, not a key of"
        " return.json.",
        means=(
            "Brackets behind `.output` choose the XCom key. A pod pushes its whole return.json as"
            " one XCom, `return_value`; `uri` is inside it. With `multiple_outputs=True` each key"
            " of the top level becomes an XCom of its own as well."
        ),
        known_by=(
            (
                "The producer pushed no XCom of this key, and its `return_value` has a key of this"
                " name."
            ),
        ),
        mend=(
            (
                "Take the key of `return_value` in a template, and set the dependency that"
                " `.output` had set: `extract >> load`."
            ),
            "Or set `multiple_outputs=True` on the producer.",
        ),
        example=Example(
            "arguments=[extract.output['uri']]",
            """arguments=["{{ ti.xcom_pull(task_ids='extract')['uri'] }}"]""",
        ),
        airflow_says=(
            'XComNotFound: XComArg result from extract at daily with key="uri" is not found!',
        ),
        silent="Inside an f-string, `f\"--in={extract.output['uri']}\"`, the field gets `None`.",
    ),
)
