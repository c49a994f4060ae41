"""What to write instead: the corrected template or the setting, and where it goes; pure."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from app.lineage.explain.catalogue import entry_of
from app.lineage.explain.entries.entry import CONNECTION_EXTRA, THE_FILE
from app.model.findings import Problem
from app.store.problems import StoredProblem
from app.web import links, text
from app.web.marked import changed, coded, marked

# In every setting of the sidecar, whatever kind of problem it mends.
_OF_SIDECAR = "xcom_sidecar_container_"
# Share of characters in common from which on a correction is a changed template, and no setting.
_ALIKE = 0.5
# Characters looked at for that.
_MOST_COMPARED = 4000


@dataclass(frozen=True, slots=True)
class Correction:
    title: str
    goes_into: tuple[text.Piece, ...]
    before: tuple[text.Piece, ...]  # Empty: it is written anew.
    after: tuple[text.Piece, ...]
    copied: str


def correction(problem: Problem) -> Correction | None:
    """None when nobody can say exactly what to write."""
    suggestion, pull = problem.suggestion, problem.pull
    if suggestion is None or suggestion.replacement is None:
        return None
    right = suggestion.replacement
    template = (pull.template if pull else None) or ""
    if not _is_change(template, right):
        return Correction(
            "What to write", _goes_into(problem, right), (), (text.Piece(right),), right
        )
    before, after = changed(template, right)
    line = coded(f"in line {pull.line}") if pull and pull.line else _goes_into(problem, right)
    return Correction("Corrected template", line, before, after, right)


def try_href(stored: StoredProblem) -> str:
    """Where its corrected template can be tried; empty for what is no template."""
    pull = stored.problem.pull
    if pull is None or not pull.template:
        return ""
    return links.tryout(deployment=stored.deployment, dag_id=stored.run.dag_id, problem=stored.pk)


def steps(problem: Problem) -> tuple[tuple[text.Piece, ...], ...]:
    """How problems of the kind are mended."""
    return tuple(map(coded, entry_of(problem.kind).mend))


def written(problem: Problem, css: str) -> tuple[text.Piece, ...]:
    """The template as it stands, with what is wrong in it marked."""
    template = (problem.pull.template if problem.pull else None) or ""
    return marked(template, problem.wrong, css) if template else ()


def _is_change(template: str, right: str) -> bool:
    if not template:
        return False
    pair = (template[:_MOST_COMPARED], right[:_MOST_COMPARED])
    return SequenceMatcher(None, *pair, autojunk=False).quick_ratio() >= _ALIKE


def _goes_into(problem: Problem, right: str) -> tuple[text.Piece, ...]:
    """The place of what is written anew."""
    place, consumer = entry_of(problem.kind).goes_into, problem.consumer
    if _OF_SIDECAR in right:
        place = CONNECTION_EXTRA
    elif consumer and place == THE_FILE:
        place = f"`{consumer.field}` of `{consumer.instance.task_id}`"
    return coded(f"goes into {place}")
