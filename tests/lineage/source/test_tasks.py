# ruff: noqa: E501  # a case is read best when each of its tasks stands on one line
"""Tasks made by operators: their full ids, their DAG, what they inherit, and what they pull."""

from tests.lineage.source.pulls import check_pulls


def test_groups_prefix_the_ids_of_their_tasks() -> None:
    check_pulls(
        """
        with TaskGroup("g"):
            with TaskGroup("h"):
                Pod(task_id="a")
            Pod(task_id="b", arguments=["{{ ti.xcom_pull('g.h.a') }}"])
        with TaskGroup("n", prefix_group_id=False):
            Pod(task_id="c", arguments=["{{ ti.xcom_pull('g.b') }}"])
            with TaskGroup("m"):
                Pod(task_id="d", arguments=["{{ ti.xcom_pull('c') }}"])
        with TaskGroup("o") as outer:
            pass
        Pod(task_id="e", task_group=outer, arguments=["{{ ti.xcom_pull('m.d') }}"])
        with TaskGroup("p", parent_group=outer) as inner:
            Pod(task_id="f", arguments=[f"{{{{ ti.xcom_pull('{inner.child_id('x')}') }}}}"])
        """,
        """
        g.b.arguments[0] < g.h.a
        c.arguments[0] < g.b
        m.d.arguments[0] < c
        o.e.arguments[0] < m.d
        o.p.f.arguments[0] < o.p.x
        """,
    )


def test_groups_made_in_a_loop_or_derived_prefix_too() -> None:
    check_pulls(
        """
        class Stage(TaskGroup):
            def __init__(self, name, source, **kwargs):
                super().__init__(group_id=f"stage_{name}", **kwargs)
                with self:
                    self.load = Pod(task_id="load", arguments=["{{ ti.xcom_pull('%s') }}" % source])
        with DAG("d"):
            for name in ("a", "b"):
                with TaskGroup(f"g_{name}"):
                    one = Pod(task_id="one")
                    Pod(task_id="two", arguments=[one.output])
            stage = Stage("x", "g_a.one")
            Pod(task_id="last", arguments=["{{ ti.xcom_pull('" + stage.load.task_id + "') }}"])
        """,
        """
        g_a.two.arguments[0] < g_a.one
        g_b.two.arguments[0] < g_b.one
        stage_x.load.arguments[0] < g_a.one
        last.arguments[0] < stage_x.load
        """,
    )


def test_default_args_of_the_dag_and_its_groups_are_the_tasks_own() -> None:
    check_pulls(
        """
        with DAG("d", default_args={"env_vars": {"A": "{{ ti.xcom_pull('x').k }}"}}):
            Pod(task_id="y", env_vars={"B": "{{ ti.xcom_pull('x').j }}"})
            with TaskGroup("g", default_args={"image": "{{ ti.xcom_pull('x').i }}"}):
                Pod(task_id="z")
        """,
        """
        y.env_vars.B < x['j']
        g.z.env_vars.A < x['k']
        g.z.image < x['i']
        """,
    )


def test_params_of_the_task_go_before_those_of_the_dag() -> None:
    check_pulls(
        """
        with DAG("d", params={"src": "a", "k": Param("key", type="string")}):
            Pod(task_id="b", arguments=["{{ ti.xcom_pull(params.src)[params.k] }}", "{{ ti.xcom_pull(params['src']) }}"])
            Pod(task_id="c", params={"src": "z"}, arguments=["{{ ti.xcom_pull(params.src) }}"])
        """,
        """
        b.arguments[0] < a['key']
        b.arguments[1] < a
        c.arguments[0] < z
        """,
    )


def test_dags_made_in_a_loop_each_have_their_tasks() -> None:
    check_pulls(
        """
        for n in ["a", "b"]:
            with DAG(f"dag_{n}"):
                x = Pod(task_id=f"x_{n}")
                Pod(task_id=f"y_{n}", arguments=[x.output["k"], "{{ ti.xcom_pull('x_a', dag_id='dag_a') }}"])
        """,
        """
        y_a.arguments[0] < x_a:k
        y_a.arguments[1] < x_a
        y_b.arguments[0] < x_b:k
        y_b.arguments[1] < dag_a/x_a
        """,
    )


def test_environment_variables_are_named_however_they_are_given() -> None:
    check_pulls(
        """
        COMMON = {"A": "{{ ti.xcom_pull('x').a }}"}
        with DAG("d"):
            Pod(task_id="a", env_vars={**COMMON, "B": "{{ ti.xcom_pull('x').b }}"})
            Pod(task_id="b", env_vars=[k8s.V1EnvVar(name="A", value="{{ ti.xcom_pull('x').a }}"), k8s.V1EnvVar("B", "{{ ti.xcom_pull('x').b }}")])
            Pod(task_id="c", env_vars=[k8s.V1EnvVar(name=n, value=v) for n, v in COMMON.items()])
            Pod(task_id="d", env_vars=[{"name": "A", "value": "{{ ti.xcom_pull('x').a }}"}])
        """,
        """
        a.env_vars.A < x['a']
        a.env_vars.B < x['b']
        b.env_vars.A < x['a']
        b.env_vars.B < x['b']
        c.env_vars.A < x['a']
        d.env_vars.A < x['a']
        """,
    )


def test_outputs_are_handed_over_as_objects_and_as_texts() -> None:
    check_pulls(
        """
        make = Pod(task_id="make")
        with DAG("d") as dag:
            pass
        Pod(task_id="x", dag=dag, arguments=["{{ ti.xcom_pull('" + make.task_id + "') }}", make.output, str(make.output), f"--x={make.output['k']}"])
        Pod(task_id="y", dag=dag, arguments=[XComArg(make), XComArg(make, key="k"), make.output["k"]], labels={"app": make.output})
        """,
        """
        x.arguments[0] < make
        x.arguments[1] < make
        x.arguments[2] < make
        x.arguments[3] < make:k
        y.arguments[0] < make
        y.arguments[1] < make:k
        y.arguments[2] < make:k
        y.labels.app < make
        """,
    )


def test_fields_are_filled_behind_the_operator() -> None:
    check_pulls(
        """
        with DAG("d"):
            one = Pod(task_id="a", arguments=["x"])
            one.arguments = ["{{ ti.xcom_pull('b') }}"]
            args = ["y"]
            Pod(task_id="c", arguments=args)
            args.append("{{ ti.xcom_pull('b').k }}")
            setattr(one, "image", "{{ ti.xcom_pull('b').i }}")
        """,
        """
        a.arguments[0] < b
        a.image < b['i']
        c.arguments[1] < b['k']
        """,
    )


def test_mapped_operators_name_the_place_of_each_element() -> None:
    check_pulls(
        """
        with DAG("d"):
            m = Pod(task_id="make")
            Pod.partial(task_id="p", image="{{ ti.xcom_pull('make')['i'] }}").expand(arguments=m.output)
            Pod.partial(task_id="q").expand_kwargs(m.output)
            Pod.partial(task_id="r").expand_kwargs([{"arguments": ["{{ ti.xcom_pull('make') }}"]}, {"arguments": ["x", "{{ ti.xcom_pull('make').k }}"]}])
            Pod.partial(task_id="s").expand(arguments=m.output.map(lambda x: [x]))
            Pod.partial(task_id="t").expand(arguments=[["{{ ti.xcom_pull('make') }}"], ["b"], ["{{ ti.xcom_pull('make').z }}"]])
            Pod.partial(task_id="u").expand(arguments=m.output.zip(Pod(task_id="other").output))
            Pod.partial(task_id="v").expand(env_vars=XComArg(m, key="k").concat(m.output))
        """,
        """
        p.image < make['i']
        p.arguments < make
        q.expand_kwargs < make
        r.expand_kwargs[0].arguments[0] < make
        r.expand_kwargs[1].arguments[1] < make['k']
        s.arguments < make .map()
        t.arguments[0][0] < make
        t.arguments[2][0] < make['z']
        u.arguments < make .zip()
        u.arguments < other
        v.env_vars < make:k .concat()
        v.env_vars < make
        """,
    )


def test_setup_and_teardown_are_tasks_like_others() -> None:
    check_pulls(
        """
        with DAG("d"):
            up = Pod(task_id="up").as_setup()
            Pod(task_id="down", arguments=[up.output, "{{ ti.xcom_pull('up') }}"]).as_teardown(setups=up)
        """,
        """
        down.arguments[0] < up
        down.arguments[1] < up
        """,
    )
