"""Two pods give the same, the short, the odd and the empty: no value says where it came from."""

import json

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG

POD = {"image": "registry.local/show:1.0", "startup_check_interval_seconds": 0.3}
GIVEN = {
    "n": 7,
    "seven": 7,
    "text_seven": "7",
    "yes": True,
    "no": False,
    "empty": "",
    "nothing": None,
    "none_text": "None",
    "mask": "***",
    "pi": 3.14,
    "tiny": 1e-07,
    "big": 12345678901234567890,
    "id": "b1",
    "longer_id": "b1b1",
    "path": "s3://lab/b1/7-{{ run_id }}/b1",
    "folder": "s3://lab/b1/7-{{ run_id }}",
    "same": "same-{{ run_id }}",
    "quoted": 'it\'s "b1" & <b1>',
    "letters": "Größe 東京 🚀 b1",
    "lines": "b1\n7\n",
    "spaced": "  b1  ",
    "list": [7, "b1", None, True, "7"],
    "map": {"z": 7, "a": "it's b1", "deep": {"n": 7}},
    "none_list": [],
}


# No Variable of the lab: to the reader of this file it may be anything.
UNTOLD = "{{ var.value.get('lab_absent', '7') }}"
NO_VARIABLE = "var.value.get('lab_absent', '')"


def keep(**given: object) -> int:
    """Counts what it got."""
    return len(given)


def of(task_id: str, key: str, *, then: str = "") -> str:
    """A template that pulls one key."""
    return f"{{{{ ti.xcom_pull(task_ids='{task_id}')['{key}']{then} }}}}"


def either(one: str, other: str) -> str:
    """A template that has the other, for a reason that this file does not tell."""
    return f"{{% if {NO_VARIABLE} %}}{one}{{% else %}}{other}{{% endif %}}"


with DAG("ambiguous_flows", schedule=None, default_args=POD, tags=["lab", "flows"]):
    first = KubernetesPodOperator(
        task_id="first",
        image="registry.local/give:1.0",
        arguments=[json.dumps(GIVEN)],
        do_xcom_push=True,
    )
    second = KubernetesPodOperator(
        task_id="second",
        image="registry.local/give:1.0",
        arguments=[json.dumps(GIVEN)],
        do_xcom_push=True,
    )
    by_arguments = KubernetesPodOperator(
        task_id="by_arguments",
        arguments=[
            of("first", "n"),
            of("second", "n"),
            "7",
            of("first", "n") + of("second", "n"),
            of("second", "seven") + of("first", "text_seven") + "7",
            f"7{of('first', 'n')}7",
            f"{of('first', 'yes')}{of('second', 'no')}True",
            f"[{of('first', 'empty')}]{of('second', 'empty')}",
            f"--gone={of('first', 'nothing')} None",
            of("second", "none_text"),
            f"b1/{of('first', 'path')}/b1",
            of("first", "path") + of("second", "id"),
            of("second", "id") + of("first", "longer_id"),
            f"{of('second', 'folder')}/{of('first', 'id')}",
            of("first", "same") + of("second", "same"),
            f"{of('first', 'same')} is same-{{{{ run_id }}}} is {of('second', 'same')}",
        ],
    )
    by_variables = KubernetesPodOperator(
        task_id="by_variables",
        env_vars={
            "PI": of("first", "pi"),
            "TINY": of("second", "tiny"),
            "BIG": of("first", "big"),
            "HALF": "{{ ti.xcom_pull('second')['n'] / 2 }}",
            "MASK": of("first", "mask"),
            "MASKS": f"***{of('second', 'mask')}***",
            "QUOTED": of("first", "quoted"),
            "ESCAPED": of("second", "quoted", then=" | tojson"),
            "LETTERS": of("first", "letters"),
            "LINES": of("second", "lines"),
            "SPACED": f"b1{of('first', 'spaced')}b1",
            "UPPER": of("second", "letters", then=".upper()"),
            "LIST": of("first", "list"),
            "LIST_JSON": of("second", "list", then=" | tojson"),
            "JOINED": of("first", "list", then=" | join(',')"),
            "EACH": "{% for one in ti.xcom_pull('second')['list'] %}{{ one }};{% endfor %}",
            "MAP": of("first", "map"),
            "MAP_JSON": of("second", "map", then=" | tojson"),
            "DEEP": "{{ ti.xcom_pull('first').map.deep }}",
            "NO_LIST": of("second", "none_list"),
            "BOTH": "{{ ti.xcom_pull(task_ids=['first', 'second'])[1]['id'] }}",
            "CHOSEN": (
                "{{ ti.xcom_pull('first')['id'] if ti.xcom_pull('second')['yes']"
                " else ti.xcom_pull('second')['longer_id'] }}"
            ),
            "EITHER": "{{ ti.xcom_pull('first')['empty'] or ti.xcom_pull('second')['id'] }}",
            "GOT": "{{ ti.xcom_pull('second').get('absent', ti.xcom_pull('first')['id']) }}",
        },
    )
    by_guess = KubernetesPodOperator(
        task_id="by_guess",
        arguments=[
            f"{UNTOLD}{of('first', 'n')}",
            f"{of('second', 'n')}{UNTOLD}",
            f"{UNTOLD}{of('first', 'n')}{UNTOLD}",
            f"{UNTOLD}-{of('second', 'n')}",
            f"{UNTOLD}/b1/{of('first', 'path')}",
            either(of("first", "n"), of("second", "n")),
            either(of("first", "id"), of("second", "same")),
            f"{{{{ {NO_VARIABLE} or ti.xcom_pull('first')['path'] }}}}",
            of("first", "absent", then=" | default('7')"),
            of("first", "n", then=" | int + 0"),
            of("second", "path", then=".split('/')[2]"),
            of("second", "longer_id", then=" | replace('b1', 'b2')"),
            of("first", "letters", then="[:5]"),
            "{{ ti.xcom_pull(task_ids=['first', 'second']) | map(attribute='id') | join('+') }}",
            "{% set both = [ti.xcom_pull('first'), ti.xcom_pull('second')] %}{{ both[1].id }}",
            "{{ ti.xcom_pull('second')['map'].items() | list | length }}",
            "{{ '%s/%s' % (ti.xcom_pull('first')['id'], ti.xcom_pull('second')['n']) }}",
            "{{ ti.xcom_pull('first')['id'] ~ ti.xcom_pull('second')['id'] }}",
            "{{ ti.xcom_pull('first')['yes'] and ti.xcom_pull('second')['n'] }}",
            "{{ ti.xcom_pull('second')['n'] == 7 }}",
        ],
        cmds=["echo", of("second", "same")],
        node_selector={"disk": of("second", "id")},
    )
    by_length = KubernetesPodOperator(
        task_id="by_length",
        arguments=[
            of("first", "id"),
            "x" * 3000 + of("second", "id"),
            of("first", "same") + "y" * 2000,
            of("second", "path"),
        ],
        env_vars={"SHORT": of("second", "id"), "LONG": of("first", "path") + "z" * 5000},
    )
    by_labels = KubernetesPodOperator(
        task_id="by_labels",
        labels={"one": of("first", "id"), "two": of("second", "id"), "three": "b1"},
        annotations={
            "n": of("second", "n"),
            "path": f"b1 7 {of('first', 'folder')}/{of('second', 'n')}",
        },
    )
    by_objects = PythonOperator(
        task_id="by_objects",
        python_callable=keep,
        op_kwargs={
            "n": of("first", "n"),
            "whole": second.output,
            "nested": {"list": [of("second", "id"), of("first", "id"), "b1"]},
            "password": of("first", "id"),
            "names": first.output["pod_name"],
        },
    )

    [first, second] >> by_arguments
    [first, second] >> by_variables
    [first, second] >> by_guess
    [first, second] >> by_length
    [first, second] >> by_labels
    [first, second] >> by_objects
