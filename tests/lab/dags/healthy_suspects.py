"""Tasks that look as if a pull had gone wrong, and are right: nothing here is a problem."""

from typing import Any

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, task
from airflow.sdk.exceptions import AirflowSkipException

POD = {"image": "registry.local/show:1.0", "startup_check_interval_seconds": 0.3}
GIVEN = (
    '{"path": "s3://lab/made-{{ run_id }}", "rows": 0, "flag": false, "empty": "", "gone": null,'
    ' "mode": "None", "word": "null", "message": "None of 3 checks failed", "tags": [],'
    ' "files": ["a-{{ run_id }}", "b-{{ run_id }}"], "text": "keeps {braces} and [None]",'
    ' "nested": {"owner": {"name": "ann"}}}'
)


@task
def other(run_id: str) -> dict[str, str]:
    """Another value."""
    return {"path": f"s3://lab/other-{run_id}"}


@task
def nothing() -> None:
    """Gives nothing, and is not meant to."""


@task
def optional() -> dict[str, str]:
    """Has nothing to do today."""
    raise AirflowSkipException


@task.branch
def choose() -> str:
    """Takes the right way."""
    return "right"


@task
def left(run_id: str) -> str:
    """The way not taken."""
    return f"s3://lab/left-{run_id}"


@task
def right(run_id: str) -> str:
    """The way taken."""
    return f"s3://lab/right-{run_id}"


@task
def each(n: int, run_id: str) -> str:
    """One of several."""
    return f"s3://lab/each-{n}-{run_id}"


@task
def alone(n: int, run_id: str) -> str:
    """The only one of its kind."""
    return f"s3://lab/alone-{n}-{run_id}"


@task
def take(given: dict[str, str] | None = None) -> None:
    """Does without, if it must."""


def keep(**given: object) -> None:
    """Takes what it gets."""


def reads_or_nothing(ti: Any) -> None:
    """Provides for a pull that finds nothing."""
    found = ti.xcom_pull(task_ids="nothing") or {}
    found.get("path", "none")


def reads_with_default(ti: Any) -> None:
    """Names what it takes instead."""
    ti.xcom_pull(task_ids="nothing", default="instead")


def asks_first(ti: Any) -> None:
    """Looks whether there is a value."""
    found = ti.xcom_pull(task_ids="optional")
    if found is not None:
        found["path"].upper()


def reads_its_own(ti: Any) -> None:
    """Pushes and pulls under a key of its own."""
    ti.xcom_push(key="seen", value=1)
    ti.xcom_pull(task_ids=ti.task_id, key="seen")


with DAG(
    "healthy_suspects",
    schedule=None,
    default_args=POD,
    params={"mode": "None"},
    tags=["lab", "healthy"],
):
    make = KubernetesPodOperator(
        task_id="make",
        image="registry.local/give:1.0",
        arguments=[GIVEN],
        do_xcom_push=True,
    )
    pod_only = KubernetesPodOperator(task_id="pod_only", arguments=["nobody reads what I give"])
    skips_late = KubernetesPodOperator(
        task_id="skips_late",
        cmds=["sh", "-c"],
        arguments=["""echo '"s3://lab/partly-{{ run_id }}"' >/airflow/xcom/return.json; exit 99"""],
        do_xcom_push=True,
        skip_on_exit_code=99,
    )
    given_nothing = nothing()
    skipped = optional()
    chosen = choose()
    ways = [left(), right()]
    several, one = each.expand(n=[1, 2]), alone.expand(n=[1])
    ready = [make, pod_only, other(), several, one]

    default_of_nothing = PythonOperator(
        task_id="default_of_nothing",
        python_callable=keep,
        op_kwargs={"x": "{{ ti.xcom_pull('nothing') | default('x', true) }}"},
    )
    default_of_key = PythonOperator(
        task_id="default_of_key",
        python_callable=keep,
        op_kwargs={"x": "{{ ti.xcom_pull('make')['absent'] | default('x') }}"},
    )
    get_with_default = KubernetesPodOperator(
        task_id="get_with_default",
        arguments=["{{ ti.xcom_pull('make').get('absent', 'd') }}"],
    )
    or_text = PythonOperator(
        task_id="or_text",
        python_callable=keep,
        op_kwargs={"x": "{{ ti.xcom_pull('nothing') or 'None given' }}"},
    )
    or_mapping = PythonOperator(
        task_id="or_mapping",
        python_callable=keep,
        op_kwargs={"x": "{{ (ti.xcom_pull('nothing') or {}).get('path', '-') }}"},
    )
    default_of_null = KubernetesPodOperator(
        task_id="default_of_null",
        env_vars={"GONE": "{{ ti.xcom_pull('make')['gone'] | default('-', true) }}"},
    )
    null_as_json = PythonOperator(
        task_id="null_as_json",
        python_callable=keep,
        op_kwargs={"x": "{{ ti.xcom_pull('make') | tojson }}"},
    )
    null_tested = PythonOperator(
        task_id="null_tested",
        python_callable=keep,
        op_kwargs={"x": "{{ ti.xcom_pull('make')['gone'] is not none }}"},
    )
    nothing_tested = PythonOperator(
        task_id="nothing_tested",
        python_callable=keep,
        op_kwargs={"x": "{{ 'yes' if ti.xcom_pull('nothing') is none else 'no' }}"},
    )
    none_in_sentence = KubernetesPodOperator(
        task_id="none_in_sentence",
        arguments=["None of these were used", "--note=None yet"],
        env_vars={"LEVEL": "None"},
    )
    none_of_a_value = KubernetesPodOperator(
        task_id="none_of_a_value",
        arguments=["--mode={{ ti.xcom_pull('make')['mode'] }}"],
        env_vars={
            "MESSAGE": "{{ ti.xcom_pull('make')['message'] }}",
            "WORD": "{{ ti.xcom_pull('make')['word'] }}",
        },
    )
    none_of_params = PythonOperator(
        task_id="none_of_params",
        python_callable=keep,
        op_kwargs={"mode": "{{ params.mode }}"},
    )
    none_of_conf = KubernetesPodOperator(
        task_id="none_of_conf",
        env_vars={"LIMIT": "{{ dag_run.conf.get('limit') }}"},
    )
    none_of_airflow = PythonOperator(
        task_id="none_of_airflow",
        python_callable=keep,
        op_kwargs={"since": "--since={{ prev_start_date_success }}"},
    )
    joined_by_or = PythonOperator(
        task_id="joined_by_or",
        python_callable=keep,
        op_kwargs={"x": "{{ ti.xcom_pull('left') or ti.xcom_pull('right') }}"},
        trigger_rule="none_failed_min_one_success",
    )
    joined_by_list = PythonOperator(
        task_id="joined_by_list",
        python_callable=keep,
        op_kwargs={"x": "{{ ti.xcom_pull(task_ids=['left', 'right']) | select | first }}"},
        trigger_rule="none_failed_min_one_success",
    )
    optional_default = KubernetesPodOperator(
        task_id="optional_default",
        arguments=["--only={{ ti.xcom_pull('optional') | default('all', true) }}"],
        trigger_rule="all_done",
    )
    optional_guarded = PythonOperator(
        task_id="optional_guarded",
        python_callable=keep,
        op_kwargs={
            "x": (
                "{% if ti.xcom_pull('optional') %}--only={{ ti.xcom_pull('optional') }}"
                "{% else %}--all{% endif %}"
            ),
        },
        trigger_rule="all_done",
    )
    optional_chosen = PythonOperator(
        task_id="optional_chosen",
        python_callable=keep,
        op_kwargs={
            "x": "{{ ti.xcom_pull('optional')['path'] if ti.xcom_pull('optional') else 'all' }}",
        },
        trigger_rule="none_failed",
    )
    optional_named = PythonOperator(
        task_id="optional_named",
        python_callable=keep,
        op_kwargs={
            "x": "{% set only = ti.xcom_pull('optional') %}{{ only.path if only else 'all' }}",
        },
        trigger_rule="all_done",
    )
    skipped_with_value = KubernetesPodOperator(
        task_id="skipped_with_value",
        arguments=["{{ ti.xcom_pull('skips_late') }}"],
        trigger_rule="none_failed",
    )
    pod_name = KubernetesPodOperator(
        task_id="pod_name",
        env_vars={"POD": "{{ ti.xcom_pull(task_ids='pod_only', key='pod_name') }}"},
    )
    short_values = KubernetesPodOperator(
        task_id="short_values",
        arguments=["{{ ti.xcom_pull('make')['rows'] }}", "0", "False", "[]"],
        env_vars={
            "FLAG": "{{ ti.xcom_pull('make')['flag'] }}",
            "EMPTY": "--x={{ ti.xcom_pull('make')['empty'] }}",
            "TAGS": "{{ ti.xcom_pull('make')['tags'] }}",
        },
    )
    mapped_joined = PythonOperator(
        task_id="mapped_joined",
        python_callable=keep,
        op_kwargs={"x": "{{ ti.xcom_pull('each') | join(',') }}"},
    )
    mapped_one = PythonOperator(
        task_id="mapped_one",
        python_callable=keep,
        op_kwargs={"x": "{{ ti.xcom_pull('each', map_indexes=1) }}"},
    )
    mapped_chosen = PythonOperator(
        task_id="mapped_chosen",
        python_callable=keep,
        op_kwargs={"x": "{{ ti.xcom_pull('each', map_indexes=[0, 1]) | list | tojson }}"},
    )
    mapped_first = PythonOperator(
        task_id="mapped_first",
        python_callable=keep,
        op_kwargs={"x": "{{ ti.xcom_pull('each')[0] }}"},
    )
    mapped_alone = PythonOperator(
        task_id="mapped_alone",
        python_callable=keep,
        op_kwargs={"x": "{{ ti.xcom_pull('alone') }}"},
    )
    both_as_json = KubernetesPodOperator(
        task_id="both_as_json",
        env_vars={"BOTH": "{{ ti.xcom_pull(task_ids=['make', 'other']) | list | tojson }}"},
    )
    of_this_date = PythonOperator(
        task_id="of_this_date",
        python_callable=keep,
        op_kwargs={
            "x": "{{ ti.xcom_pull('make', include_prior_dates=True, map_indexes=-1)['path'] }}",
        },
    )
    braces_of_a_value = KubernetesPodOperator(
        task_id="braces_of_a_value",
        arguments=["{{ ti.xcom_pull('make')['text'] }}", '{"a": {"b": [null]}}', "${HOME}"],
    )
    braces_kept = KubernetesPodOperator(
        task_id="braces_kept",
        arguments=["{% raw %}{{ ti.xcom_pull('make') }}{% endraw %}"],
    )
    pull_in_prose = BashOperator(
        task_id="pull_in_prose",
        bash_command="echo 'read it by ti.xcom_pull(task_ids=...)' {# ti.xcom_pull('gone') #}",
    )
    dict_in_prose = BashOperator(
        task_id="dict_in_prose",
        bash_command="echo the owner was {{ ti.xcom_pull('make')['nested']['owner'] }} today",
    )
    cut_by_airflow = KubernetesPodOperator(
        task_id="cut_by_airflow",
        arguments=["x" * 4200, "{{ ti.xcom_pull('make')['path'] }}"],
    )
    empty_loop = PythonOperator(
        task_id="empty_loop",
        python_callable=keep,
        op_kwargs={
            "x": "{% for tag in ti.xcom_pull('make')['tags'] %}--tag={{ tag }}{% endfor %}",
        },
    )
    last_of_list = PythonOperator(
        task_id="last_of_list",
        python_callable=keep,
        op_kwargs={"x": "{{ ti.xcom_pull('make')['files'][-1] }}"},
    )
    rest_of_list = PythonOperator(
        task_id="rest_of_list",
        python_callable=keep,
        op_kwargs={"x": "{{ ti.xcom_pull('make')['files'][1:] | join(',') }}"},
    )
    as_object = PythonOperator(
        task_id="as_object",
        python_callable=keep,
        op_kwargs={"whole": make.output, "names": make.output["pod_name"]},
    )
    python_or = PythonOperator(task_id="python_or", python_callable=reads_or_nothing)
    python_default = PythonOperator(task_id="python_default", python_callable=reads_with_default)
    python_asks = PythonOperator(
        task_id="python_asks", python_callable=asks_first, trigger_rule="all_done"
    )
    python_own = PythonOperator(task_id="python_own", python_callable=reads_its_own)
    taken = take(given_nothing)

    given_nothing >> [default_of_nothing, or_text, or_mapping, nothing_tested]
    given_nothing >> [python_or, python_default]
    chosen >> ways
    ways >> joined_by_or
    ways >> joined_by_list
    skipped >> [optional_default, optional_guarded, optional_chosen, optional_named, python_asks]
    skips_late >> skipped_with_value
    make >> [default_of_key, get_with_default, default_of_null, null_as_json, null_tested]
    make >> [none_of_a_value, short_values, of_this_date, braces_of_a_value, dict_in_prose]
    make >> [cut_by_airflow, empty_loop, last_of_list, rest_of_list]
    pod_only >> pod_name
    several >> [mapped_joined, mapped_one, mapped_chosen, mapped_first]
    one >> mapped_alone
    ready >> both_as_json
