"""What follows from the facts, brought up to date for every run whose facts changed."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TypeAlias

from app.lineage.lost import with_lost
from app.lineage.reaching import with_others
from app.model.facts import Reach, RunFacts
from app.model.findings import Analysis, OnwardFlow
from app.model.ids import RunKey, TryKey
from app.model.values import Json
from app.refresh.logs import read_logs
from app.refresh.visits import Reader
from app.store.candidates import read_candidates
from app.store.facts import read_run_facts
from app.store.findings import write_analysis
from app.store.flows import read_flows
from app.store.layouts import read_layout, write_layout
from app.store.logs import note_missing_log, write_log
from app.store.onward import read_onward_flows
from app.store.past import read_past
from app.store.problems import read_found_problems
from app.store.runs import kept_runs, unanalysed_runs


@dataclass(frozen=True, slots=True)
class Drawing:
    """A run's graph: the name of its structure, and the placement for whoever has none yet."""

    structure_hash: str
    layout: Callable[[], Json]


Analyze: TypeAlias = Callable[[RunFacts], Analysis]
#: Draws a run with what tasks of other runs got from it.
Draw: TypeAlias = Callable[[RunFacts, Analysis, tuple[OnwardFlow, ...]], Drawing]


@dataclass(slots=True)
class Findings:
    """The analysis of runs: `analyze` and `draw` are lineage's and graph's, given by main."""

    analyze: Analyze
    engine_version: int
    draw: Draw | None = None  # None: pages place the graphs themselves.
    _without: set[TryKey] = field(default_factory=set)  # Asked for; Airflow has no log of them.

    def bring_up_to_date(self, reader: Reader, *, at: datetime, most: int) -> tuple[int, int]:
        """How many logs were read and runs analysed; at most so many runs, newest first."""
        with reader.store.reading() as session:
            runs = unanalysed_runs(
                session,
                deployment_pk=reader.deployment_pk,
                engine_version=self.engine_version,
                most=most,
            )
        return sum(self._analyse_run(reader, run, at=at) for run in runs), len(runs)

    def _analyse_run(self, reader: Reader, run: RunKey, *, at: datetime) -> int:
        """How many logs were read for it.

        What the first look asks for is read before anything is written: no problem is told that a
        log explains otherwise, and a killed process leaves the run to be analysed again.
        """
        facts, analysis = self._look(reader, run)
        logs = self._read_wanted(reader, facts, analysis)
        if logs:
            facts, analysis = self._look(reader, run)
        structure_hash = self._place(reader, facts, analysis)
        with reader.store.writing() as session:
            write_analysis(
                session,
                deployment_pk=reader.deployment_pk,
                run=run,
                analysis=analysis,
                engine_version=self.engine_version,
                structure_hash=structure_hash,
                at=at,
            )
        return logs

    def _look(self, reader: Reader, run: RunKey) -> tuple[RunFacts, Analysis]:
        """Facts and what follows, with what its pulls are after and its values were in other runs.

        Which that is only shows in the analysis; a pull may tell what another one is after.
        """
        read = partial(_facts, reader, run)
        facts, analysis = with_others(read(), self.analyze, read)
        if analysis.wanted_past:
            facts = _with_past(reader, facts, analysis)
            analysis = self.analyze(facts)
        return facts, _with_lost(reader, run, analysis)

    def _place(self, reader: Reader, facts: RunFacts, analysis: Analysis) -> str | None:
        if self.draw is None:
            return None
        pk, run = reader.deployment_pk, facts.run.key
        with reader.store.reading() as session:
            onward = read_onward_flows(session, deployment_pk=pk, run=run)
        drawing = self.draw(facts, analysis, onward)
        with reader.store.reading() as session:
            is_placed = read_layout(session, drawing.structure_hash) is not None
        if not is_placed:
            layout = drawing.layout()
            with reader.store.writing() as session:
                write_layout(session, drawing.structure_hash, layout)
        return drawing.structure_hash

    def _read_wanted(self, reader: Reader, facts: RunFacts, analysis: Analysis) -> int:
        """Read what the analysis asked for, outside any transaction."""
        tries = {one.key: one for one in facts.tries}
        wanted = [tries[key] for key in analysis.wanted_logs if key in tries.keys() - self._without]
        if not wanted:
            return 0
        read = read_logs(
            reader.airflow,
            wanted,
            most=reader.limits.logs_at_once,
            troubles=reader.troubles,
            masking=reader.masking,
        )
        self._without.update(read.without)
        with reader.store.writing() as session:
            for log in read.logs.values():
                write_log(session, deployment_pk=reader.deployment_pk, log=log)
            for key in read.without:
                note_missing_log(session, deployment_pk=reader.deployment_pk, key=key)
        return len(read.logs)


def _with_past(reader: Reader, facts: RunFacts, analysis: Analysis) -> RunFacts:
    with reader.store.reading() as session:
        past = read_past(
            session,
            deployment_pk=reader.deployment_pk,
            run=facts.run.key,
            task_ids=analysis.wanted_past,
        )
    return replace(facts, knows_past=True, past_tries=past.tries, past_xcoms=past.xcoms)


def _with_lost(reader: Reader, run: RunKey, analysis: Analysis) -> Analysis:
    with reader.store.reading() as session:
        pk = reader.deployment_pk
        flows = read_flows(session, deployment_pk=pk, run=run)
        others = {one.producer.instance.run for one in flows} - {run}
        lost = others - kept_runs(session, deployment_pk=pk, runs=others)
        if not lost:
            return analysis
        problems = read_found_problems(session, deployment_pk=pk, run=run)
        candidates = read_candidates(session, deployment_pk=pk, run=run)
    return with_lost(analysis, Analysis(flows, problems, candidates=candidates), lost=lost)


def _facts(reader: Reader, run: RunKey, reaches: tuple[Reach, ...] = ()) -> RunFacts:
    with reader.store.reading() as session:
        return read_run_facts(session, deployment_pk=reader.deployment_pk, run=run, reaches=reaches)
