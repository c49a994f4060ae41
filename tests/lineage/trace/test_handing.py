"""XComArgs changed on their way: mapped over, zipped, joined, handed to a mapped group."""

from tests.lineage.scenario import Scenario, check

HEAD = """
    @task
    def make(): ...
    @task
    def other(): ...
    @task
    def use(x, y=None): ...
"""


def test_a_value_that_was_mapped_over_is_declared_never_contradicted() -> None:
    source = HEAD + "    use.expand(x=make().map(lambda one: one.upper()))\n"
    scenario = Scenario(
        source,
        gave={"make": ["a", "b"]},
        got={"use[0]": {"op_kwargs": {"x": "A"}}, "use[1]": {"op_kwargs": {"x": "B"}}},
    )
    check(
        scenario,
        flows="""
            make -> use#0.op_kwargs.x declared
            make -> use#1.op_kwargs.x declared
        """,
    )


def test_values_that_were_zipped_come_from_both() -> None:
    source = HEAD + "    use.expand(x=make().zip(other()))\n"
    scenario = Scenario(
        source,
        gave={"make": ["a"], "other": ["b"]},
        got={"use[0]": {"op_kwargs": {"x": ["a", "b"]}}},
    )
    check(
        scenario,
        flows="""
            make -> use#0.op_kwargs.x declared
            other -> use#0.op_kwargs.x declared
        """,
    )


def test_an_element_that_a_group_is_mapped_over_is_found_by_its_index() -> None:
    source = (
        HEAD
        + """
    @task_group
    def each(one):
        use(one)
    each.expand(one=make())
"""
    )
    scenario = Scenario(
        source,
        gave={"make": ["first", "second"]},
        got={
            "each.use[0]": {"op_args": ["first"], "op_kwargs": {}},
            "each.use[1]": {"op_args": ["second"], "op_kwargs": {}},
        },
    )
    check(
        scenario,
        flows="""
            make[0] -> each.use#0.op_args[0] [0:5] confirmed
            make[1] -> each.use#1.op_args[0] [0:6] confirmed
        """,
    )
