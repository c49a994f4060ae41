"""A correction is offered when the template that it gives was rendered and the pull delivers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from app.lineage.explain.case import Case
from app.lineage.explain.corrected import parses
from app.lineage.explain.verdict import Remedy, Verdict
from app.lineage.fields import at
from app.lineage.template.holes import shown
from app.lineage.template.reads import Origin
from app.lineage.template.rendering import Rendering
from app.lineage.template.sites import sites
from app.lineage.view import View
from app.model.findings import Suggestion
from app.model.ids import TryKey

#: Mistakes of one template that are put right one after the other.
_MOST_MISTAKES = 5
#: Corrections that are tried for one mistake.
_MOST_TRIED = 12

_SEVERAL = "more than one mistake: "

Judge = Callable[[Case], Verdict]


@dataclass(frozen=True, slots=True)
class _Tried:
    """`left`: a pull that still gives nothing. `failure`: why it does not render at all."""

    remedy: Remedy
    template: str
    left: Origin | None = None
    failure: str = ""

    @property
    def works(self) -> bool:
        return self.left is None and not self.failure


def proved(case: Case, verdict: Verdict, judge: Judge, depth: int = 1) -> Suggestion | None:
    """What the verdict suggests, with a corrected template when that one delivers.

    A template with several mistakes is corrected in all of them.
    """
    if not verdict.remedies:
        return verdict.suggestion
    tried = list(_tried(case, verdict.remedies))
    good = next((one for one in tried if one.works), None)
    if good is not None:
        return Suggestion(good.remedy.text, shown(good.template))
    for one in tried:
        if one.left is not None and depth < _MOST_MISTAKES:
            return _further(case, one, judge, depth)
    return verdict.suggestion or Suggestion(verdict.remedies[0].text)


def _further(case: Case, tried: _Tried, judge: Judge, depth: int) -> Suggestion:
    """The correction goes on to the next pull that gives nothing."""
    broken = replace(
        case.broken, origin=tried.left, template=tried.template, airflow_said=tried.failure
    )
    again = replace(case, broken=broken)
    verdict = judge(again)
    found = proved(again, verdict, judge, depth + 1)
    if found is not None and found.replacement is not None and verdict.remedies:
        parts = [one.removeprefix(_SEVERAL) for one in (tried.remedy.text, found.text)]
        return Suggestion(f"{_SEVERAL}{_ended(parts[0])} {parts[1]}", found.replacement)
    stood_before = tried.left is not None and any(
        site.argument("task_ids") and site.reads(tried.left.read.task_id)
        for site in sites(case.broken.template or "")
    )
    text = f"{_ended(tried.remedy.text)} it then {verdict.title}"
    return Suggestion(text, shown(tried.template) if stood_before else None)


def _ended(text: str) -> str:
    return text if text.endswith("?") else f"{text.removesuffix('.')};"


def _tried(case: Case, remedies: tuple[Remedy, ...]) -> Iterator[_Tried]:
    """Each correction as it comes out; the first that works is the last that is tried."""
    candidates = [(remedy, one) for remedy in remedies for one in remedy.corrections]
    before = _left(case, case.broken.template) if case.render and candidates else _Left()
    for remedy, template in candidates[:_MOST_TRIED]:
        if case.broken.template is None:
            if _delivers(case, remedy):
                yield _Tried(remedy, template)
                return
            continue
        if case.render is None or case.moment is None:
            if not parses(template):
                continue
            yield _Tried(remedy, template)
            return
        after = _left(case, template)
        new = next((one for one in after.origins if _place(one) not in before.places), None)
        same = next((one for one in after.origins if _place(one) == _place_of(case)), None)
        found = _Tried(remedy, template, after.failed_at or same or new, after.failure)
        yield found
        if found.works:
            return


def _delivers(case: Case, remedy: Remedy) -> bool:
    """Whether what corrected code reads was there."""
    if case.moment is None or remedy.reads is None:
        return True
    task_id, key, path = remedy.reads
    one = case.reader_try
    key_of = TryKey(case.reader, case.broken.consumer.try_number)
    ask = replace(case.ask, task_ids=(task_id,), key=key)
    answer = View(case.index, key_of, one.end if one else None).pull(ask)
    return any(not _is_nothing(Origin(read, path)) for read in answer.reads)


@dataclass(frozen=True, slots=True)
class _Left:
    """The pulls of a template that give nothing."""

    origins: tuple[Origin, ...] = ()
    failed_at: Origin | None = None
    failure: str = ""

    @property
    def places(self) -> set[object]:
        return {_place(one) for one in self.origins}


def _left(case: Case, template: str | None) -> _Left:
    """Of the ways it may come out at the reader's start, or its end, the best."""
    if case.render is None or template is None:
        return _Left()
    one = case.reader_try
    worst = _Left()
    for moment in dict.fromkeys((case.moment, one.end if one else None)):
        for way in case.render(template, moment):
            found = _left_by(way)
            if not found.origins and not found.failure:
                return found
            worst = worst if worst.origins or worst.failure else found
    return worst


def _left_by(way: Rendering) -> _Left:
    if way.failure is not None:
        return _Left((), way.failure.origin, way.failure.text)
    origins = [
        origin
        for segment in way.segments
        if "None" in segment.text
        for origin in segment.origins
        if _is_nothing(origin)
    ]
    return _Left(tuple(sorted(origins, key=lambda one: repr(_place(one)))))


def _is_nothing(origin: Origin) -> bool:
    if not origin.read.is_known:
        return False
    if origin.read.xcom is None:
        return True
    try:
        return at(origin.read.xcom.value, origin.path) is None
    except LookupError:
        return not origin.read.xcom.truncated


def _place(origin: Origin) -> object:
    read = origin.read
    return (read.ask.dag_id, read.task_id, read.ask.key, origin.path)


def _place_of(case: Case) -> object:
    return None if case.broken.origin is None else _place(case.broken.origin)
