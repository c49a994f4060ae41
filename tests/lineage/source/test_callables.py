# ruff: noqa: E501  # a case is read best when each of its lines stands as its author would write it
"""Pulls in the Python code of tasks: which XComs it reads, every branch gone through."""

from textwrap import dedent, indent

import pytest

from tests.lineage.source.pulls import check_pulls


def check(code: str, pulls: str) -> None:
    """Asserts what a task pulls whose callable is `f` of the code."""
    task = "with DAG('d'):\n    PythonOperator(task_id='t', python_callable=f)\n"
    lines = "\n".join(f"t.python_callable < {one.strip()}" for one in pulls.split(";"))
    check_pulls(f"{dedent(code)}\n{task}", lines if pulls else "")


def check_body(body: str, pulls: str) -> None:
    """Asserts what a callable of that body pulls, which is given ti and the context."""
    check(f"def f(ti, **context):\n{indent(dedent(body), '    ')}", pulls)


@pytest.mark.parametrize(
    ("code", "pulls"),
    [
        ("def f(ti): ti.xcom_pull('a')", "a"),
        ("def f(task_instance): task_instance.xcom_pull('a')", "a"),
        ("def f(**context): context['ti'].xcom_pull('a')", "a"),
        ("def f(**kw): kw['task_instance'].xcom_pull('a')", "a"),
        ("def f(**kw): kw.get('ti').xcom_pull('a')", "a"),
        ("def f(*, ti=None): ti.xcom_pull('a')", "a"),
        ("def f(ti, **kw): ti.xcom_pull('a'); kw['ti'].xcom_pull('b')", "a; b"),
        ("def f(): get_current_context()['ti'].xcom_pull('a')", "a"),
        ("def f():\n    c = get_current_context()\n    t = c['ti']\n    t.xcom_pull('a')", "a"),
        ("f = lambda ti: ti.xcom_pull('a')", "a"),
        ("f = lambda **c: c['ti'].xcom_pull('a')", "a"),
        ("class C:\n    def m(self, ti): return ti.xcom_pull('a')\nf = C().m", "a"),
        ("class C:\n    def __call__(self, ti): return ti.xcom_pull('a')\nf = C()", "a"),
        ("class C:\n    @staticmethod\n    def m(ti): return ti.xcom_pull('a')\nf = C.m", "a"),
        ("class C:\n    S = 'a'\n    @classmethod\n    def m(cls, ti): ti.xcom_pull(cls.S)\nf = C.m", "a"),
        ("class C:\n    def __init__(self, s): self.s = s\n    def m(self, ti): ti.xcom_pull(self.s)\nf = C('a').m", "a"),
        ("from functools import partial\ndef g(n, ti): ti.xcom_pull(n)\nf = partial(g, 'a')", "a"),
        ("def make(n):\n    def inner(ti): ti.xcom_pull(n)\n    return inner\nf = make('a')", "a"),
        ("def help(ti, n): return ti.xcom_pull(n)\ndef f(ti): return help(ti, 'a') + help(n='b', ti=ti)", "a; b"),
        ("def help(context): return context['ti'].xcom_pull('a')\ndef f(**context): help(context)", "a"),
        ("def help(ti, **kw): return ti.xcom_pull('a')\ndef f(**kw): help(**kw)", "a"),
        ("def help(pull): return pull('a')\ndef f(ti): help(ti.xcom_pull)", "a"),
        ("async def f(ti): ti.xcom_pull('a')", "a"),
        ("def f(ti):\n    def inner(n): return ti.xcom_pull(n)\n    return [inner(n) for n in 'ab']", "a; b"),
    ],
)  # fmt: skip
def test_the_task_instance_is_followed_to_wherever_it_is_handed(code: str, pulls: str) -> None:
    check(code, pulls)


@pytest.mark.parametrize(
    ("call", "pulls"),
    [
        ("ti.xcom_pull(task_ids='a')", "a"),
        ("ti.xcom_pull('a', 'other', 'k')", "other/a:k"),
        ("ti.xcom_pull('a', key='k')", "a:k"),
        ("ti.xcom_pull(key='k')", "*:k"),
        ("ti.xcom_pull('a', dag_id='d')", "a"),
        ("ti.xcom_pull(**{'task_ids': 'a', 'key': 'k'})", "a:k"),
        ("ti.xcom_pull(task_ids=['a', 'b'])", "[a, b]"),
        ("ti.xcom_pull(['a', 'b'])[1]", "b"),
        ("ti.xcom_pull(task_ids=unknown)", "{unknown} ! the source does not tell {unknown}"),
        ("ti.xcom_pull(f'l_{unknown}')", "l_{unknown} ~ the source does not tell l_{unknown}"),
        ("ti.xcom_pull('a', key=unknown)", "a:{unknown} ! the source does not tell key"),
        ("ti.xcom_pull('a' if unknown else 'b')", "a; b"),
    ],
)
def test_the_arguments_of_a_pull_are_read(call: str, pulls: str) -> None:
    check_body(call, pulls)


@pytest.mark.parametrize(
    ("body", "pulls"),
    [
        ("return ti.xcom_pull('a')['k'][0]", "a['k'][0]"),
        ("x = ti.xcom_pull('a')\nprint(x['k'], x.get('l'), x['k'])", "a['k']; a['l']"),
        ("x = ti.xcom_pull('a').get('k', {}).get('l')\nprint(x)", "a['k']['l']"),
        ("x = ti.xcom_pull('a')\nprint(x)\nprint(x['k'])", "a"),
        ("x = ti.xcom_pull('a')\nif x:\n    print(x['k'])", "a['k']"),
        ("x, y = ti.xcom_pull(['a', 'b'])", "a; b"),
        ("x = ti.xcom_pull(['a', 'b'])\nreturn x[0], x[1]['k']", "a; b['k']"),
        ("if (x := ti.xcom_pull('a')):\n    return x", "a"),
        ("return {n: ti.xcom_pull(n) for n in ('a', 'b')}", "a; b"),
        ("for n in ['a', 'b']:\n    ti.xcom_pull(n)", "a; b"),
        ("i = 0\nwhile i < 2:\n    ti.xcom_pull(f'a{i}')\n    i += 1", "a0; a1"),
        ("while unknown:\n    ti.xcom_pull('a')", "a"),
        ("for n in unknown:\n    ti.xcom_pull('a')", "a"),
        ("with open('x') as f:\n    f.write(ti.xcom_pull('a'))", "a"),
    ],
)
def test_parts_that_are_read_and_loops_that_are_known_are_followed(body: str, pulls: str) -> None:
    check_body(body, pulls)


@pytest.mark.parametrize(
    ("body", "pulls"),
    [
        ("if unknown:\n    ti.xcom_pull('a')\nelse:\n    ti.xcom_pull('b')", "a; b"),
        ("if unknown:\n    n = 'a'\nelse:\n    n = 'b'\nti.xcom_pull(n)", "a; b"),
        ("if unknown:\n    return ti.xcom_pull('a')\nti.xcom_pull('b')", "a; b"),
        ("return ti.xcom_pull('a') if unknown else ti.xcom_pull('b')", "a; b"),
        ("return ti.xcom_pull('a') or ti.xcom_pull('b')", "a; b"),
        ("return unknown and ti.xcom_pull('a')", "a"),
        ("try:\n    return ti.xcom_pull('a')\nexcept KeyError:\n    return ti.xcom_pull('b')", "a; b"),
        ("try:\n    x = ti.xcom_pull('a')\nexcept KeyError:\n    x = {}\nreturn x['k']", "a['k']"),
        ("try:\n    n = 'a'\nexcept KeyError:\n    n = 'b'\nti.xcom_pull(n)", "a; b"),
        ("try:\n    pass\nfinally:\n    ti.xcom_pull('a')", "a"),
        ("try:\n    return 1\nfinally:\n    ti.xcom_pull('a')", "a"),
        ("match unknown:\n    case 1:\n        ti.xcom_pull('a')\n    case _:\n        ti.xcom_pull('b')", "a; b"),
        ("if 1 > 2:\n    ti.xcom_pull('a')\nelse:\n    ti.xcom_pull('b')", "b"),
        ("return ti.xcom_pull('b')\nti.xcom_pull('a')", "b"),
        ("raise ValueError\nti.xcom_pull('a')", ""),
        ("'ti.xcom_pull(\\'a\\')'", ""),
        ("lambda: ti.xcom_pull('a')", ""),
    ],
)  # fmt: skip
def test_every_branch_that_may_be_taken_counts_and_no_other(body: str, pulls: str) -> None:
    check_body(body, pulls)


def test_arguments_of_the_task_reach_its_code() -> None:
    check_pulls(
        """
        def f(src, key="k", *, ti): return ti.xcom_pull(src, key=key)
        def g(ti, mode="fast"):
            if mode == "fast":
                return ti.xcom_pull("fast")
            return ti.xcom_pull("slow")
        def h(ti, params, templates_dict): ti.xcom_pull(params["p"]); ti.xcom_pull(templates_dict["t"])
        with DAG("d", params={"p": "par"}):
            PythonOperator(task_id="a", python_callable=f, op_args=["x"])
            PythonOperator(task_id="b", python_callable=f, op_kwargs={"src": "y", "key": "z"})
            PythonOperator(task_id="c", python_callable=g)
            PythonOperator(task_id="e", python_callable=g, op_kwargs={"mode": "s"})
            PythonOperator(task_id="i", python_callable=h, templates_dict={"t": "tem"})
            PythonOperator(task_id="j", python_callable=f, op_args=["{{ ti.xcom_pull('q') }}"])
        """,
        """
        a.python_callable < x:k
        b.python_callable < y:z
        c.python_callable < fast
        e.python_callable < slow
        i.python_callable < par
        i.python_callable < tem
        j.op_args[0] < q
        j.python_callable < {argument}:k ! the source does not tell {argument}
        """,
    )


def test_the_code_of_taskflow_functions_is_read() -> None:
    check_pulls(
        """
        @task
        def f(ti=None, **context):
            ti.xcom_pull(task_ids="x")
            context["task_instance"].xcom_pull(task_ids="y", key="k")
        @task
        def g(n, data):
            get_current_context()["ti"].xcom_pull(n)
            return data["k"]
        @task.branch
        def h(ti): return "a" if ti.xcom_pull("x")["ok"] else "b"
        with DAG("d"):
            g("z", f())
            h()
        """,
        """
        f.python_callable < x
        f.python_callable < y:k
        g.op_args[1] < f
        g.python_callable < z
        h.python_callable < x['ok']
        """,
    )


def test_callbacks_and_operators_of_the_files_own_are_read_under_their_names() -> None:
    check_pulls(
        """
        def failed(context): context["ti"].xcom_pull("x")
        def ok(context): context["task_instance"].xcom_pull(task_ids="y")
        class Op(BaseOperator):
            template_fields = ("sql",)
            def __init__(self, sql, other, **kw):
                super().__init__(**kw)
                self.sql, self.other = sql, other
            def execute(self, context):
                return context["ti"].xcom_pull(task_ids=self.other) or self.pull(context)
            def pull(self, context):
                return self.xcom_pull(context, task_ids="deep")
        with DAG("d", default_args={"on_failure_callback": failed}):
            Pod(task_id="a", on_success_callback=[ok, lambda c: c["ti"].xcom_pull("z")])
            Op(task_id="b", sql="{{ ti.xcom_pull('s') }}", other="o", on_failure_callback=None)
        """,
        """
        a.on_failure_callback < x
        a.on_success_callback < y
        a.on_success_callback < z
        b.sql < s
        b.execute < o
        b.execute < deep
        """,
    )


def test_code_that_runs_away_ends_and_keeps_what_it_found() -> None:
    check(
        """
        def f(ti):
            ti.xcom_pull("a")
            for i in range(10_000):
                for j in range(10_000):
                    str(i + j)
            ti.xcom_pull("b")
        """,
        "a",
    )
    check("def f(ti):\n    ti.xcom_pull('a')\n    return f(ti)", "a")
