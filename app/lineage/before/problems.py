"""The door: a DAG's definition in, what will go wrong in its next run for sure out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.lineage.before.definition import DagDefinition, Outlook, outlook
from app.lineage.before.judging import judged_before
from app.lineage.before.templates import Mistake, Templates
from app.lineage.before.unrun import Unrun
from app.lineage.explain.braces import written_without_braces
from app.lineage.explain.case import Case
from app.lineage.explain.causes import with_causes
from app.lineage.explain.got import PYTHON_FIELDS
from app.lineage.explain.pulls import pull_problem
from app.lineage.fields import address, field_of
from app.lineage.source.declaration import (
    DeclaredField,
    DeclaredTask,
    Handed,
    PythonPull,
    Words,
)
from app.lineage.source.template_fields import is_rendered
from app.lineage.template.holes import has_holes, shown
from app.lineage.template.reads import Ask, Origin
from app.lineage.template.render import is_template
from app.lineage.trace.broken import Broken
from app.lineage.trace.named import by_name
from app.lineage.trace.pairs import ABSENT, pairs
from app.lineage.trace.python import ask_of
from app.model.findings import Consumer, Problem, ProblemKind, Severity

#: What can be told without a run; a verdict of another kind guesses.
_SURE = frozenset(
    {
        ProblemKind.UNKNOWN_TASK,
        ProblemKind.MISSING_GROUP_PREFIX,
        ProblemKind.UNKNOWN_DAG,
        ProblemKind.NOT_UPSTREAM,
        ProblemKind.PUSH_DISABLED,
        ProblemKind.OUTPUT_KEY_IS_NOT_A_PATH,
        ProblemKind.NO_TASK_IDS,
        ProblemKind.TEMPLATE_ERROR,
    }
)
#: Those of names that lead nowhere, which no code and no list provides for.
NOWHERE = frozenset(
    {ProblemKind.UNKNOWN_TASK, ProblemKind.MISSING_GROUP_PREFIX, ProblemKind.UNKNOWN_DAG}
)
#: Problems of one DAG that are told.
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a look ahead found. `others`: the DAGs that it looked into, whether or not they are."""

    problems: tuple[Problem, ...] = ()
    others: frozenset[str] = frozenset()


def look_ahead(definition: DagDefinition) -> Ahead:
    """What is wrong by source and graph alone: sure, whatever its runs will be like.

    Pulls that the source leaves open, or provides for, are none. The problems name no run.
    """
    known = outlook(definition)
    found = dict.fromkeys(_Looking(known).found())
    others = frozenset(reach.dag_id for reach in known.index.reaches)
    return Ahead(with_causes(list(found)[:_MOST], known.index.upstream), others)


def dag_problems(definition: DagDefinition) -> tuple[Problem, ...]:
    """The problems alone."""
    return look_ahead(definition).problems


@dataclass(slots=True)
class _Looking:
    outlook: Outlook

    def found(self) -> Iterator[Problem]:
        templates = Templates(self.outlook)
        for task_id in self._task_ids():
            task = self.outlook.declared.get(task_id)
            if task is not None and task.doubt is None:
                for declared in task.fields:
                    if self._is_rendered(task, declared):
                        yield from self._in_field(templates, task, declared)
                for pull in task.pulls:
                    yield from self._in_python(task, pull)

    def _task_ids(self) -> list[str]:
        """In the DAG's order, else in that of the source."""
        declared = self.outlook.declared.values()
        ordered = sorted(declared, key=lambda one: (one.line or 0, one.task_id))
        return list(self.outlook.index.tasks) or [one.task_id for one in ordered]

    def _is_rendered(self, task: DeclaredTask, declared: DeclaredField) -> bool:
        name = declared.name.partition(".")[0]
        definition = self.outlook.index.tasks.get(task.task_id)
        if definition is not None and definition.template_fields:
            return name in definition.template_fields
        return is_rendered(name, task.operator, task.template_fields)

    def _in_field(
        self, templates: Templates, task: DeclaredTask, declared: DeclaredField
    ) -> Iterator[Problem]:
        if declared.is_open or declared.is_mapped:
            return
        for pair in pairs(by_name(declared), ABSENT):
            line = getattr(pair.leaf, "line", None) or declared.line
            place = _Place(self.outlook, task, address(declared.name, pair.steps), line)
            if isinstance(pair.leaf, Handed):
                yield from place.of_argument(pair.leaf)
            else:
                yield from place.of_words(templates, pair.leaf)

    def _in_python(self, task: DeclaredTask, pull: PythonPull) -> Iterator[Problem]:
        if not pull.is_sure or pull.unknown or has_holes(pull.dag_id or ""):
            return
        if pull.task_ids is None:
            return  # Its code may have pushed it itself.
        for problem in _Place(self.outlook, task, pull.field, pull.line).of_ask(ask_of(pull)):
            is_used = any(pull.paths) and problem.kind is ProblemKind.PUSH_DISABLED
            if problem.kind in NOWHERE or is_used:
                yield problem


@dataclass(frozen=True, slots=True)
class _Place:
    """A place of a task's fields."""

    outlook: Outlook
    task: DeclaredTask
    address: str
    line: int | None

    def of_words(self, templates: Templates, words: Words) -> Iterator[Problem]:
        text = words.text
        if not is_template(text):
            if field_of(self.address) in PYTHON_FIELDS:
                return
            lost = written_without_braces(self._consumer, shown(text), self.line)
            yield from [lost] if lost else []
            return
        for mistake in templates.mistakes(self.task, text):
            problem = self._problem(mistake, shown(text))
            if problem is not None:
                yield problem

    def of_argument(self, handed: Handed) -> Iterator[Problem]:
        yield from self.of_ask(Ask((handed.task_id,), key=handed.key, is_argument=True))

    def of_ask(self, ask: Ask) -> Iterator[Problem]:
        """The problems of what was asked for in Python."""
        view = Unrun(self.outlook, self._consumer.instance)
        for read in view.pull(ask).reads:
            if read.is_known:
                problem = self._problem(Mistake(Origin(read, is_there=False)), None)
                if problem is not None:
                    yield problem

    @property
    def _consumer(self) -> Consumer:
        return Consumer(self.outlook.reader(self.task.task_id), 0, self.address)

    def _problem(self, mistake: Mistake, template: str | None) -> Problem | None:
        """The problem, where it is sure; in a list only a name that leads nowhere is one."""
        broken = Broken(self._consumer, mistake.origin, template, self.line)
        broken = replace(broken, airflow_said=mistake.said)
        problem = pull_problem(
            Case(self.outlook.index, self.outlook.declared, broken), judged_before
        )
        is_listed = mistake.origin is not None and mistake.origin.read.ask.is_list
        if problem.kind not in _SURE or (is_listed and problem.kind not in NOWHERE):
            return None
        return replace(problem, severity=Severity.WARNING) if self._is_race(problem) else problem

    def _is_race(self, problem: Problem) -> bool:
        """Whether the producer may come in time all the same, with luck."""
        names = problem.pull.task_ids if problem.pull else ()
        is_late = (self.outlook.index.upstream.is_above(self.task.task_id, one) for one in names)
        return problem.kind is ProblemKind.NOT_UPSTREAM and not any(is_late)
