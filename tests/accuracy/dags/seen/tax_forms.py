"""Tax forms: scan, recognise, validate. Shows its author's love for string methods.

unresolvable: assess_*.bash_command
"""

import textwrap
from datetime import date, datetime
from string import Template

from airflow import DAG

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import PythonOperator

FORMS = "Form-1040, Form-W2, Schedule-C".split(", ")
LATEST = max(["2021", "2023", "2022"])
CURRENT = str(date.today().year)


def slug(name):
    return name.lower().replace("-", "_").removeprefix("form_")


TEMPLATE = "{{ ti.xcom_pull(task_ids='<task>')['<key>'] }}"
DOLLAR = Template("recognise --image {{ ti.xcom_pull('scan_$form')['$key'] }} --form $form")


def reading(task, key):
    return TEMPLATE.replace("<task>", task).replace("<key>", key)


def recognised(ti):
    """Keys without their task, as the pushing side has only one of each."""
    names = ti.xcom_pull(key="form_names")
    last = ti.xcom_pull(key="last_form", task_ids=None)
    return names, last


def push_names(ti):
    ti.xcom_push(key="form_names", value=FORMS)
    ti.xcom_push(key="last_form", value=FORMS[-1])


with DAG("tax_forms", start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False) as dag:
    names = PythonOperator(task_id="push_names", python_callable=push_names)
    check = PythonOperator(task_id="check_names", python_callable=recognised)
    names >> check

    for form in map(slug, FORMS):
        scan = BashOperator(task_id="scan_" + form, bash_command="scan " + form.upper())
        recognise = BashOperator(
            task_id="recognise_" + form,
            bash_command=DOLLAR.substitute(form=form, key="tiff"),
            env={
                "PAGES": reading(f"scan_{form}", "pages"),
                "DPI": "{{ ti.xcom_pull('scan_" "%s" "')['dpi'] }}" % (form,),
                "YEAR": LATEST,
            },
        )
        validate = BashOperator(
            task_id=f"validate_{form}",
            bash_command=textwrap.dedent(
                f"""
                validate --form {form} \\
                    --fields '{{{{ ti.xcom_pull(task_ids="recognise_{form}")["fields"] | tojson }}}}' \\
                    --name "{{{{ ti.xcom_pull(task_ids='recognise_{form}')['fields']['name'].strip().title() }}}}" \\
                    --year {LATEST!s:>6} --pad {3:03d}
                """
            ).strip(),
        )
        check >> scan >> recognise >> validate

        BashOperator(
            task_id=f"assess_{form}",
            bash_command="assess {{ ti.xcom_pull('validate_" + form + "')['" + CURRENT + "'] }}",
        ).set_upstream(validate)

    parts = [reading("validate_" + slug(f), "score") for f in FORMS]
    report = BashOperator(
        task_id="report",
        bash_command=" ".join(["report", *parts, "--first", parts[0].strip("{} ").join(["{{ ", " }}"])]),
        env={
            "HEAD": "{{ ti.xcom_pull('" + "validate_{}".format(slug(FORMS[0])) + "')['head'] }}",
            "TAIL": f"{reading('validate_w2', 'tail')}{reading('validate_schedule_c', 'tail')}",
            "LONG": "{{ ti.xcom_pull('validate_%(form)s', key='%(key)s')['%(step)s'] }}"
            % {"form": "w2", "key": "long_form", "step": "text"},
            "MAPPED": "{{{{ ti.xcom_pull('{task}')['{key}'] }}}}".format_map({"task": "validate_1040", "key": "sum"}),
            "CENTER": "{{ ti.xcom_pull('validate_w2') }}".center(60, "-"),
        },
    )
    report.set_upstream([dag.get_task("validate_" + slug(f)) for f in FORMS])
