"""What follows from the facts, brought up to date for every run whose facts changed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from app.model.facts import RunFacts, Try
from app.model.findings import Analysis
from app.model.ids import RunKey, TryKey
from app.model.values import Json
from app.refresh.logs import read_logs
from app.refresh.visits import Reader
from app.store.facts import read_run_facts
from app.store.findings import write_analysis
from app.store.layouts import read_layout, write_layout
from app.store.logs import note_missing_log, write_log
from app.store.runs import unanalysed_runs


@dataclass(frozen=True, slots=True)
class Drawing:
    """A run's graph: the name of its structure, and the placement for whoever has none yet."""

    structure_hash: str
    layout: Callable[[], Json]


Analyze: TypeAlias = Callable[[RunFacts], Analysis]
Draw: TypeAlias = Callable[[RunFacts, Analysis], Drawing]

# A run is analysed again with the logs it asked for; those are never asked for twice.
_ROUNDS = 2


@dataclass(slots=True)
class Findings:
    """The analysis of runs: `analyze` and `draw` are lineage's and graph's, given by main."""

    analyze: Analyze
    engine_version: int
    draw: Draw | None = None  # None: pages place the graphs themselves.
    _wanted: dict[TryKey, Try] = field(default_factory=dict)

    def bring_up_to_date(self, reader: Reader, *, at: datetime, most: int) -> tuple[int, int]:
        """How many logs were read and runs analysed for it; at most so many runs, newest first.

        Logs that would settle an open question are read outside any transaction, then the runs
        they belong to are analysed once more.
        """
        logs = analysed = 0
        for _ in range(_ROUNDS):
            analysed += self._analyse(reader, at=at, most=most)
            logs += self._read_wanted(reader)
        return logs, analysed

    def _analyse(self, reader: Reader, *, at: datetime, most: int) -> int:
        with reader.store.reading() as session:
            runs = unanalysed_runs(
                session,
                deployment_pk=reader.deployment_pk,
                engine_version=self.engine_version,
                most=most,
            )
        for run in runs:
            self._analyse_run(reader, run, at=at)
        return len(runs)

    def _analyse_run(self, reader: Reader, run: RunKey, *, at: datetime) -> None:
        with reader.store.reading() as session:
            facts = read_run_facts(session, deployment_pk=reader.deployment_pk, run=run)
        analysis = self.analyze(facts)
        tries = {one.key: one for one in facts.tries}
        self._wanted |= {key: tries[key] for key in analysis.wanted_logs if key in tries}
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

    def _place(self, reader: Reader, facts: RunFacts, analysis: Analysis) -> str | None:
        if self.draw is None:
            return None
        drawing = self.draw(facts, analysis)
        with reader.store.reading() as session:
            is_placed = read_layout(session, drawing.structure_hash) is not None
        if not is_placed:
            layout = drawing.layout()
            with reader.store.writing() as session:
                write_layout(session, drawing.structure_hash, layout)
        return drawing.structure_hash

    def _read_wanted(self, reader: Reader) -> int:
        """Read what the analyses asked for; a log that may still grow is asked for again later."""
        wanted = dict(self._wanted)
        if not wanted:
            return 0
        read = read_logs(
            reader.airflow,
            wanted.values(),
            most=reader.limits.logs_at_once,
            troubles=reader.troubles,
        )
        with reader.store.writing() as session:
            for log in read.logs.values():
                write_log(session, deployment_pk=reader.deployment_pk, log=log)
            for key in read.without:
                note_missing_log(session, deployment_pk=reader.deployment_pk, key=key)
        for key in (*read.logs, *read.without):
            del self._wanted[key]
        return len(read.logs)
