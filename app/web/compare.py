"""Two runs of a DAG by what their tasks got and gave, the first difference on top."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fastapi import APIRouter
from starlette.responses import Response

from app.lineage.compare.compare import compare
from app.lineage.compare.comparison import Comparison, Pair
from app.model.leaves import Place
from app.store.pages.compare import ChosenRun, ComparedRuns, read_compared
from app.store.session import ReadSession
from app.web import links, text
from app.web.chrome import Chrome, chrome
from app.web.compare_findings import (
    FlowRow,
    ProblemRow,
    flow_row,
    notes,
    problem_rows,
    summary,
)
from app.web.compare_path import PathRow, StepRow, followed, path_rows, path_title
from app.web.compare_pick import RunOption, SideHead, Strip, heads, options, run_id_of, strip_of
from app.web.compare_rows import ChangeRow, PairRows, Shown, change_row, pair_rows
from app.web.compare_versions import VersionDiff, version_diff
from app.web.compare_words import first_sentence
from app.web.dag_rows import Choice
from app.web.parts import Parts
from app.web.text import Piece

router = APIRouter(include_in_schema=False)

# Rows of the path and of flows.
_MOST_ON_PATH = 40
_MOST_FLOWS = 60


class Only(StrEnum):
    """What a reader wants to see alone."""

    PATH = "path"
    GOT = "got"
    GAVE = "gave"
    ALWAYS = "always"


_ONLY = {
    None: "All",
    Only.PATH: "Path to the failure",
    Only.GOT: "Args and env",
    Only.GAVE: "XComs",
    Only.ALWAYS: "As always",
}


@dataclass(frozen=True, slots=True)
class ComparePage:
    chrome: Chrome
    deployment: str
    deployment_href: str
    dag_id: str
    dag_href: str
    action: str
    lefts: tuple[RunOption, ...]
    rights: tuple[RunOption, ...]
    swap_href: str
    latest: Strip
    heads: tuple[SideHead, ...]
    is_failure: bool
    sentence: tuple[Piece, ...]
    followed: tuple[StepRow, ...]
    notes: tuple[str, ...]
    path_title: str
    path: tuple[PathRow, ...]
    path_rest: str
    summary: tuple[str, ...]
    filters: tuple[Choice, ...]
    task: str
    whole_href: str
    conf: tuple[ChangeRow, ...]
    problems: tuple[ProblemRow, ...]
    pairs: tuple[PairRows, ...]
    pairs_rest: str
    is_expected_open: bool
    flows: tuple[FlowRow, ...]
    flows_rest: str
    versions: VersionDiff | None
    twin: str


@router.get(links.COMPARE_ROUTE)
def compare_page(  # noqa: PLR0913 - two make the address, the others are the page's own
    parts: Parts,
    *,
    deployment: str,
    dag_id: str,
    left: str = "",
    right: str = "",
    only: Only | None = None,
    task: str = "",
) -> Response:
    with parts.store.reading() as session:
        runs, comparison = read_and_compare(
            session, deployment=deployment, dag_id=dag_id, left=left, right=right
        )
        top = chrome(session, parts, tab="dags")
    page = build(runs, comparison, top, only=only, task=task, now=parts.now())
    return parts.renderer.page("compare/page.html", page)


def read_and_compare(
    session: ReadSession, *, deployment: str, dag_id: str, left: str = "", right: str = ""
) -> tuple[ComparedRuns, Comparison | None]:
    """The runs and what differs; None where the DAG has no two runs to compare.

    Raises NotKept when the DAG, or a run of it that is asked for, is not stored.
    """
    runs = read_compared(
        session, deployment=deployment, dag_id=dag_id, left=left or None, right=right or None
    )
    if runs.left is None or runs.right is None:
        return runs, None
    return runs, compare(runs.left.side, runs.right.side, runs.before)


def build(  # noqa: PLR0913 - what was read, and how it is looked at
    runs: ComparedRuns,
    comparison: Comparison | None,
    top: Chrome,
    *,
    only: Only | None,
    task: str,
    now: datetime,
) -> ComparePage:
    """The page; `only` and `task` narrow what is listed, the sentence on top stays."""
    path = path_rows(comparison, runs.deployment) if comparison else ()
    rows, rest = _pairs(runs, comparison, only, task)
    flows = comparison.flows if comparison and only is None and not task else ()
    stored = [one for run in (runs.left, runs.right) if run for one in run.problems]
    return ComparePage(
        chrome=top,
        deployment=runs.deployment,
        deployment_href=links.dags(deployment=runs.deployment),
        dag_id=runs.dag_id,
        dag_href=links.dag(deployment=runs.deployment, dag_id=runs.dag_id),
        action=links.compare(deployment=runs.deployment, dag_id=runs.dag_id),
        lefts=options(runs, runs.left),
        rights=options(runs, runs.right),
        swap_href=_link(runs, is_swapped=True) if comparison else "",
        latest=strip_of(runs, now),
        heads=tuple(heads(runs, now)),
        is_failure=comparison is not None and comparison.path.target is not None,
        sentence=first_sentence(comparison) if comparison else (),
        followed=followed(comparison, runs.deployment) if comparison else (),
        notes=tuple(notes(comparison)) if comparison else (),
        path_title=path_title(comparison) if comparison else "",
        path=path[:_MOST_ON_PATH],
        path_rest=_rest(len(path) - _MOST_ON_PATH, "more task", "more tasks"),
        summary=tuple(summary(comparison)) if comparison else (),
        filters=tuple(
            Choice(name, _link(runs, only=one), one is only and not task)
            for one, name in _ONLY.items()
        ),
        task=task,
        whole_href=_link(runs),
        conf=tuple(change_row(one) for one in comparison.conf) if comparison else (),
        problems=tuple(problem_rows(comparison, stored)) if comparison and not task else (),
        pairs=rows,
        is_expected_open=only is Only.ALWAYS,
        pairs_rest=_rest(rest, "more task instance", "more task instances"),
        flows=tuple(flow_row(one) for one in flows[:_MOST_FLOWS]),
        flows_rest=_rest(len(flows) - _MOST_FLOWS, "more flow", "more flows"),
        versions=_versions(runs.left, runs.right),
        twin=links.api_compare(
            deployment=runs.deployment,
            dag_id=runs.dag_id,
            left=run_id_of(runs.left),
            right=run_id_of(runs.right),
        ),
    )


def _link(runs: ComparedRuns, *, only: Only | None = None, is_swapped: bool = False) -> str:
    ids = run_id_of(runs.left), run_id_of(runs.right)
    left, right = ids[::-1] if is_swapped else ids
    return links.compare(
        deployment=runs.deployment, dag_id=runs.dag_id, left=left, right=right, only=only
    )


def _pairs(
    runs: ComparedRuns, comparison: Comparison | None, only: Only | None, task: str
) -> tuple[tuple[PairRows, ...], int]:
    if comparison is None:
        return (), 0
    return pair_rows(
        _chosen_pairs(comparison, only, task),
        deployment=runs.deployment,
        on_path=frozenset(comparison.path.task_ids),
        shown=Shown(got=only is not Only.GAVE, gave=only is not Only.GOT),
    )


def _chosen_pairs(comparison: Comparison, only: Only | None, task: str) -> Iterator[Pair]:
    """Those that differ, on the path to the failure first; of one task all."""
    on_path = frozenset(comparison.path.task_ids)
    if task:
        yield from (one for one in comparison.pairs if one.task_id == task)
        return
    for is_near in (True, False):
        for one in comparison.pairs:
            if (one.task_id in on_path) is is_near and _is_wanted(one, only):
                yield one
        if only is Only.PATH:
            return


def _is_wanted(pair: Pair, only: Only | None) -> bool:
    if only is Only.GOT or only is Only.GAVE:
        place = Place.FIELD if only is Only.GOT else Place.XCOM
        places = {*(one.place for one in pair.real), *(one.place for one in pair.doubts)}
        return place in places
    if only is Only.ALWAYS:
        return any(one.always for one in pair.changes)
    return pair.differs or bool(pair.doubts)


def _versions(left: ChosenRun | None, right: ChosenRun | None) -> VersionDiff | None:
    if left is None or right is None:
        return None
    return version_diff(
        (left.side.version_number, left.source), (right.side.version_number, right.source)
    )


def _rest(number: int, one: str, many: str) -> str:
    return text.count(number, one, many) if number > 0 else ""
