from dataclasses import replace

from app.model.findings import Consumer
from app.model.ids import TaskInstanceKey
from app.web.problem_places import Places
from tests.build import make_problem

LOAD = TaskInstanceKey("d", "r", "load")


def test_the_fields_of_one_instance_stand_together() -> None:
    fields = (Consumer(LOAD, 1, "arguments[0]"), Consumer(LOAD, 1, "env_vars.IN"))
    problem = replace(
        make_problem(), spread=(*fields, Consumer(replace(LOAD, map_index=2), 1, "x"))
    )
    spread = Places("default", {LOAD: "success"}).spread(problem)
    assert [(one.name, one.state, one.note) for one in spread.places] == [
        ("load", "success", "arguments[0], env_vars.IN"),
        ("load [2]", None, "x"),
    ]
    assert [one.is_known for one in spread.places] == [True, False]


def test_a_value_that_went_everywhere_is_cut_and_says_so() -> None:
    many = tuple(Consumer(replace(LOAD, map_index=n), 1, "x") for n in range(30))
    spread = Places("default", {}).spread(replace(make_problem(), spread=many))
    assert (len(spread.places), spread.unshown) == (24, 6)
