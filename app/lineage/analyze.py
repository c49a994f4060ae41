"""The engine's one door: the facts of a run in, its flows and problems out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from app.lineage.declared import looked_up
from app.lineage.explain.case import Case, Render
from app.lineage.explain.causes import with_causes
from app.lineage.explain.got import Got
from app.lineage.explain.pulls import pull_problem
from app.lineage.explain.pushes import push_problem
from app.lineage.explain.silent import value_problems
from app.lineage.explain.spread import with_spread
from app.lineage.infer import Inference
from app.lineage.resolve import RunIndex
from app.lineage.source.declaration import DeclaredTask
from app.lineage.trace.broken import Broken
from app.lineage.trace.failing import failing_pull
from app.lineage.trace.likeliest import Traced
from app.lineage.trace.python import python_broken, python_flows
from app.lineage.trace.tracing import Tracer
from app.model.facts import RunFacts, Try
from app.model.findings import Analysis, Candidates, Consumer, Flow, Problem, ProblemKind, Severity
from app.model.ids import TaskInstanceKey, TryKey

#: Raised with every change that makes the same facts say something else.
ENGINE_VERSION = 10

_FAILED = frozenset({"failed", "up_for_retry"})
_ON_ITS_WAY = frozenset({"running", "deferred"})
_DONE = frozenset({"success", "failed", "up_for_retry", "skipped"})
#: Logs of one task's green instances that are asked for.
_MOST_GREEN_LOGS = 5
#: Problems of a pod that a wrong value explains better.
_CONSEQUENCES = frozenset(
    {
        ProblemKind.IMAGE_PULL,
        ProblemKind.POD_FAILED,
        ProblemKind.NON_STRING_VALUE,
        ProblemKind.NULL_VALUE,
    }
)


def analyze(facts: RunFacts) -> Analysis:
    """What follows from the facts of one run; any facts give an answer.

    Flows of every try whose fields were seen; problems of the last ended try of each instance, so
    that a retry that went well closes what the try before it opened.
    """
    index, declared = looked_up(facts)
    findings = _Findings(index, declared)
    for instance, tries in index.tries.items():
        if instance.run == index.run:
            findings.of_instance(tries)
    return findings.analysis()


@dataclass(slots=True)
class _Findings:
    """Findings of one run as they are collected."""

    index: RunIndex
    declared: dict[str, DeclaredTask]
    tracer: Tracer = field(init=False)
    inference: Inference = field(init=False)
    flows: list[Flow] = field(default_factory=list)
    candidates: list[Candidates] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    wanted: set[TryKey] = field(default_factory=set)
    wanted_past: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.tracer, self.inference = Tracer(self.index), Inference(self.index)

    def of_instance(self, tries: tuple[Try, ...]) -> None:
        """The flows of all its tries, the problems of the last that ended."""
        ended = [one for one in tries if one.state in _DONE]
        for one in tries:
            task = self.declared.get(one.key.instance.task_id)
            traced = self.tracer.trace(task, one) if task else Traced()
            flows = [*traced.flows, *(python_flows(self.index, task, one) if task else ())]
            inferred = self.inference.of(one, frozenset(traced.covered))
            flows.extend(inferred.flows)
            self.candidates.extend((*traced.candidates, *inferred.candidates))
            self.flows.extend(flows)
            if ended and one is ended[-1]:
                self._problems(one, task, traced, flows)
            elif one.state in _ON_ITS_WAY and one is tries[-1]:
                self.problems.extend(self._of_values(one, task, flows))

    def _problems(
        self, one: Try, task: DeclaredTask | None, traced: Traced, flows: list[Flow]
    ) -> None:
        log = self.index.logs.get(one.key)
        pushed = None if one.state == "success" or log is None else push_problem(one, log)
        found = [self._explained(broken) for broken in self._broken(one, task, traced, pushed)]
        told = frozenset(each.consumer.field for each in found if each.consumer)
        found.extend(self._of_values(one, task, flows, told))
        if one.state in _FAILED:
            if log is None:
                self.wanted.add(one.key)
            is_explained = any(each.severity is Severity.ERROR for each in found)
            if pushed is not None and not (is_explained and pushed.kind in _CONSEQUENCES):
                found.append(pushed)
        self.problems.extend(found)

    def _of_values(
        self,
        one: Try,
        task: DeclaredTask | None,
        flows: list[Flow],
        told: frozenset[str] = frozenset(),
    ) -> Iterator[Problem]:
        """Of what arrived, though not as it was meant; of a try that still runs before it fails."""
        log = self.index.logs.get(one.key)
        wanted, render = self.inference.wanted, self._render_for(one.key)
        yield from value_problems(Got(self.index, one, task, flows, log, wanted, told, render))

    def _broken(
        self, one: Try, task: DeclaredTask | None, traced: Traced, pushed: Problem | None
    ) -> Iterator[Broken]:
        log = self.index.logs.get(one.key)
        said = pushed.airflow_said if pushed else ""
        for broken in traced.broken:
            yield broken if one.state == "success" else _loud(broken, said)
        if one.state in _FAILED:
            failing = failing_pull(self.tracer, task, one, log)
            if failing is not None:
                yield failing
        if task is not None:
            yield from python_broken(self.index, task, one, log)

    def _explained(self, broken: Broken) -> Problem:
        render = self._render_for(broken.consumer)
        case = Case(self.index, self.declared, broken, self.wanted, self.wanted_past, render)
        return pull_problem(case)

    def _render_for(self, reader: Consumer | TryKey) -> Render | None:
        """How a template would have come out for the reader."""
        one = self.index.numbered(reader.instance, reader.try_number)
        if one is None:
            return None
        task = self.declared.get(reader.instance.task_id) or DeclaredTask(reader.instance.task_id)
        return lambda template, moment: self.tracer.ways(
            task, template, one, moment, takes_absent=True
        )

    def analysis(self) -> Analysis:
        return Analysis(
            flows=tuple(sorted(self.flows, key=_order)),
            problems=self._with_causes(),
            wanted_logs=tuple(self._wanted_logs()),
            candidates=tuple(sorted(self.candidates, key=_place)),
            wanted_past=tuple(sorted(self.inference.wanted | self.wanted_past)),
            reaches=tuple(sorted(self.index.reaches)),
        )

    def _wanted_logs(self) -> Iterator[TryKey]:
        """Those that are not at hand; of the green instances of a mapped task a few tell of all."""
        read = Counter(key.instance.task_id for key in self.index.logs)
        for key in sorted(self.wanted - self.index.logs.keys()):
            latest = self.index.latest(key.instance)
            if latest is not None and latest.state == "success":
                read[key.instance.task_id] += 1
                if read[key.instance.task_id] > _MOST_GREEN_LOGS:
                    continue
            yield key

    def _with_causes(self) -> tuple[Problem, ...]:
        """Each problem once, in the order of the run's instances, with what there is to mend."""
        blocked = {
            at for at, tries in self.index.tries.items() if tries[-1].state == "upstream_failed"
        }
        found = with_spread(dict.fromkeys(self.problems), self.flows, self.index)
        return with_causes(found, self.index.upstream, blocked)


def _order(flow: Flow) -> tuple[object, ...]:
    """By reader, field and producer, so that the same facts always give the same list."""
    source = flow.producer
    return (*_place(flow)[:4], _address(source.instance), source.key, repr(source.path))


def _place(one: Flow | Candidates) -> tuple[object, ...]:
    reader = one.consumer
    instance = reader.instance
    return (instance.task_id, instance.map_index, reader.try_number, reader.field, reader.spans)


def _address(instance: TaskInstanceKey) -> tuple[str, str, str, int]:
    return (instance.dag_id, instance.run_id, instance.task_id, instance.map_index)


def _loud(broken: Broken, said: str) -> Broken:
    """The text None in a try that failed: of its failure Airflow spoke, though not of the cause."""
    return replace(broken, is_silent=False, airflow_said=said)
