"""Templates that Airflow cannot render, or never saw."""

from app.lineage.explain.entries.entry import Entry, Example
from app.model.findings import ProblemKind

ENTRIES = (
    Entry(
        kind=ProblemKind.BRACES_LOST,
        name="Braces lost",
        brief="The pod got the text of the template instead of its value.",
        means=(
            "In an f-string or in `.format()` `{{` is written for one brace, so Jinja sees"
            " `{ ti.xcom_pull(…) }` and leaves it alone. The same text arrives whole when the field"
            " is not one of the operator's template fields."
        ),
        known_by=("The rendered field holds `ti.xcom_pull(` as text.",),
        mend=(
            "Double the braces in an f-string: `{{{{ … }}}}`. Or join the texts with `+`.",
            (
                "For a field that Airflow does not render, use one that it does, such as"
                " `arguments` or `env_vars`."
            ),
        ),
        example=Example(
            """f"--in={{ ti.xcom_pull(task_ids='{name}') }}\"""",
            """f"--in={{{{ ti.xcom_pull(task_ids='{name}') }}}}\"""",
        ),
        silent="Always: to Airflow it is a text like any other.",
    ),
    Entry(
        kind=ProblemKind.TEMPLATE_ERROR,
        name="Template error",
        brief="Jinja cannot render the template.",
        means=(
            "The template has a mistake in its syntax, an unknown filter, or a name that Airflow"
            " does not give to templates. It fails when the task runs, not when the file is read."
        ),
        known_by=("The task's log holds the template and Jinja's message.",),
        mend=(
            "Write `ti.xcom_pull(…)`: `xcom_pull` alone is no name in a template.",
            "Put quotes around task ids and keys.",
            "Take another filter: there is `tojson`, and no `fromjson`.",
        ),
        example=Example(
            "{{ xcom_pull(task_ids='extract') }}",
            "{{ ti.xcom_pull(task_ids='extract') }}",
        ),
        airflow_says=(
            "UndefinedError: 'xcom_pull' is undefined",
            "TemplateSyntaxError: unexpected '}', expected ']'",
            "TemplateAssertionError: No filter named 'fromjson'.",
        ),
    ),
    Entry(
        kind=ProblemKind.UNRESOLVABLE,
        name="Cannot be followed",
        brief="A value is missing, and the source does not say where it should come from.",
        means=(
            "The pull is built in a way that cannot be read without running it: task ids from a"
            " variable or a file, code in another module. That the value is missing is sure; which"
            " task owes it is not."
        ),
        known_by=(
            (
                "The field is `None` or failed, and no declared pull explains it, or its task ids"
                " stay open."
            ),
        ),
        mend=(
            "Look at the line that is shown, and find out which task it reads.",
            "Write task ids as texts where you can; then the mistake can be named.",
        ),
        example=Example(
            "{{ ti.xcom_pull(task_ids=params.source) }}",
            "{{ ti.xcom_pull(task_ids='extract') }}",
        ),
        airflow_says=("UndefinedError: 'None' has no attribute 'key1'",),
        silent="The field gets the text `None`.",
    ),
)
