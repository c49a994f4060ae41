"""What the real Airflows see, against truth written by hand."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.accuracy.score import Pull
from tests.accuracy.truth import Truth, truths
from tests.lab.environment import AIRFLOW_2, AIRFLOW_3, Airflow, NoPythonForAirflow, airflow_python

# The first one may have to build Airflow's environment.
pytestmark = [pytest.mark.airflow, pytest.mark.timeout(900)]

HEAD = """
from datetime import datetime
from airflow import DAG
from airflow.decorators import task, task_group
from airflow.models import BaseOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.utils.task_group import TaskGroup
from kubernetes.client import models as k8s

def pod(task_id, **arguments):
    return KubernetesPodOperator(task_id=task_id, image="i", **arguments)

with DAG("d", start_date=datetime(2025, 1, 1), schedule=None, params={"source": "a"}):
"""


@dataclass(frozen=True, slots=True)
class Case:
    """What stands in the DAG, and the pulls that it makes, as `told` writes them."""

    body: str
    pulls: frozenset[str]
    head: str = HEAD

    @property
    def source(self) -> str:
        return self.head + re.sub("^", "    ", self.body, flags=re.MULTILINE) + "\n"


TEMPLATES: list[tuple[str, set[str]]] = [
    ("{{ ti.xcom_pull('a')['k'] }}", {"a['k']"}),
    ("{{ task_instance.xcom_pull(task_ids='a', key='x').k.j[0][-1] }}", {"a/x['k']['j'][0][-1]"}),
    (
        "{{ ti.xcom_pull('a').get('k') }}{{ ti.xcom_pull('a').get('j', 1).m }}",
        {"a['k']", "a['j']['m']"},
    ),
    ("{{ (ti.xcom_pull('a') or {}).get('k', 'none') }}", {"a['k']"}),
    ("{{ ti.xcom_pull('a')['k'].upper() }}{{ ti.xcom_pull('a')['l'][1:] }}", {"a['k']", "a['l']"}),
    ("{{ ti.xcom_pull('a')['k'] | int }}{{ ti.xcom_pull('a') | tojson }}", {"a['k']", "a"}),
    ("{% set r = ti.xcom_pull('a') %}{{ r.k }}-{{ r['j'][0] }}", {"a['k']", "a['j'][0]"}),
    ("{% for x in ti.xcom_pull('a').rows %}{{ x.k }}{% endfor %}", {"a['rows']"}),
    ("{% for k, v in ti.xcom_pull('a').rows.items() %}{{ k }}{% endfor %}", {"a['rows']"}),
    (
        (
            "{% if ti.xcom_pull('a').t %}{{ ti.xcom_pull('b') }}"
            "{% else %}{{ ti.xcom_pull('c') }}{% endif %}"
        ),
        {"a['t']", "b", "c"},
    ),
    ("{{ ti.xcom_pull('b') if params.source == 'x' else ti.xcom_pull('c') }}", {"b", "c"}),
    ("{{ ti.xcom_pull('a')['k'] or ti.xcom_pull('b') }}", {"a['k']", "b"}),
    ("{% set r = ti.xcom_pull('a') %}{{ r.k if r else '' }}", {"a['k']"}),
    (
        "{{ 'y' if ti.xcom_pull('a')['k'] is none }}{{ ti.xcom_pull('b')['k'] == 'x' }}",
        {"a['k']", "b['k']"},
    ),
    ("{{ ti.xcom_pull('a')['n'] + 1 }}{{ 'x' ~ ti.xcom_pull('a')['m'] }}", {"a['n']", "a['m']"}),
    ("{{ ti.xcom_pull('a')[ds] }}", {"a"}),
    ("{{ macros.ds_add(ds, ti.xcom_pull('a').days) }}", {"a['days']"}),
    ("{{ ti.xcom_pull(task_ids=params.source)['k'] }}", {"a['k']"}),
    ("{{ ti.xcom_pull(task_ids=['a', 'b'])[1]['k'] }}", {"b['k']"}),
    ("{{ ti.xcom_pull(task_ids=['a', 'b']) | join(',') }}", {"a", "b"}),
    (
        (
            "{% set x, y = ti.xcom_pull(task_ids=['a', 'b']) %}{{ x.k }}{{ y }}"
            "{% set p, q = ti.xcom_pull('c')['l'] %}{{ q }}"
        ),
        {"a['k']", "b", "c['l'][1]"},
    ),
    ("{{ ti.xcom_pull(key='x') }}", {"None/x"}),
    ("{{ ti.xcom_pull(dag_id='o', task_ids='a', include_prior_dates=True)['k'] }}", {"o:a['k']"}),
    ("{{ {'a': ti.xcom_pull('a')['k']} | tojson }}", {"a['k']"}),
    ("{# {{ ti.xcom_pull('a') }} #}{% raw %}{{ ti.xcom_pull('a') }}{% endraw %}", set()),
    ("{{ ti.xcom_pull('a') | no_such_filter }}", {"a"}),
]

CASES = {
    "each place has its own name": Case(
        """
pull = lambda k: "{{ ti.xcom_pull('a')['%s'] }}" % k
pod('t', cmds=["x", pull("c")], env_vars=[k8s.V1EnvVar(name="P", value=pull("e"))], name=pull("n"),
    labels={"app": pull("l")},
    container_resources=k8s.V1ResourceRequirements(limits={"memory": pull("m")}))
pod('u', env_vars={"Q": pull("q")}, service_account_name=pull("never"))
PythonOperator(task_id="v", python_callable=print, op_kwargs={"x": {"y": [pull("o")]}})
""",
        frozenset(
            {
                "t cmds[1] jinja a['c']",
                "t env_vars.P jinja a['e']",
                "t name jinja a['n']",
                "t labels.app jinja a['l']",
                "t container_resources.limits.memory jinja a['m']",
                "u env_vars.Q jinja a['q']",
                "v op_kwargs.x.y[0] jinja a['o']",
            }
        ),
    ),
    "xcomargs are read with their keys": Case(
        """
a = pod('a')
pod('t', arguments=[a.output, a.output['k'], f"s3://{a.output}", str(a.output['j'])])
@task(multiple_outputs=True)
def split(x): return {}
@task
def load(y, p=None): return 1
parts = split(a.output)
load(parts['left'], p=[parts['right']])
@task.kubernetes(image='i')
def inside(x): return 1
inside(parts)
""",
        frozenset(
            {
                "t arguments[0] xcomarg a",
                "t arguments[1] xcomarg a/k",
                "t arguments[2] jinja a",
                "t arguments[3] jinja a/j",
                "split op_args[0] xcomarg a",
                "load op_args[0] xcomarg split/left",
                "load op_kwargs.p[0] xcomarg split/right",
                "inside op_args[0] xcomarg split",
            }
        ),
    ),
    "mapped tasks have the place of each element": Case(
        """
one = pod('one')
K = KubernetesPodOperator
K.partial(task_id='m', image='i', cmds=["{{ ti.xcom_pull('a') }}"]).expand(arguments=one.output)
K.partial(task_id='n', image='i').expand(
    arguments=[["{{ ti.xcom_pull('a')['p'] }}"], ["x", "{{ ti.xcom_pull('a')['q'] }}"]])
K.partial(task_id='o', image='i').expand_kwargs([{"arguments": ["x", "{{ ti.xcom_pull('a') }}"]}])
K.partial(task_id='p', image='i').expand_kwargs(one.output)
@task
def each(x, y=None): return x
each.partial(y=one.output).expand(x=one.output.map(lambda v: v))
@task_group
def group(z):
    each.override(task_id='in')(z)
group.expand(z=one.output)
""",
        frozenset(
            {
                "m cmds[0] jinja a",
                "m arguments xcomarg one",
                "n arguments[0][0] jinja a['p']",
                "n arguments[1][1] jinja a['q']",
                "o expand_kwargs[0].arguments[1] jinja a",
                "p expand_kwargs xcomarg one",
                "each op_kwargs.y xcomarg one",
                "each op_kwargs.x xcomarg one",
                "group.in op_args[0] xcomarg one",
            }
        ),
    ),
    "a task group is part of the id": Case(
        """
with TaskGroup('g'):
    a = pod('a')
    pod('t', arguments=["{{ ti.xcom_pull('g.a') }}", a.output])
with TaskGroup('h', prefix_group_id=False):
    pod('u', arguments=[a.output])
""",
        frozenset(
            {
                "g.t arguments[0] jinja g.a",
                "g.t arguments[1] xcomarg g.a",
                "u arguments[0] xcomarg g.a",
            }
        ),
    ),
    "python code is run all ways to its end": Case(
        """
def code(ti, source, how=None, **context):
    if how == 'never':
        ti.xcom_pull(task_ids='a', key='branch')
    open('/no/such/file')
    x, y = context['task_instance'].xcom_pull(task_ids=['b', 'c'])
    for row in x['rows']:
        assert row > 3
        ti.xcom_pull(source)
    ti.xcom_pull(context['templates_dict']['t'])
PythonOperator(task_id='t', python_callable=code, op_kwargs={'source': '{{ params.source }}'},
    templates_dict={'t': 'e'}, on_failure_callback=lambda context: context['ti'].xcom_pull('f'))
@task
def flow(ti=None):
    from airflow.providers.standard.operators.python import get_current_context
    get_current_context()['ti'].xcom_pull('g')
    return ti.xcom_pull('h')
flow()
PythonOperator(task_id='u', python_callable=lambda **context: context['ti'].xcom_pull('i')['k'])
class Caller:
    def __call__(self, ti):
        return ti.xcom_pull('j')
PythonOperator(task_id='w', python_callable=Caller())
class Own(BaseOperator):
    template_fields = ('source',)
    def __init__(self, source, **arguments):
        super().__init__(**arguments)
        self.source = source
    def execute(self, context):
        return context['ti'].xcom_pull(self.source)
Own(task_id='v', source='{{ params.source }}')
""",
        frozenset(
            {
                "t python_callable python a/branch",
                "t python_callable python b",
                "t python_callable python c",
                "t python_callable python a",
                "t python_callable python e",
                "t on_failure_callback python f",
                "flow python_callable python g",
                "flow python_callable python h",
                "u python_callable python i",
                "w python_callable python j",
                "v execute python a",
            }
        ),
    ),
    "native rendering is read like any other": Case(
        "pod('t', arguments=[\"{{ ti.xcom_pull('a')['k'] }}\", \"{{ [ti.xcom_pull('b').l] }}\"])",
        frozenset({"t arguments[0] jinja a['k']", "t arguments[1] jinja b['l']"}),
        HEAD.replace("schedule=None", "schedule=None, render_template_as_native_obj=True"),
    ),
} | {
    template: Case(
        f"pod('t', arguments=[{template!r}])",
        frozenset(f"t arguments[0] jinja {each}" for each in expected),
    )
    for template, expected in TEMPLATES
}


@pytest.fixture(scope="module", params=[AIRFLOW_2, AIRFLOW_3], ids=lambda airflow: airflow.version)
def airflow(request: pytest.FixtureRequest) -> Airflow:
    wanted: Airflow = request.param
    try:
        airflow_python(wanted)
    except NoPythonForAirflow as error:
        pytest.skip(str(error))
    return wanted


@pytest.fixture(scope="module")
def found(airflow: Airflow, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Truth]:
    """The truth of every case, asked for at once: Airflow takes seconds to start."""
    folder = tmp_path_factory.mktemp("dags")
    files = {name: folder / f"case_{number}.py" for number, name in enumerate(CASES)}
    for name, file in files.items():
        file.write_text(CASES[name].source)
    return dict(zip(files, truths(list(files.values()), airflow), strict=True))


def told(truth: Truth) -> set[str]:
    """`consumer field kind producer/key steps`, the key only where it is not the usual one."""
    assert truth.errors == ()
    return {_told(pull) for pull in truth.pulls}


def _told(pull: Pull) -> str:
    key = "" if pull.xcom_key == "return_value" else f"/{pull.xcom_key}"
    dag = "" if pull.producer_dag_id == "d" else f"{pull.producer_dag_id}:"
    steps = "".join(f"[{step!r}]" for step in pull.path)
    source = f"{dag}{pull.producer_task_id}{key}{steps}"
    return f"{pull.consumer_task} {pull.field} {pull.kind} {source}"


@pytest.mark.parametrize("name", CASES)
def test_the_pulls_of_a_file_are_those_written_by_hand(name: str, found: dict[str, Truth]) -> None:
    assert told(found[name]) == CASES[name].pulls


def test_python_code_is_not_called_when_it_shall_not_be(tmp_path: Path, airflow: Airflow) -> None:
    file = tmp_path / "dag.py"
    call = "PythonOperator(task_id='t', python_callable=lambda ti: ti.xcom_pull('a'))"
    file.write_text(f"{HEAD}    {call}\n")
    assert truths([file], airflow, call=False)[0].pulls == {}


def test_what_only_a_deployment_knows_is_unresolvable(tmp_path: Path, airflow: Airflow) -> None:
    head = HEAD.replace(
        "\ndef pod",
        "import os\nfrom airflow.models import Variable\n"
        "from our.project import NAME, OurOperator\n\ndef pod",
    )
    body = """
pod('t', arguments=["{{ ti.xcom_pull('%s') }}" % Variable.get('source')])
pod('u', arguments=["{{ ti.xcom_pull('%s') }}" % os.environ['SOURCE']])
pod('v', arguments=["{{ ti.xcom_pull('a')['%s'] }}" % NAME])
pod('w', arguments=["{{ ti.xcom_pull(var.value.source) }}"])
pod('x', arguments=["{{ ti.xcom_pull('%s') }}" % Variable.get('source', 'a')])
OurOperator(task_id='y', query="{{ ti.xcom_pull('a') }}")
OurOperator.partial(task_id='z', query="{{ ti.xcom_pull('a') }}").expand(row=pod('a').output)
"""
    file = tmp_path / "dag.py"
    file.write_text(Case(body.strip(), frozenset(), head).source)
    truth = truths([file], airflow)[0]
    assert truth.errors == ()
    resolvable = {pull.consumer_task for pull, why in truth.pulls.items() if why is None}
    assert resolvable == {"x"}
    assert {pull.consumer_task for pull in truth.pulls} == set("tuvwxyz")
    assert {pull.field for pull in truth.pulls if pull.consumer_task == "z"} == {"query", "row"}


def test_a_broken_file_loses_only_itself(tmp_path: Path, airflow: Airflow) -> None:
    files = {
        "good": f"{HEAD}    pod('t')\n",
        "broken": "1 / 0\n",
        "ends": "import os\nos._exit(3)\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text)
    found = truths([tmp_path / f"{name}.py" for name in ("broken", "ends", "good")], airflow)
    assert [bool(each.errors) for each in found] == [True, True, False]
    assert found[2].tasks == {"d": ("t",)}


def test_a_file_for_the_other_airflow_is_not_imported(tmp_path: Path) -> None:
    file = tmp_path / "dag.py"
    file.write_text("from airflow.sdk import DAG\n")
    try:
        found = truths([file], AIRFLOW_2)[0]
    except NoPythonForAirflow as error:
        pytest.skip(str(error))
    assert "airflow.sdk" in found.errors[0]


def test_operators_of_airflow_1_that_became_providers_are_as_good_as_not_installed(
    tmp_path: Path,
) -> None:
    file = tmp_path / "dag.py"
    modules = ("contrib.operators.old_pod", "operators.slack_operator")
    file.write_text(
        f"from airflow.{modules[0]} import OldPodOperator\n"
        f"from airflow.{modules[1]} import SlackAPIPostOperator\n"
        f"{HEAD}    OldPodOperator(task_id='t', text=\"{{{{ ti.xcom_pull('a') }}}}\")\n"
        "    SlackAPIPostOperator(task_id='u', text=\"{{ ti.xcom_pull('a') }}\")\n"
    )
    try:
        found = truths([file], AIRFLOW_2)[0]
    except NoPythonForAirflow as error:
        pytest.skip(str(error))
    assert found.errors == ()
    assert {pull.consumer_task for pull in found.pulls} == {"t", "u"}


def test_no_file_can_start_a_program(tmp_path: Path, airflow: Airflow) -> None:
    file = tmp_path / "dag.py"
    file.write_text("import subprocess\nsubprocess.run(['true'])\n")
    assert "PermissionError" in truths([file], airflow)[0].errors[0]
