"""Problems of fields, and what fields showed; on both stores."""

from dataclasses import replace

from app.model.findings import Analysis, Evidence, KnownFlow
from app.model.leaves import LeafAddress, Place
from app.store.pages.value_fields import read_open_problems, read_rendered_of
from app.store.session import Store
from tests.build import (
    after,
    keep,
    make_consumer,
    make_facts,
    make_flow,
    make_instance,
    make_problem,
    make_try,
)

FIELD = LeafAddress("default", Place.FIELD, make_instance("load"), 1, "arguments", (0,), after(11))


def test_the_open_problems_of_a_task_instance_s_field_are_read(store: Store) -> None:
    one = make_problem(title="None in it", cause="a")
    other = make_problem(consumer=make_consumer(field="env_vars.X"), cause="b")
    keep(store, make_facts(), Analysis(problems=(one, other)))
    with store.reading() as session:
        (found,) = read_open_problems(session, FIELD, ["arguments", "arguments[0]"])
        assert found[1].title == "None in it"
        assert read_open_problems(session, replace(FIELD, deployment="x"), ["arguments[0]"]) == ()
        mapped = replace(FIELD, instance=make_instance("load", map_index=3))
        assert read_open_problems(session, mapped, ["arguments[0]"]) == ()


def test_a_problem_that_has_gone_is_not_read(store: Store) -> None:
    keep(store, make_facts(), Analysis(problems=(make_problem(cause="a"),)))
    keep(store, make_facts(), Analysis())
    with store.reading() as session:
        assert read_open_problems(session, FIELD, ["arguments[0]"]) == ()


def test_fields_are_read_by_the_tries_that_flows_name(store: Store) -> None:
    tries = (
        make_try("load", start=after(11), rendered={"arguments": ["a"]}),
        make_try("load", try_number=2, start=after(21), rendered={"arguments": ["b"]}),
        make_try("blind", start=after(11), rendered=None),
    )
    keep(store, make_facts(tries=tries))
    flows = [
        KnownFlow("default", make_flow(consumer=make_consumer(task), evidence=Evidence.DECLARED))
        for task in ("load", "blind")
    ]
    at = make_instance("load")
    with store.reading() as session:
        assert read_rendered_of(session, flows) == {
            ("default", at, 1): {"arguments": ["a"]},
            ("default", at, 2): {"arguments": ["b"]},
        }
        assert read_rendered_of(session, []) == {}
