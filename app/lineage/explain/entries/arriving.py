"""Values that arrive in another form than was meant."""

from app.lineage.explain.entries.entry import Entry, Example
from app.model.findings import ProblemKind

_WHOLE = "{{ ti.xcom_pull(task_ids='extract') }}"
_JSON = "{{ ti.xcom_pull(task_ids='extract') | tojson }}"

ENTRIES = (
    Entry(
        kind=ProblemKind.NULL_VALUE,
        name="Null value",
        brief="The value is there, and it is null.",
        means=(
            "The producer wrote `null`, Python's None, at this place. A template turns it into the"
            " text `None`, which a program takes for a value: a path of that name, a table, a date."
        ),
        known_by=(
            "The steps lead to a place that exists, and null stands there.",
            "Without a declared pull: the field is `None` where earlier runs had a value.",
        ),
        mend=(
            "Write a value, or leave the key out.",
            "Give it a default. The `true` matters: without it null is kept.",
        ),
        example=Example(
            "{{ ti.xcom_pull(task_ids='extract')['since'] }}",
            "{{ ti.xcom_pull(task_ids='extract')['since'] | default('1970-01-01', true) }}",
        ),
        airflow_says=("UndefinedError: 'None' has no attribute 'day'",),
        silent="The field gets the text `None`; a warning, as it may be meant.",
    ),
    Entry(
        kind=ProblemKind.SEQUENCE_REPR,
        name="List or generator as text",
        brief="The field got the text of a list, generator or proxy where a value was meant.",
        means=(
            "A pull of several tasks (`task_ids=[…]`) or of a mapped task gives a sequence. In a"
            " text Airflow 2 writes `LazySelectSequence([2 items])`, Airflow 3 a Python list;"
            " filters such as `| map` give a generator, `<generator object …>`. Airflow 2 leaves"
            " out tasks that pushed nothing, so the list may be shorter than asked for."
        ),
        known_by=("The rendered field holds such a text, and its template pulls several values.",),
        mend=(
            "Add `| tojson` to hand over all of it.",
            "Add `| list` behind a filter that gives a generator.",
            "Take the one that is meant: `[0]`, or `map_indexes=0`.",
        ),
        example=Example(
            "{{ ti.xcom_pull(task_ids=['a', 'b']) }}",
            "{{ ti.xcom_pull(task_ids=['a', 'b']) | list | tojson }}",
        ),
        silent="Always: the text goes to the pod, and the task is green unless the program minds.",
    ),
    Entry(
        kind=ProblemKind.PYTHON_REPR,
        name="Python text instead of JSON",
        brief="The pod got a dict or list as Python writes it, which no JSON parser reads.",
        means=(
            "A whole object put into a text becomes Python's own notation: single quotes, `None`,"
            " `True`. A program that parses the argument as JSON fails or reads nonsense."
        ),
        known_by=(
            (
                "An argument or variable of the pod is the Python text of what was pulled, from its"
                " first character to its last or behind a `=`."
            ),
        ),
        mend=("Add `| tojson`.",),
        example=Example(_WHOLE, _JSON),
        silent="Always for Airflow: what the program makes of it shows in the pod's log at most.",
    ),
    Entry(
        kind=ProblemKind.NON_STRING_VALUE,
        name="Not a string",
        brief="An argument or variable of the pod is a number, a truth, a list or an object.",
        means=(
            "Kubernetes takes only strings as arguments, commands, variables, labels and"
            " annotations. An XComArg, or a template with `render_template_as_native_obj=True`,"
            " hands the value over as it is, and the API server refuses the pod."
        ),
        known_by=(
            "The rendered field holds something other than a string at this place.",
            "The log says `cannot unmarshal number into Go struct field`.",
        ),
        mend=(
            "Pull it in a template, which makes a text of it.",
            "In a DAG with native rendering, keep the text by quotes of its own.",
        ),
        example=Example(
            "arguments=[count.output]",
            """arguments=["{{ ti.xcom_pull(task_ids='count') }}"]""",
        ),
        airflow_says=(
            (
                "cannot unmarshal number into Go struct field Container.spec.containers.args of"
                " type string"
            ),
            "Expected dict or list, got <class 'str'>",
        ),
    ),
)
