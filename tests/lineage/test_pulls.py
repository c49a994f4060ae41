# ruff: noqa: E501  # a case is read best when each of its tasks stands on one line
"""Declared pulls: how far each could be followed, and why no further."""

import pytest

from app.lineage.pulls import DeclaredPull, Status, declared_pulls
from app.lineage.source.declare import declare
from tests.lineage.source.pulls import HEAD, check_pulls


@pytest.mark.parametrize(
    ("template", "pull"),
    [
        ("'{{ ti.xcom_pull(\"a\") }}'", "a"),
        ("'{{ ti.xcom_pull(key=\"k\") }}'", "*:k"),
        ('\'{{ ti.xcom_pull(["a", "b"]) }}\'', "[a, b]"),
        ("'{{ ti.xcom_pull(' + who + ') }}'", "{who} ! the source does not tell {who}"),
        ("'{{ ti.xcom_pull(\"' + who + '\") }}'", "{who} ! the source does not tell {who}"),
        ("'{{ ti.xcom_pull(\"l_' + who + '\") }}'", "l_{who} ~ the source does not tell l_{who}"),
        (
            "'{{ ti.xcom_pull(\"' + a + '_' + b + '\") }}'",
            "{a}_{b} ! the source does not tell {a}_{b}",
        ),
        (
            "'{{ ti.xcom_pull(var.value.x) }}'",
            "{var.value.x} ! the source does not tell {var.value.x}",
        ),
        (
            "'{{ ti.xcom_pull(ti.xcom_pull(\"a\")) }}'",
            "a\nx.arguments[0] < {…} ! the source does not tell {…}",
        ),
        ("'{{ ti.xcom_pull(\"a\", key=\"' + k + '\") }}'", "a:{k} ! the source does not tell {k}"),
        (
            "'{{ ti.xcom_pull(\"a\", key=var.value.k) }}'",
            "a:{var.value.k} ! the source does not tell key",
        ),
        (
            "'{{ ti.xcom_pull(\"a\", key=\"k_' + k + '\") }}'",
            "a:k_{k} ~ the source does not tell k_{k}",
        ),
        (
            "'{{ ti.xcom_pull(\"a\", dag_id=\"' + d + '\") }}'",
            "{d}/a ! the source does not tell {d}",
        ),
        ("'{{ ti.xcom_pull(\"a\")[\"' + k + '\"] }}'", "a ! the source does not tell the step {k}"),
        ("'{{ ti.xcom_pull([]) }}'", "* ! the source does not tell task_ids"),
        ("'{{ ti.xcom_pull(*ids) }}'", "{*} ! the source does not tell {*}"),
    ],
)
def test_a_pull_is_a_fact_where_all_of_it_is_told(template: str, pull: str) -> None:
    check_pulls(
        f"with DAG('d'):\n    Pod(task_id='x', arguments=[{template}])", f"x.arguments[0] < {pull}"
    )


def test_no_task_ids_is_a_fact_with_a_reason() -> None:
    source = f"{HEAD}Pod(task_id='x', arguments=['{{{{ ti.xcom_pull(key=\"k\") }}}}'])"
    (pull,) = declared_pulls(declare(source))
    assert (pull.status, pull.producer_task_ids) == (Status.RESOLVED, ())
    assert pull.reason == (
        "no task_ids: Airflow 3 reads the task's own XCom, Airflow 2 the newest of any task"
    )


@pytest.mark.parametrize(
    ("written", "pulls"),
    [
        ("f'load_{t}'", "load_{t}.image < a ~ the source does not tell load_{t}"),
        ("unknown", "{unknown}.image < a ~ the source does not tell {unknown}"),
        ("'load'", "load.image < a"),
    ],
)
def test_a_pull_of_a_task_that_is_not_told_is_no_fact(written: str, pulls: str) -> None:
    check_pulls(f"Pod(task_id={written}, image='{{{{ ti.xcom_pull(\"a\") }}}}')", pulls)


ONE = "one of several values, by a condition that the source leaves open"


@pytest.mark.parametrize(
    ("arguments", "pulls"),
    [
        ("[A if unknown else B]", f"[0] < a ~ {ONE}; [0] < b ~ {ONE}"),
        ("[A if unknown else A]", "[0] < a"),
        ("[A if unknown else A + B]", f"[0] < a; [0] < b ~ {ONE}"),
        ("[A if True else B]", "[0] < a"),
        ("[A, B] if unknown else [A]", f"[0] < a; [1] < b ~ {ONE}"),
        ("[A] if unknown else None", f"[0] < a ~ {ONE}"),
        ("[A] + more", "[0] < a"),
        ("[*more, A]", "[{…}] < a ~ the source does not tell arguments[{…}]"),
    ],
)
def test_of_several_values_those_pulls_are_facts_that_all_have(arguments: str, pulls: str) -> None:
    lines = "\n".join(f"x.arguments{one.strip()}" for one in pulls.split(";"))
    check_pulls(
        f"""
        A, B = "{{{{ ti.xcom_pull('a') }}}}", "{{{{ ti.xcom_pull('b') }}}}"
        with DAG("d"):
            Pod(task_id="x", arguments={arguments})
        """,
        lines,
    )


def test_a_task_that_may_not_be_there_is_no_fact() -> None:
    check_pulls(
        """
        A = "{{ ti.xcom_pull('a') }}"
        with DAG("d"):
            if os.environ.get("PROD"):
                Pod(task_id="only", image=A)
            if 1 > 2:
                Pod(task_id="never", image=A)
            if os.environ.get("PROD"):
                Pod(task_id="both", image=A)
            else:
                Pod(task_id="both", image=A, arguments=[A])
            match os.environ["KIND"]:
                case "x":
                    Pod(task_id="x", image=A)
        """,
        f"""
        only.image < a ~ only if os.environ.get('PROD')
        both.image < a
        both.arguments[0] < a ~ {ONE}
        x.image < a ~ only in one case of os.environ['KIND']
        """,
    )


def test_what_is_added_under_an_open_condition_may_not_be_there() -> None:
    check_pulls(
        """
        A, B, C = ("{{ ti.xcom_pull('%s') }}" % one for one in "abc")
        names = ["a"]
        args, env = [A], {"A": A}
        if os.environ.get("PROD"):
            args.append(B)
            env["B"] = B
            names.append("b")
        with DAG("d"):
            Pod(task_id="x", arguments=args, env_vars=env)
            for name in names:
                Pod(task_id=f"load_{name}", image=C)
        """,
        """
        x.arguments[0] < a
        x.arguments[{…}] < b ~ the source does not tell arguments[{…}]
        x.env_vars.A < a
        x.env_vars.B < b ~ only if os.environ.get('PROD')
        load_a.image < c
        load_b.image < c ~ only if os.environ.get('PROD')
        """,
    )


@pytest.mark.parametrize(
    ("returned", "pull"),
    [
        ("if unknown:\n        return 'a'\n    return 'b'", f"a ~ {ONE}; b ~ {ONE}"),
        ("if unknown:\n        return 'a'\n    else:\n        return 'a'", "a"),
        ("if unknown:\n        raise ValueError\n    return 'b'", "b"),
        ("if 1 > 2:\n        return 'a'\n    return 'b'", "b"),
        ("for n in unknown:\n        return 'a'\n    return 'b'", f"a ~ {ONE}; b ~ {ONE}"),
        (
            "name = 'a'\n    if unknown:\n        name = 'b'\n    return name",
            f"a ~ {ONE}; b ~ {ONE}",
        ),
    ],
)
def test_a_name_or_a_return_under_an_open_condition_is_one_of_several(
    returned: str, pull: str
) -> None:
    lines = "\n".join(f"x.image < {one.strip()}" for one in pull.split(";"))
    check_pulls(
        f"def source():\n    {returned}\n"
        "with DAG('d'):\n    Pod(task_id='x', image=f\"{{{{ ti.xcom_pull('{source()}') }}}}\")",
        lines,
    )


@pytest.mark.parametrize(
    ("task", "fields"),
    [
        ("Pod(task_id='x', doc_md=P, pool=P, name=P, owner=P)", "name"),
        ("Pod(task_id='x', service_account_name=P, namespace=P)", "namespace"),
        ("Bash(task_id='x', bash_command=P, append_env=P, env={'A': P})", "bash_command env.A"),
        ("Empty(task_id='x', arguments=[P])", ""),
        ("PythonOperator(task_id='x', python_callable=print, op_kwargs={'a': {'b': [P]}}, templates_dict={'t': P})", "op_kwargs.a.b[0] templates_dict.t"),
        ("Imported(task_id='x', anything=P, email=P)", "anything"),
        ("Own(task_id='x', mine=P, other=P)", "mine"),
        ("More(task_id='x', mine=P, image=P, startup_timeout_seconds=P)", "mine image"),
        ("Derived(task_id='x', image=P, mine=P)", "image"),
    ],
)  # fmt: skip
def test_a_template_counts_where_airflow_renders_it(task: str, fields: str) -> None:
    check_pulls(
        f"""
        class Own(BaseOperator):
            template_fields = ("mine",)
            def __init__(self, mine, other, **kw):
                super().__init__(**kw)
                self.mine, self.other = mine, other
        class More(Pod):
            template_fields = (*Pod.template_fields, "mine")
            def __init__(self, mine, **kw):
                super().__init__(**kw)
                self.mine = mine
        class Derived(Pod):
            pass
        P = "{{{{ ti.xcom_pull('a') }}}}"
        with DAG("d"):
            {task}
        """,
        "\n".join(f"x.{one} < a" for one in fields.split()),
    )


def test_the_same_use_in_one_field_is_named_once() -> None:
    source = "Pod(task_id='x', image=\"{{ ti.xcom_pull('a') }}{{ ti.xcom_pull('a') }}\")"
    assert len(declared_pulls(declare(HEAD + source))) == 1


def test_a_pull_carries_all_that_is_known_of_it() -> None:
    source = f"""{HEAD}
with DAG("d"):
    Pod(
        task_id="x",
        arguments=[
            "{{{{ ti.xcom_pull('a', dag_id='o', key='k')['p'][0] | int }}}}"
        ],
    )
"""
    assert declared_pulls(declare(source)) == (
        DeclaredPull(
            dag_id="d",
            task_id="x",
            field="arguments[0]",
            kind="jinja",
            producer_dag_id="o",
            producer_task_ids=("a",),
            key="k",
            path=("p", 0),
            operations=("|int",),
            line=HEAD.count("\n") + 6,
            status=Status.RESOLVED,
        ),
    )
