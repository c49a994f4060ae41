"""What is analysed, when, with which logs; and what is placed."""

from sqlalchemy import delete

from app.airflow.client import Airflow
from app.model.facts import Reach, RunFacts
from app.model.findings import Analysis
from app.model.ids import RunKey
from app.model.values import Json
from app.refresh.findings import Drawing, Findings
from app.store import tables as t
from app.store.flows import read_flows
from app.store.layouts import read_layout
from app.store.numbers import run_numbers
from app.store.problems import read_problems
from app.store.runs import unanalysed_runs
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.build import make_consumer, make_flow, make_problem, make_producer
from tests.refresh.mirrors import facts, mirror_of


class Analyst:
    """An engine that finds nothing, remembers what it saw, and may ask for every log."""

    def __init__(self, *, wants_logs: bool = False) -> None:
        self.seen: list[RunFacts] = []
        self._wants_logs = wants_logs

    def __call__(self, facts: RunFacts) -> Analysis:
        self.seen.append(facts)
        known = {log.key for log in facts.logs}
        wanted = tuple(one.key for one in facts.tries if one.key not in known)
        return Analysis(wanted_logs=wanted if self._wants_logs else ())


def test_a_run_is_analysed_when_its_facts_changed_and_not_else(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    analyst = Analyst()
    mirror = mirror_of(airflow, store, findings=Findings(analyst, engine_version=1))
    run = server.add_run("etl", "r1", state="running")
    mirror.refresh()
    server.tick(3)
    assert mirror.refresh().done.analysed == 0
    run.task("a").push("k", 1)
    server.tick(3)
    assert mirror.refresh().done.analysed == 1
    assert [len(each.xcoms) for each in analyst.seen] == [0, 1]


def test_a_new_engine_analyses_everything_again(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    server.add_run("etl", "r1")
    mirror_of(airflow, store, findings=Findings(Analyst(), engine_version=1)).refresh()
    server.tick(300)
    newer = Analyst()
    mirror_of(airflow, store, findings=Findings(newer, engine_version=2)).refresh()
    assert len(newer.seen) == 1


def test_logs_that_the_analysis_asks_for_are_read_and_it_is_asked_again(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    analyst = Analyst(wants_logs=True)
    mirror = mirror_of(airflow, store, findings=Findings(analyst, engine_version=1))
    task = server.add_run("etl", "r1").task("a")
    task.logs[1] = [{"event": "xcom result file is empty.", "level": "info"}]
    report = mirror.refresh()
    assert (report.done.logs, report.done.analysed) == (1, 1)
    assert [len(each.logs) for each in analyst.seen] == [0, 1]
    assert facts(store).logs[0].events[0].text == "xcom result file is empty."


def test_a_log_that_is_not_there_is_asked_for_once(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    analyst = Analyst(wants_logs=True)
    mirror = mirror_of(airflow, store, findings=Findings(analyst, engine_version=1))
    server.add_run("etl", "r1").task("a")
    for _ in range(4):
        server.tick(3)
        mirror.refresh()
    assert len(server.asked("/logs/")) <= 2


def test_no_problem_is_told_that_a_log_explains_away(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    def analyze(facts: RunFacts) -> Analysis:
        """Suspects a problem until it has read the log."""
        if facts.logs:
            return Analysis()
        return Analysis(problems=(make_problem(),), wanted_logs=(facts.tries[0].key,))

    server.add_run("etl", "r1").task("a").logs[1] = [{"event": "all is well", "level": "info"}]
    mirror_of(airflow, store, findings=Findings(analyze, engine_version=1)).refresh()
    with store.reading() as session:
        assert read_problems(session, most=10) == ()


def test_what_the_pulls_reach_in_other_runs_is_looked_up(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    reach = Reach("imagery", "r1", "fetch", "return_value")
    seen: list[RunFacts] = []

    def analyze(facts: RunFacts) -> Analysis:
        seen.append(facts)
        return Analysis(reaches=(reach,) if facts.run.key.dag_id == "etl" else ())

    mirror = mirror_of(airflow, store, findings=Findings(analyze, engine_version=1))
    server.add_run("etl", "r1")
    fetch = server.add_run("imagery", "r1", state="running").task("fetch")
    fetch.push("return_value", 1)
    mirror.refresh()
    own = [facts for facts in seen if facts.run.key.dag_id == "etl"]
    assert [[xcom.value for xcom in facts.other_xcoms] for facts in own] == [[], [1]]
    server.tick(3)
    fetch.push("return_value", 2)
    mirror.refresh()
    own = [facts for facts in seen if facts.run.key.dag_id == "etl"]
    assert [xcom.value for xcom in own[-1].other_xcoms][-1] == 2
    assert len(own) == 3


def test_what_a_run_got_from_one_that_was_deleted_since_stays_as_it_was_found(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    etl, imagery = RunKey("etl", "r1"), RunKey("imagery", "r1")
    flow = make_flow(make_producer("fetch", run=imagery), make_consumer("load", run=etl))
    problem = make_problem(consumer=flow.consumer)
    found = {etl: Analysis((flow,))}
    engine = Findings(lambda facts: found.get(facts.run.key, Analysis()), engine_version=1)
    server.add_run("etl", "r1")
    server.add_run("imagery", "r1")
    mirror_of(airflow, store, findings=engine).refresh()
    with store.writing() as session:
        pk = run_numbers(session, deployment_pk=1, runs=[imagery])[imagery]
        session.execute(delete(t.dag_run).where(t.dag_run.c.id == pk))
    del server.runs["imagery", "r1"]
    found[etl] = Analysis(problems=(problem,))
    engine.engine_version = 2
    with store.reading() as session:
        assert unanalysed_runs(session, deployment_pk=1, engine_version=2, most=9) == (etl,)
    server.tick(3)
    mirror_of(airflow, store, findings=engine).refresh()
    with store.reading() as session:
        assert unanalysed_runs(session, deployment_pk=1, engine_version=2, most=9) == ()
        assert read_flows(session, deployment_pk=1, run=etl) == (flow,)
        assert read_problems(session, most=9) == ()


def test_flows_are_stored(server: FakeAirflow, airflow: Airflow, store: Store) -> None:
    server.add_run("etl", "r1")
    found: list[Analysis] = [Analysis((make_flow(),))]
    mirror_of(airflow, store, findings=Findings(lambda _: found[0], engine_version=1)).refresh()
    with store.reading() as session:
        run = facts(store).run.key
        assert len(read_flows(session, deployment_pk=1, run=run)) == 1


def test_a_structure_is_placed_once(server: FakeAirflow, airflow: Airflow, store: Store) -> None:
    placed = []

    def draw(facts: RunFacts, _analysis: Analysis, _onward: object) -> Drawing:
        def layout() -> Json:
            placed.append(facts.run.key)
            return {"cards": []}

        return Drawing("same-for-all", layout)

    server.add_run("etl", "r1")
    server.add_run("etl", "r2")
    findings = Findings(Analyst(), engine_version=1, draw=draw)
    mirror_of(airflow, store, findings=findings).refresh()
    assert len(placed) == 1
    with store.reading() as session:
        assert read_layout(session, "same-for-all") == {"cards": []}


def test_what_earlier_runs_say_is_read_when_the_analysis_asks_for_it(
    server: FakeAirflow, airflow: Airflow, store: Store
) -> None:
    seen: list[RunFacts] = []

    def analyze(facts: RunFacts) -> Analysis:
        seen.append(facts)
        return Analysis(wanted_past=() if facts.knows_past else ("a",))

    server.add_run("etl", "r1").task("a").push("k", 1)
    mirror = mirror_of(airflow, store, findings=Findings(analyze, engine_version=1))
    mirror.refresh()
    server.tick(300)
    server.add_run("etl", "r2").task("a").push("k", 2)
    mirror.refresh()
    assert [facts.knows_past for facts in seen] == [False, True, False, True]
    assert [[one.value for one in facts.past_xcoms] for facts in seen] == [[], [], [], [1]]
