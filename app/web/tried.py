"""What came of trying a template, put into words for the page; pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.graph.addresses import address, label
from app.lineage.tryout.tried import Source, TriedPull, TriedWay, Tryout
from app.model.findings import Check, Problem
from app.model.ids import RunKey, TaskInstanceKey
from app.web import links, text
from app.web.marked import changed
from app.web.problem_words import marked_wrong

# Ways of one template that are shown; more are combinations of the same few conditions.
_MOST_WAYS = 4
_MOST_PULLS = 200
# Characters of a text that a page carries.
_MOST_SHOWN = 20_000
_ONLY_AIRFLOW = "only Airflow knows what stands here"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the text; one that came from a pull leads to its producer."""

    text: str
    href: str = ""
    title: str = ""
    is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class WayRow:
    stretches: tuple[Stretch, ...]
    failure: str
    is_cut: bool
    copied: str  # The text, for the button; empty where it is not all of it.


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem of the tried template. `replacement`: the corrected template, or nothing."""

    level: str
    title: str
    kind: str
    silent: bool
    wrong: tuple[text.Piece, ...]
    suggestion: str
    before: tuple[text.Piece, ...]
    after: tuple[text.Piece, ...]
    replacement: str
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class PullRow:
    name: str
    href: str
    key: str
    run: str  # When it is another run.
    state: str | None
    pushed: text.Moment | None
    value: text.Preview | None
    note: str  # Why there is no value.
    is_broken: bool


@dataclass(frozen=True, slots=True)
class Tried:
    ways: tuple[WayRow, ...]
    ways_note: str
    troubles: tuple[Trouble, ...]
    pulls: tuple[PullRow, ...]
    pulls_note: str
    unknown: tuple[str, ...]


def tried(tryout: Tryout, *, deployment: str, run: RunKey) -> Tried:
    """The result as the page shows it; `run`: the one it was tried in."""
    return Tried(
        ways=tuple(_way(one, tryout, deployment) for one in tryout.ways[:_MOST_WAYS]),
        ways_note=_ways_note(len(tryout.ways)),
        troubles=tuple(map(_trouble, tryout.problems)),
        pulls=tuple(_pull(one, deployment, run) for one in tryout.pulls[:_MOST_PULLS]),
        pulls_note=_pulls_note(tryout),
        unknown=tryout.unknown,
    )


def _ways_note(count: int) -> str:
    if count <= 1:
        return ""
    shown = f", of which {_MOST_WAYS} are shown" if count > _MOST_WAYS else ""
    return f"It may come out in {count} ways{shown}: a condition hangs on what only Airflow knows."


def _pulls_note(tryout: Tryout) -> str:
    count = len(tryout.pulls)
    shown = f", {_MOST_PULLS} of them shown" if count > _MOST_PULLS else ""
    return text.count(count, "XCom") + shown


def _way(way: TriedWay, tryout: Tryout, deployment: str) -> WayRow:
    return WayRow(
        stretches=tuple(_stretches(way, tryout, deployment)),
        failure=way.failure,
        is_cut=len(way.text) > _MOST_SHOWN,
        copied=_copied(way),
    )


def _copied(way: TriedWay) -> str:
    is_whole = not way.failure and not any(one.is_unknown for one in way.pieces)
    return text.copied(way.text) if is_whole else ""


def _stretches(way: TriedWay, tryout: Tryout, deployment: str) -> Iterator[Stretch]:
    left = _MOST_SHOWN
    for piece in way.pieces:
        title = "; ".join(_shown_source(one, tryout) for one in piece.sources)
        first = tryout.pulls[piece.sources[0].pull] if piece.sources else None
        href = _href(first, deployment) if first else ""
        if piece.is_unknown:
            yield Stretch("…", href, title or _ONLY_AIRFLOW, is_unknown=True)
        elif left > 0:
            yield Stretch(piece.text[:left], href, title)
        left -= len(piece.text)


def _shown_source(source: Source, tryout: Tryout) -> str:
    pull = tryout.pulls[source.pull]
    return f"{pull.task_id} {label(pull.key, source.path)}"


def _href(pull: TriedPull, deployment: str) -> str:
    """The producer's page; none when it left no trace in that run."""
    if pull.state is None:
        return ""
    instance = TaskInstanceKey(pull.dag_id, pull.run_id, pull.task_id, pull.map_index)
    return links.task_instance(deployment=deployment, instance=instance)


def _trouble(problem: Problem) -> Trouble:
    suggestion = problem.suggestion
    template = problem.pull.template if problem.pull else None
    replacement = suggestion.replacement or "" if suggestion and template else ""
    before, after = changed(template, replacement) if template and replacement else ((), ())
    return Trouble(
        level=problem.severity.value,
        title=problem.title,
        kind=problem.kind.value,
        silent=problem.silent,
        wrong=marked_wrong(problem),
        suggestion=suggestion.text if suggestion else "",
        before=before,
        after=after,
        replacement=replacement,
        checks=problem.checks,
    )


def _pull(pull: TriedPull, deployment: str, run: RunKey) -> PullRow:
    elsewhere = "" if pull.dag_id == run.dag_id else f"{pull.dag_id} / "
    return PullRow(
        name=f"{elsewhere}{pull.task_id}{text.mapped(pull.map_index)}",
        href=_href(pull, deployment),
        key=address(pull.key, ()),
        run="" if pull.run_id == run.run_id else pull.run_id,
        state=pull.state,
        pushed=text.day_and_time(pull.pushed),
        value=text.preview(pull.value) if pull.is_there else None,
        note=_note(pull),
        is_broken=pull.is_known and not pull.is_there,
    )


def _note(pull: TriedPull) -> str:
    if not pull.is_known:
        return "what it reads cannot be told here"
    if pull.is_there:
        return ""
    checks = pull.problem.checks if pull.problem else ()
    failed = next((one.seen or f"{one.what}: no" for one in checks if one.ok is False), "")
    return failed or "there is no such XCom"
