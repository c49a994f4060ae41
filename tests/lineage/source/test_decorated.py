# ruff: noqa: E501  # a case is read best when each of its lines stands as its author would write it
"""Functions under @task, @task_group and @dag: their tasks' ids, and what is handed to them."""

from tests.lineage.source.pulls import check_pulls


def test_what_a_taskflow_function_is_called_with_is_handed_over() -> None:
    check_pulls(
        """
        @task
        def f(): ...
        @task
        def g(x, y=None): ...
        with DAG("d"):
            a, b = f(), f()
            g(a, y=b)
            g.override(task_id="h")(x=[a, {"k": b}], y=a["key"])
            g("{{ ti.xcom_pull('f').k }}", f"--x={a}")
        """,
        """
        g.op_args[0] < f
        g.op_kwargs.y < f__1
        h.op_kwargs.x[0] < f
        h.op_kwargs.x[1].k < f__1
        h.op_kwargs.y < f:key
        g__1.op_args[0] < f['k']
        g__1.op_args[1] < f
        """,
    )


def test_a_mapped_taskflow_function_gets_keywords() -> None:
    check_pulls(
        """
        @task
        def f(): ...
        @task
        def g(x, y=None): ...
        with DAG("d"):
            a = f()
            g.partial(y=a).expand(x=f())
            g.expand(x=[a, "{{ ti.xcom_pull('f') }}"])
            g.expand_kwargs(a)
            g.override(task_id="h").partial(y="{{ ti.xcom_pull('f').k }}").expand(x=a.map(str))
        """,
        """
        g.op_kwargs.y < f
        g.op_kwargs.x < f__1
        g__1.op_kwargs.x[0] < f
        g__1.op_kwargs.x[1] < f
        g__2.expand_kwargs < f
        h.op_kwargs.y < f['k']
        h.op_kwargs.x < f .map()
        """,
    )


def test_a_group_called_again_is_another_group() -> None:
    check_pulls(
        """
        @task_group
        def grp(x):
            a = Pod(task_id="a", arguments=[x])
            Pod(task_id="b", arguments=[a.output])
            return a
        with DAG("d"):
            grp("1")
            grp("2")
            last = grp.override(group_id="other")("{{ ti.xcom_pull('grp.a') }}")
            Pod(task_id="c", arguments=[last.output])
        """,
        """
        grp.b.arguments[0] < grp.a
        grp__1.b.arguments[0] < grp__1.a
        other.a.arguments[0] < grp.a
        other.b.arguments[0] < other.a
        c.arguments[0] < other.a
        """,
    )


def test_a_taskflow_function_in_a_group_has_its_prefix() -> None:
    check_pulls(
        """
        @task
        def f(x=None): ...
        with DAG("d"):
            with TaskGroup("g"):
                a = f()
                f(a)
            f(a)
        """,
        """
        g.f__1.op_args[0] < g.f
        f.op_args[0] < g.f
        """,
    )


def test_a_mapped_group_hands_on_elements() -> None:
    check_pulls(
        """
        @task
        def make(): ...
        @task_group
        def grp(x, y):
            @task
            def inner(z): ...
            inner(x)
            Pod(task_id="pod", arguments=["{{ ti.xcom_pull('grp.inner') }}", y])
        with DAG("d"):
            grp.partial(y="{{ ti.xcom_pull('make').y }}").expand(x=make())
        """,
        """
        grp.inner.op_args[0] < make [*]
        grp.pod.arguments[0] < grp.inner
        grp.pod.arguments[1] < make['y']
        """,
    )


def test_a_function_under_dag_is_its_dag() -> None:
    check_pulls(
        """
        @dag(schedule=None)
        def etl(source="f"):
            @task
            def f(): ...
            Pod(task_id="p", arguments=[f(), "{{ ti.xcom_pull('%s') }}" % source])
            Pod(task_id="q", arguments=["{{ ti.xcom_pull('f', dag_id='etl') }}", "{{ ti.xcom_pull('f', dag_id='x') }}"])
        etl()
        """,
        """
        p.arguments[0] < f
        p.arguments[1] < f
        q.arguments[0] < f
        q.arguments[1] < x/f
        """,
    )


def test_tasks_of_every_kind_are_found() -> None:
    check_pulls(
        """
        @setup
        def up(): ...
        @teardown
        def down(x): ...
        @task.kubernetes(image="{{ ti.xcom_pull('up').image }}")
        def pod(x): ...
        @task.bash
        def sh(x): return "echo {{ ti.xcom_pull('up') }}"
        @task.branch
        def choose(x): ...
        @task(task_id="named", multiple_outputs=True)
        def f(): ...
        with DAG("d"):
            u = up()
            down(u)
            pod(u)
            sh(u)
            choose(f()["k"])
        """,
        """
        down.op_args[0] < up
        pod.op_args[0] < up
        pod.image < up['image']
        sh.op_args[0] < up
        choose.op_args[0] < named:k
        """,
    )
