# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""What the lab's DAGs do, and what dag-patterns.md counted, each as one small source."""

import pytest

from tests.lineage.scenario import Scenario, check

MADE = {
    "key1": "s3://lab/alpha/part-7",
    "key2": 42,
    "tag": "1.4",
    "deep": {"rows": [{"id": "r0"}, {"id": "r1"}]},
}
PATH = MADE["key1"]

#: Cases that are traced though something is wrong with what the pod gets, by name.
WRONG = {
    "a whole value, as JSON and as Python writes it": "python_repr use.arguments[1] silent: add | tojson, so that the pod gets JSON",
    ".output inside a text": "python_repr use.arguments[0] silent: add | tojson, so that the pod gets JSON",
    "what mapped instances gave: all of them, one of them, the only one": "sequence_repr use.arguments[1] silent: add | tojson, so that the pod gets JSON, or take one value of the list: [0]",
}

# name, arguments of the pod `use` (or whole source lines), rendered fields, flows
POD_CASES = [
    (
        "positional task id",
        """arguments=["{{ ti.xcom_pull('make')['key1'] }}", "fixed"]""",
        {"arguments": [PATH, "fixed"]},
        "make['key1'] -> use.arguments[0] [0:21] confirmed",
    ),
    (
        "keyword task id, key and task_instance",
        """arguments=["{{ task_instance.xcom_pull(task_ids='make', key='return_value')['key1'] }}"]""",
        {"arguments": [PATH]},
        "make['key1'] -> use.arguments[0] [0:21] confirmed",
    ),
    (
        "env_vars as a dict",
        """env_vars={"PATH_IN": "{{ ti.xcom_pull('make')['key1'] }}", "FIXED": "x"}""",
        {"env_vars": [{"name": "FIXED", "value": "x"}, {"name": "PATH_IN", "value": PATH}]},
        "make['key1'] -> use.env_vars.PATH_IN [0:21] confirmed",
    ),
    (
        "env_vars as V1EnvVar, matched by name",
        """env_vars=[k8s.V1EnvVar(name="A", value="{{ ti.xcom_pull('make')['key1'] }}"),
                     k8s.V1EnvVar(name="B", value="{{ ti.xcom_pull('make')['tag'] }}")]""",
        {
            "env_vars": [
                {"name": "B", "value": "1.4"},
                {"name": "A", "value": PATH, "value_from": None},
            ]
        },
        """make['key1'] -> use.env_vars.A [0:21] confirmed
           make['tag'] -> use.env_vars.B [0:3] confirmed""",
    ),
    (
        "env_vars as Airflow 2 writes them",
        """env_vars={"A": "{{ ti.xcom_pull('make')['key1'] }}"}""",
        {"env_vars": f"[{{'name': 'A', 'value': '{PATH}', 'value_from': None}}]"},
        "make['key1'] -> use.env_vars.A [0:21] confirmed",
    ),
    (
        "embedded in a longer text, twice",
        """arguments=["--in={{ ti.xcom_pull('make')['key1'] }}:{{ ti.xcom_pull('make')['key2'] }}/x"]""",
        {"arguments": [f"--in={PATH}:42/x"]},
        """make['key1'] -> use.arguments[0] [5:26] confirmed
           make['key2'] -> use.arguments[0] [27:29] confirmed""",
    ),
    (
        "cmds, image, labels, annotations",
        """cmds=["echo", "{{ ti.xcom_pull('make')['key2'] }}"], image="app:{{ ti.xcom_pull('make')['tag'] }}",
           labels={"v": "{{ ti.xcom_pull('make')['tag'] }}"}, annotations={"a/b": "{{ ti.xcom_pull('make').tag }}"}""",
        {
            "cmds": ["echo", "42"],
            "image": "app:1.4",
            "labels": {"v": "1.4"},
            "annotations": {"a/b": "1.4"},
        },
        """make['key2'] -> use.cmds[1] [0:2] confirmed
           make['tag'] -> use.image [4:7] confirmed
           make['tag'] -> use.labels.v [0:3] confirmed
           make['tag'] -> use.annotations.a/b [0:3] confirmed""",
    ),
    (
        "nested keys and list items",
        """arguments=["{{ ti.xcom_pull('make')['deep']['rows'][1]['id'] }}", "{{ ti.xcom_pull('make').deep.rows[0].id }}"]""",
        {"arguments": ["r1", "r0"]},
        """make['deep']['rows'][1]['id'] -> use.arguments[0] [0:2] confirmed
           make['deep']['rows'][0]['id'] -> use.arguments[1] [0:2] confirmed""",
    ),
    (
        "a whole value, as JSON and as Python writes it",
        """arguments=["{{ ti.xcom_pull('make')['deep'] | tojson }}", "{{ ti.xcom_pull('make')['deep'] }}"]""",
        {
            "arguments": [
                '{"rows": [{"id": "r0"}, {"id": "r1"}]}',
                "{'rows': [{'id': 'r0'}, {'id': 'r1'}]}",
            ]
        },
        """make['deep'] -> use.arguments[0] [0:38] confirmed
           make['deep'] -> use.arguments[1] [0:38] confirmed""",
    ),
    (
        "set, for and filters",
        """arguments=["{% set r = ti.xcom_pull('make') %}{{ r.tag }}-{{ r['key1'] | upper }}",
                      "{% for row in ti.xcom_pull('make')['deep']['rows'] %}{{ row.id }},{% endfor %}"]""",
        {"arguments": ["1.4-S3://LAB/ALPHA/PART-7", "r0,r1,"]},
        """make['tag'] -> use.arguments[0] [0:3] confirmed
           make['key1'] -> use.arguments[0] [4:25] confirmed
           make['deep']['rows'][0]['id'] -> use.arguments[1] [0:2] confirmed
           make['deep']['rows'][1]['id'] -> use.arguments[1] [3:5] confirmed""",
    ),
    (
        "beside names that only Airflow knows",
        """arguments=["{{ ds }}/{{ ti.xcom_pull('make')['tag'] }}/{{ macros.uuid }}", "{{ run_id }}"]""",
        {"arguments": ["2026-11-20/1.4/77", "x"]},
        "make['tag'] -> use.arguments[0] [11:14] confirmed",
    ),
    (
        "a condition on an unknown value, taken the way that fits",
        """arguments=["{% if params.full %}a{% else %}{{ ti.xcom_pull('make')['tag'] }}{% endif %}"]""",
        {"arguments": ["1.4"]},
        "make['tag'] -> use.arguments[0] [0:3] confirmed",
    ),
    (
        "a slice, of what was pulled and of what is not known",
        """arguments=["{{ ti.xcom_pull('make')['key1'][:9] }}", "{{ var.value.day[:4] }}-{{ ti.xcom_pull('make')['tag'] }}"]""",
        {"arguments": ["s3://lab/", "2026-1.4"]},
        """make['key1'] -> use.arguments[0] [0:9] confirmed
           make['tag'] -> use.arguments[1] [5:8] confirmed""",
    ),
    (
        "a filter that gives its default, whatever the value is",
        """arguments=["{{ ti.xcom_pull('make')['key1'] | int }}"]""",
        {"arguments": ["0"]},
        "make['key1'] -> use.arguments[0] [0:1] declared",
    ),
    (
        "a fallback that was not needed",
        """arguments=["{{ (ti.xcom_pull('make') or {}).get('tag', 'none') }}", "{{ ti.xcom_pull('make')['tag'] | default('x') }}"]""",
        {"arguments": ["1.4", "1.4"]},
        """make['tag'] -> use.arguments[0] [0:3] confirmed
           make['tag'] -> use.arguments[1] [0:3] confirmed""",
    ),
    (
        "another value than the source says",
        """arguments=["{{ ti.xcom_pull('make')['tag'] }}"]""",
        {"arguments": ["2.0"]},
        "make['tag'] -> use.arguments[0] contradicted",
    ),
    (
        "a filter that only Airflow knows, so that anything would fit",
        """arguments=["{{ ti.xcom_pull('make')['tag'] | mine }}", "{{ ti.xcom_pull('make')['tag'] ~ ds }}"]""",
        {"arguments": ["whatever", "1.42026"]},
        """make['tag'] -> use.arguments[0] [0:8] declared
           make['tag'] -> use.arguments[1] [0:7] confirmed""",
    ),
    (
        "a field that Airflow cut behind the value",
        """arguments=["{{ ti.xcom_pull('make')['tag'] }}"]""",
        {
            "arguments": "Truncated. You can change this behaviour in [core]max_templated_field_length. ['1.4'..."
        },
        "make['tag'] -> use.arguments[0] [0:3] confirmed",
    ),
    (
        "a masked value",
        """arguments=["--tag={{ ti.xcom_pull('make')['tag'] }}"]""",
        {"arguments": ["--tag=***"]},
        "make['tag'] -> use.arguments[0] [6:9] declared",
    ),
    (
        "a pull in a field that is no template field",
        """startup="{{ ti.xcom_pull('make')['tag'] }}" """,
        {"arguments": []},
        "",
    ),
    (
        "a template built with +, %, format, join and an f-string",
        """arguments=["{{ ti.xcom_pull('" + SRC + "')['tag'] }}", "{{ ti.xcom_pull('%s')['tag'] }}" % SRC,
           "{{{{ ti.xcom_pull('{}')['tag'] }}}}".format(SRC), f"{{{{ ti.xcom_pull('{SRC}')['tag'] }}}}",
           "-".join(["v", "{{ ti.xcom_pull('make')['tag'] }}"])]""",
        {"arguments": ["1.4", "1.4", "1.4", "1.4", "v-1.4"]},
        """make['tag'] -> use.arguments[0] [0:3] confirmed
           make['tag'] -> use.arguments[1] [0:3] confirmed
           make['tag'] -> use.arguments[2] [0:3] confirmed
           make['tag'] -> use.arguments[3] [0:3] confirmed
           make['tag'] -> use.arguments[4] [2:5] confirmed""",
    ),
    (
        "a list with elements nobody knows before it",
        """arguments=[*unknown(), "{{ ti.xcom_pull('make')['tag'] }}"]""",
        {"arguments": ["a", "b", "1.4"]},
        "make['tag'] -> use.arguments[2] [0:3] confirmed",
    ),
    (
        "json.dumps around a template",
        """arguments=[json.dumps({"rows": "{{ ti.xcom_pull('make')['tag'] }}"})]""",
        {"arguments": ['{"rows": "1.4"}']},
        "make['tag'] -> use.arguments[0] [10:13] confirmed",
    ),
    (
        ".output, whole",
        "arguments=[make.output]",
        {"arguments": [MADE]},
        f"make -> use.arguments[0] [0:{len(str(MADE))}] confirmed",
    ),
    (
        ".output inside a text",
        """arguments=["--all=" + str(make.output), f"{make.output['tag']}"]""",
        {"arguments": [f"--all={MADE}", "1.4"]},
        f"""make -> use.arguments[0] [6:{6 + len(str(MADE))}] confirmed
           make:tag -> use.arguments[1] [0:3] confirmed""",
    ),
]


@pytest.mark.parametrize(
    ("name", "arguments", "got", "flows"),
    POD_CASES,
    ids=[case[0] for case in POD_CASES],
)
def test_a_pod_gets_what_its_fields_show(
    name: str, arguments: str, got: dict[str, object], flows: str
) -> None:
    source = f"""
import json
SRC = "make"
with DAG("geo_tiles") as the_dag:
    make = KubernetesPodOperator(task_id="make", do_xcom_push=True)
    use = KubernetesPodOperator(task_id="use", {arguments})
"""
    gave = {"make": MADE, "make:tag": "1.4"}
    check(Scenario(source, gave=gave, got={"use": got}), flows=flows, problems=WRONG.get(name, ""))


SOURCES = [
    (
        "a loop over constants",
        """
        with DAG("geo_tiles"):
            for table in ("a", "b"):
                KubernetesPodOperator(task_id=f"load_{table}", arguments=[f"{{{{ ti.xcom_pull('make')['{table}'] }}}}"])
        """,
        {"make": {"a": "one", "b": "two"}},
        {"load_a": {"arguments": ["one"]}, "load_b": {"arguments": ["two"]}},
        """make['a'] -> load_a.arguments[0] [0:3] confirmed
           make['b'] -> load_b.arguments[0] [0:3] confirmed""",
    ),
    (
        "a loop over something nobody knows, unified with the real tasks",
        """
        with DAG("geo_tiles"):
            for table in tables():
                KubernetesPodOperator(task_id=f"load_{table}", arguments=["{{ ti.xcom_pull('make')['a'] }}"])
        """,
        {"make": {"a": "one"}},
        {"load_x": {"arguments": ["one"]}},
        "make['a'] -> load_x.arguments[0] [0:3] confirmed",
    ),
    (
        "a producer whose id is not known, but only one task fits",
        """
        with DAG("geo_tiles"):
            KubernetesPodOperator(task_id="use", arguments=[f"{{{{ ti.xcom_pull('extract_{name()}')['a'] }}}}"])
        """,
        {"extract_orders": {"a": "one"}, "other": {"a": "one"}},
        {"use": {"arguments": ["one"]}},
        "extract_orders['a'] -> use.arguments[0] [0:3] confirmed",
    ),
    (
        "a factory function and keyword spreads",
        """
        COMMON = {"LEVEL": "info"}
        def pod(task_id, source, **more):
            return KubernetesPodOperator(task_id=task_id, arguments=[f"{{{{ ti.xcom_pull('{source}')['p'] }}}}"], **more)
        the_dag = DAG("geo_tiles")
        pod("use", "make", dag=the_dag, env_vars={**COMMON, "P": "{{ ti.xcom_pull('make')['p'] }}"})
        """,
        {"make": {"p": "one"}},
        {
            "use": {
                "arguments": ["one"],
                "env_vars": [{"name": "LEVEL", "value": "info"}, {"name": "P", "value": "one"}],
            }
        },
        """make['p'] -> use.arguments[0] [0:3] confirmed
           make['p'] -> use.env_vars.P [0:3] confirmed""",
    ),
    (
        "a factory that the source imports from elsewhere",
        """
        from company.pods import make_pod
        with DAG("geo_tiles"):
            make_pod("use", arguments=["{{ ti.xcom_pull('make')['p'] }}"])
        """,
        {"make": {"p": "one"}},
        {"use": {"arguments": ["one"]}},
        "make['p'] -> use.arguments[0] [0:3] confirmed",
    ),
    (
        "a list built step by step, shared by two tasks",
        """
        args = ["run"]
        args.append("{{ ti.xcom_pull('make')['p'] }}")
        args += ["end"]
        with DAG("geo_tiles"):
            KubernetesPodOperator(task_id="one", arguments=args)
            KubernetesPodOperator(task_id="two", **{"arguments": args})
        """,
        {"make": {"p": "x1"}},
        {"one": {"arguments": ["run", "x1", "end"]}, "two": {"arguments": ["run", "x1", "end"]}},
        """make['p'] -> one.arguments[1] [0:2] confirmed
           make['p'] -> two.arguments[1] [0:2] confirmed""",
    ),
    (
        "default_args",
        """
        with DAG("geo_tiles", default_args={"image": "app:{{ ti.xcom_pull('make')['p'] }}"}):
            KubernetesPodOperator(task_id="use")
        """,
        {"make": {"p": "x1"}},
        {"use": {"image": "app:x1"}},
        "make['p'] -> use.image [4:6] confirmed",
    ),
    (
        "TaskGroups, nested and without prefix, and @task_group",
        """
        with DAG("geo_tiles"):
            with TaskGroup("outer") as outer:
                with TaskGroup("inner"):
                    KubernetesPodOperator(task_id="a", arguments=["{{ ti.xcom_pull('make')['p'] }}"])
                with TaskGroup("plain", prefix_group_id=False):
                    KubernetesPodOperator(task_id="b", arguments=["{{ ti.xcom_pull('make')['p'] }}"])
            @task_group
            def third():
                KubernetesPodOperator(task_id="c", arguments=["{{ ti.xcom_pull('make')['p'] }}"])
            third()
        """,
        {"make": {"p": "x1"}},
        {
            "outer.inner.a": {"arguments": ["x1"]},
            "b": {"arguments": ["x1"]},
            "third.c": {"arguments": ["x1"]},
        },
        """make['p'] -> outer.inner.a.arguments[0] [0:2] confirmed
           make['p'] -> b.arguments[0] [0:2] confirmed
           make['p'] -> third.c.arguments[0] [0:2] confirmed""",
    ),
    (
        "@dag and TaskFlow",
        """
        @task
        def choose(listing, limit=3): ...
        @task(multiple_outputs=True)
        def split(choice): ...
        @dag(schedule=None)
        def geo_tiles():
            listing = KubernetesPodOperator(task_id="listing", do_xcom_push=True)
            parts = split(choose(listing.output))
            KubernetesPodOperator(task_id="use", arguments=[parts["name"]], labels={"n": parts["name"]})
            choose.override(task_id="again")(listing=parts["name"])
        geo_tiles()
        """,
        {"listing": {"n": 2}, "choose": {"chosen": 1}, "split": {"name": "x9"}, "split:name": "x9"},
        {
            "choose": {"op_args": [{"n": 2}], "op_kwargs": {}},
            "split": {"op_args": [{"chosen": 1}], "op_kwargs": {}},
            "use": {"arguments": ["x9"], "labels": {"n": "x9"}},
            "again": {"op_args": [], "op_kwargs": {"listing": "x9"}},
        },
        """listing -> choose.op_args[0] [0:8] confirmed
           choose -> split.op_args[0] [0:13] confirmed
           split:name -> use.arguments[0] [0:2] confirmed
           split:name -> use.labels.n [0:2] confirmed
           split:name -> again.op_kwargs.listing [0:2] confirmed""",
    ),
    (
        "a mapped pod over a pod's list",
        """
        with DAG("geo_tiles"):
            parts = KubernetesPodOperator(task_id="parts", do_xcom_push=True)
            KubernetesPodOperator.partial(task_id="each", image="x", env_vars={"A": "{{ ti.xcom_pull('parts')[0][0] }}"}).expand(arguments=parts.output)
        """,
        {"parts": [["p0"], ["p1", "q1"]]},
        {
            "each[0]": {"arguments": ["p0"], "env_vars": [{"name": "A", "value": "p0"}]},
            "each[1]": {"arguments": ["p1", "q1"], "env_vars": [{"name": "A", "value": "p0"}]},
        },
        """parts[0][0] -> each#0.arguments[0] [0:2] confirmed
           parts[0][0] -> each#0.env_vars.A [0:2] confirmed
           parts[1][0] -> each#1.arguments[0] [0:2] confirmed
           parts[1][1] -> each#1.arguments[1] [0:2] confirmed
           parts[0][0] -> each#1.env_vars.A [0:2] confirmed""",
    ),
    (
        "expand_kwargs over a task's list",
        """
        @task
        def settings(): ...
        with DAG("geo_tiles"):
            KubernetesPodOperator.partial(task_id="each").expand_kwargs(settings())
        """,
        {"settings": [{"arguments": ["a0"], "image": "i0"}, {"arguments": ["a1"], "image": "i1"}]},
        {"each[1]": {"arguments": ["a1"], "image": "i1"}},
        """settings[1]['arguments'][0] -> each#1.arguments[0] [0:2] confirmed
           settings[1]['image'] -> each#1.image [0:2] confirmed""",
    ),
    (
        "a literal list to expand over, with templates",
        """
        with DAG("geo_tiles"):
            KubernetesPodOperator.partial(task_id="each").expand(arguments=[["{{ ti.xcom_pull('make')['a'] }}"], ["{{ ti.xcom_pull('make')['b'] }}"]])
        """,
        {"make": {"a": "x0", "b": "x1"}},
        {"each[0]": {"arguments": ["x0"]}, "each[1]": {"arguments": ["x1"]}},
        """make['a'] -> each#0.arguments[0] [0:2] confirmed
           make['b'] -> each#1.arguments[0] [0:2] confirmed""",
    ),
    (
        "a mapped TaskFlow function beside a partial argument",
        """
        @task
        def handle(part, source): ...
        @task
        def parts(): ...
        with DAG("geo_tiles"):
            made = KubernetesPodOperator(task_id="make")
            handle.partial(source=made.output).expand(part=parts())
        """,
        {"parts": ["p0", "p1"], "make": "whole"},
        {"handle[1]": {"op_args": [], "op_kwargs": {"part": "p1", "source": "whole"}}},
        """parts[1] -> handle#1.op_kwargs.part [0:2] confirmed
           make -> handle#1.op_kwargs.source [0:5] confirmed""",
    ),
    (
        "what mapped instances gave: all of them, one of them, the only one",
        """
        with DAG("geo_tiles"):
            KubernetesPodOperator(task_id="use", arguments=["{{ ti.xcom_pull('each')[1]['k'] }}", "{{ ti.xcom_pull('each') }}",
                "{{ ti.xcom_pull('single')['k'] }}", "{{ ti.xcom_pull('each', map_indexes=0)['k'] }}"])
        """,
        {"each[0]": {"k": "a0"}, "each[1]": {"k": "a1"}, "single[0]": {"k": "s0"}},
        {"use": {"arguments": ["a1", "[{'k': 'a0'}, {'k': 'a1'}]", "s0", "a0"]}},
        """each#1['k'] -> use.arguments[0] [0:2] confirmed
           each#0 -> use.arguments[1] [0:26] confirmed
           each#1 -> use.arguments[1] [0:26] confirmed
           single#0['k'] -> use.arguments[2] [0:2] confirmed
           each#0['k'] -> use.arguments[3] [0:2] confirmed""",
    ),
    (
        "a list of task ids, where the position picks the task",
        """
        with DAG("geo_tiles"):
            KubernetesPodOperator(task_id="use", arguments=["{{ ti.xcom_pull(task_ids=['a', 'b'])[1]['k'] }}"])
        """,
        {"a": {"k": "one"}, "b": {"k": "two"}},
        {"use": {"arguments": ["two"]}},
        "b['k'] -> use.arguments[0] [0:3] confirmed",
    ),
    (
        "a task id in the DAG's params",
        """
        with DAG("geo_tiles", params={"source": "make"}):
            KubernetesPodOperator(task_id="use", arguments=["{{ ti.xcom_pull(task_ids=params.source)['k'] }}"])
        """,
        {"make": {"k": "one"}, "other": {"k": "one"}},
        {"use": {"arguments": ["one"]}},
        "make['k'] -> use.arguments[0] [0:3] confirmed",
    ),
    (
        "a native template",
        """
        with DAG("geo_tiles", render_template_as_native_obj=True):
            PythonOperator(task_id="use", op_kwargs={"n": "{{ ti.xcom_pull('make')['n'] }}", "all": "{{ ti.xcom_pull('make') }}"})
        """,
        {"make": {"n": 42}},
        {"use": {"op_kwargs": {"n": 42, "all": {"n": 42}}}},
        """make['n'] -> use.op_kwargs.n [0:2] confirmed
           make -> use.op_kwargs.all [0:9] confirmed""",
    ),
    (
        "Python code that pulls: a path, a name with two paths, a helper, kwargs",
        """
        def helper(ti):
            return ti.xcom_pull(task_ids="make", key="extra")
        def read(ti, **kwargs):
            first = ti.xcom_pull(task_ids="make")["key1"]
            made = kwargs["ti"].xcom_pull("make")
            helper(ti)
            return made["key2"], made.get("tag")
        with DAG("geo_tiles"):
            PythonOperator(task_id="use", python_callable=read)
        """,
        {"make": MADE, "make:extra": "e"},
        {"use": {"op_args": [], "op_kwargs": {}}},
        """make['key1'] -> use.python_callable declared
           make['key2'] -> use.python_callable declared
           make['tag'] -> use.python_callable declared
           make:extra -> use.python_callable declared""",
    ),
    (
        "code under @task that pulls through its context",
        """
        with DAG("geo_tiles"):
            @task
            def use(**context):
                rows = context["ti"].xcom_pull(task_ids="make")
                print(rows)
            use()
        """,
        {"make": MADE},
        {"use": {"op_args": [], "op_kwargs": {}}},
        "make -> use.python_callable declared",
    ),
    (
        "a second DAG in the same file says nothing about this one",
        """
        with DAG("other"):
            KubernetesPodOperator(task_id="use", arguments=["{{ ti.xcom_pull('make')['key1'] }}"])
        with DAG("geo_tiles"):
            KubernetesPodOperator(task_id="use", arguments=["{{ ti.xcom_pull('make')['tag'] }}"])
        """,
        {"make": MADE},
        {"use": {"arguments": ["1.4"]}},
        "make['tag'] -> use.arguments[0] [0:3] confirmed",
    ),
    (
        "pulls in comments and docstrings are none",
        '''
        """{{ ti.xcom_pull('make')['key1'] }}"""
        with DAG("geo_tiles", doc_md="{{ ti.xcom_pull('make')['key1'] }}"):
            KubernetesPodOperator(task_id="use", arguments=["x"])  # {{ ti.xcom_pull('make') }}
        ''',
        {"make": {"key1": "x"}},
        {"use": {"arguments": ["x"]}},
        "",
    ),
]


@pytest.mark.parametrize(
    ("name", "source", "gave", "got", "flows"),
    SOURCES,
    ids=[case[0] for case in SOURCES],
)
def test_a_source_leads_to_its_flows(
    name: str, source: str, gave: dict[str, object], got: dict[str, dict[str, object]], flows: str
) -> None:
    check(Scenario(source, gave=gave, got=got), flows=flows, problems=WRONG.get(name, ""))
