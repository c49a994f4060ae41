"""A run that breaks what its task gave before is told so where its values are shown."""

from datetime import timedelta

from starlette.testclient import TestClient

from app.graph.addresses import PortPath
from app.model.findings import Analysis, Check, ProblemKind
from app.model.ids import RunKey
from app.model.values import Json
from app.refresh.learning import learn_runs
from app.store.problems import read_problems
from app.store.runs import note_visits
from app.store.session import Store
from app.web import links
from app.web.contract_breaks import BreakLine, at_port, break_lines
from tests.build import (
    RUN,
    START,
    after,
    keep,
    make_consumer,
    make_facts,
    make_flow,
    make_instance,
    make_problem,
    make_producer,
    make_pull,
    make_run,
    make_try,
    make_xcom,
)
from tests.lineage.contract.learned import day, learned_from
from tests.web.conftest import make_app
from tests.web.reading import words

USUAL: dict[str, Json] = {"key1": "alpha", "rows": 100}
CHANGED: dict[str, Json] = {"key1": None, "rows": 99_000}


def history(store: Store, *, state: str = "success") -> RunKey:
    """Six runs as usual, learned from, and the one after them, which is not."""
    for number in range(6):
        key = RunKey(RUN.dag_id, f"r{number}")
        pk = _run(store, key, number, USUAL)
        with store.writing() as session:
            note_visits(session, deployment_pk=pk, runs=[key], at=after(90), settled=[key])
    learn_runs(store, deployment_pk=pk, most=9)
    last = RunKey(RUN.dag_id, "last")
    _run(store, last, 6, CHANGED, state=state)
    return last


def _run(
    store: Store, key: RunKey, number: int, value: dict[str, Json], state: str = "success"
) -> int:
    run = make_run(key, run_after=START + timedelta(hours=number))
    tries = (make_try("extract", run=key, state=state), make_try("load", run=key))
    flow = make_flow(make_producer(run=key), make_consumer(run=key))
    xcoms = (make_xcom("extract", value, run=key),)
    return keep(store, make_facts(run, tries=tries, xcoms=xcoms), Analysis((flow,)))


def test_the_task_instance_page_tells_what_differs_and_against_how_many_runs(store: Store) -> None:
    instance = make_instance(run=history(store))
    with TestClient(make_app(store)) as client:
        text = words(client.get(links.task_instance(deployment="default", instance=instance)).text)
    assert "key1 null; never in the 6 runs before, where it was string" in text
    assert "rows 99000; 100 in the 6 runs before" in text
    assert "null warning differs" in text
    assert "99000 info differs" in text


def test_a_run_as_usual_and_a_try_that_failed_break_nothing(store: Store) -> None:
    last = history(store, state="failed")
    with TestClient(make_app(store)) as client:
        for run in (RunKey(RUN.dag_id, "r5"), last):
            at = links.task_instance(deployment="default", instance=make_instance(run=run))
            assert "runs before" not in client.get(at).text


def test_the_panel_of_a_port_tells_it_too_and_leads_to_all_runs(store: Store) -> None:
    run = history(store)
    port = "out:extract:return_value['key1']"
    with TestClient(make_app(store)) as client:
        html = client.get(
            links.run(deployment="default", run=run, tab="graph", port=port, part="panel")
        ).text
    assert "Differs from the runs before" in html
    assert "null; never in the 6 runs before" in html
    assert "99000" not in html
    there = links.contract(deployment="default", dag_id=RUN.dag_id, task_id="extract")
    assert f'href="{there}"' in html


def test_the_page_of_a_missing_key_leads_to_what_the_task_gives(store: Store) -> None:
    pull = make_pull("extract", path=("kee1",))
    checks = (Check("key kee1 present", ok=False),)
    problem = make_problem(ProblemKind.MISSING_PATH, pull=pull, cause="c", checks=checks)
    other = make_problem(cause="d")
    keep(store, make_facts(), Analysis(problems=(problem, other)))
    with store.reading() as session:
        numbers = {
            one.problem.kind: one.pk for one in read_problems(session, most=9, deployment="default")
        }
    there = links.contract(deployment="default", dag_id=RUN.dag_id, task_id="extract")
    with TestClient(make_app(store)) as client:
        missing = client.get(links.problem(numbers[ProblemKind.MISSING_PATH])).text
        unknown = client.get(links.problem(numbers[ProblemKind.UNKNOWN_TASK])).text
    assert f'href="{there}"' in missing
    assert "/contracts/" not in unknown


def test_a_port_has_what_it_shows_what_stands_in_it_and_what_it_stands_in() -> None:
    known = (learned_from([{"a": {"b": [{"c": 1}]}, "d": 1}] * 6), day(9))
    value: dict[str, Json] = {"a": {"b": [{"c": "x"}, {"c": "y"}]}, "d": "x"}
    lines = break_lines(known, [make_xcom("extract", value)])

    def names(*path: str | int | None) -> list[str]:
        return [one.name for one in at_port(lines, "return_value", path)]

    assert names("a") == names("a", "b", None, "c") == names("a", "b", 0) == ["a.b[0].c"]
    assert names("d") == ["d"]
    assert names() == ["a.b[0].c", "d"]
    assert names("a", "x") == []


def test_lines_carry_their_address() -> None:
    known = (learned_from([{"a b": 1}] * 6), day(9))
    (one,) = break_lines(known, [make_xcom("extract", {})])
    reason = "missing; it was there in each of the 6 runs before"
    assert one == BreakLine("return_value", ("a b",), "['a b']", reason, "warning")
    nothing: PortPath = ()
    assert at_port([one], "other", nothing) == ()
